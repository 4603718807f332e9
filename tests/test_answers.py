"""Answers that are kept, and equal questions that are joined."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from pipelines.site.answers import Answers


class Question:
    """Answered in a thread, as a database is asked, once ``may_end``; it counts how often."""

    def __init__(self, answer: Any = "answer") -> None:
        self.answer = answer
        self.asked = 0
        self.may_end = threading.Event()

    async def work_out(self) -> Any:
        self.asked += 1
        await asyncio.get_running_loop().run_in_executor(None, self.may_end.wait)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def joined(self, answers: Answers, readers: int) -> list[asyncio.Task[Any]]:
        return [
            asyncio.ensure_future(answers.ask("question", self.work_out)) for _ in range(readers)
        ]


async def begun() -> None:
    """Let all tasks run until they wait."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize(("is_small", "asked_again"), [(True, 1), (False, 2)])
def test_readers_who_ask_the_same_at_once_are_answered_together(
    is_small: bool, asked_again: int
) -> None:
    async def run() -> None:
        answers, question = Answers(10, lambda _: is_small), Question()
        readers = question.joined(answers, 4)
        await begun()
        assert question.asked == 1
        question.may_end.set()
        assert await asyncio.gather(*readers) == ["answer"] * 4
        assert await answers.ask("question", question.work_out) == "answer"
        assert question.asked == asked_again

    asyncio.run(run())


def test_an_error_goes_to_all_who_wait_and_is_not_kept() -> None:
    async def run() -> None:
        answers, question = Answers(10, lambda _: True), Question(TimeoutError("too long"))
        readers = question.joined(answers, 3)
        question.may_end.set()
        for error in await asyncio.gather(*readers, return_exceptions=True):
            assert isinstance(error, TimeoutError)
        question.answer = None
        assert await answers.ask("question", question.work_out) is None
        assert await answers.ask("question", question.work_out) is None
        assert question.asked == 2

    asyncio.run(run())


def test_a_reader_who_goes_away_takes_the_answer_from_nobody() -> None:
    async def run() -> None:
        answers, question = Answers(10, lambda _: True), Question()
        first, second = question.joined(answers, 2)
        await begun()
        first.cancel()
        await begun()
        question.may_end.set()
        assert await second == "answer"
        assert first.cancelled()
        assert question.asked == 1

    asyncio.run(run())


def test_the_last_answers_asked_for_are_kept() -> None:
    async def run() -> None:
        answers, question = Answers(2, lambda _: True), Question()
        question.may_end.set()
        for key in ("a", "b", "a", "c", "a"):
            await answers.ask(key, question.work_out)
        assert question.asked == 3
        await answers.ask("b", question.work_out)
        assert question.asked == 4

    asyncio.run(run())
