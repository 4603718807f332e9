"""What a file that never changes has answered: a question is worked out once, however many ask."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class Answers:
    """The last ``most`` answers that ``is_small`` lets be kept, and the questions being worked out.
    Of one event loop."""

    def __init__(self, most: int, is_small: Callable[[Any], bool]) -> None:
        self._most = most
        self._is_small = is_small
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    async def ask(self, key: Hashable, work_out: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to the question ``key``: the one kept, that of whoever is already waiting for
        it, else what ``work_out`` gives. An error goes to all who wait and is not kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
            known: T = self._kept[key]
            return known
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._work_out(key, work_out))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._ended(key, done))
        # A reader who goes away takes the answer from nobody else.
        answer: T = await asyncio.shield(task)
        return answer

    async def _work_out(self, key: Hashable, work_out: Callable[[], Coroutine[Any, Any, T]]) -> T:
        answer = await work_out()
        if self._is_small(answer):
            self._kept[key] = answer
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return answer

    def _ended(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        del self._under_way[key]
        with suppress(asyncio.CancelledError):
            task.exception()  # seen, even where nobody waits any more
