"""Every page in the reader's language: see pipelines/site/language.py and words.py."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from jinja2 import Environment
from markupsafe import Markup

from pipelines.site import words
from pipelines.site.language import NAMES, TAGS, asked, read_request

App = Callable[..., Awaitable[None]]

_CHINESE = re.compile("([\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+)")


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Globals, since Datasette renders its page of errors without the variables of plugins."""
    env.globals |= {
        "say": _say,
        "mark_zh": _mark_zh,
        "side": lambda both: words.side(both, asked.get().language),
        "title_of": lambda text: words.title(text, asked.get().language),
        "note_of": lambda text: words.note(text, asked.get().language),
        "condition_text": lambda key: words.condition(key, asked.get().language),
        "site_path": datasette.urls.path,
        "language": lambda: asked.get().language,
        "language_tag": lambda: TAGS[asked.get().language],
        "other_languages": lambda: [
            (TAGS[language], name, asked.get().address(language))
            for language, name in NAMES.items()
            if language != asked.get().language
        ],
    }


@hookimpl(trylast=True)
def asgi_wrapper() -> Callable[[App], App]:
    """Around all other wrappers: what they answer themselves has a language too."""

    def wrap(app: App) -> App:
        async def with_language(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            headers = dict(scope.get("headers", []))
            path = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
            request = read_request(
                path.decode("latin-1"),
                scope.get("query_string", b"").decode("latin-1"),
                headers.get(b"cookie", b"").decode("latin-1"),
            )
            sent_headers = [(b"vary", b"Cookie")]
            if request.chosen:
                sent_headers.append((b"set-cookie", request.cookie.encode()))

            async def send_with_choice(event: dict[str, Any]) -> None:
                if event["type"] == "http.response.start":
                    event = event | {"headers": [*event.get("headers", []), *sent_headers]}
                await send(event)

            token = asked.set(request)
            try:
                inner = scope | {"query_string": request.query.encode("latin-1")}
                await app(inner, receive, send_with_choice)
            finally:
                asked.reset(token)

        return with_language

    return wrap


def _mark_zh(text: str) -> str | Markup:
    """A sentence of ours, what it quotes in Chinese marked as such on an English page."""
    if asked.get().language == "zh":
        return text
    parts = _CHINESE.split(text)
    return Markup("").join(
        Markup('<span lang="zh-CN">{}</span>').format(part) if number % 2 else part
        for number, part in enumerate(parts)
    )


def _say(key: str, **values: Any) -> str:
    """A word in the reader's language. A value that is HTML already stays so; all else is text."""
    word = words.say(key, asked.get().language)
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup(word).format(**values)
    return word.format(**values) if values else word
