"""The page behind the QR code of a slip, as HTML: no script, Chinese and English, readable at arm's length. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from html import escape

from kiosk.model.ticket import TicketState
from kiosk.phrases import LANGUAGES, Phrases
from sync.server.slips import Known

SOON_S, LATER_S = 15, 300
"""How often the phone asks again: while the number may be called, and afterwards."""
OPEN = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD, TicketState.PASSED)
_TAGS = {"zh_CN": "zh-CN", "en": "en"}


def standing_page(known: Known) -> str:
    """The page of one number."""
    body = [_line("p", "centre", known.centre), _line("p", "number", known.label)]
    body += _both("h1", "now", f"state.{known.state.value}")
    if known.state is TicketState.WAITING:
        body += _both("p", "fact", "ahead" if known.ahead else "first", n=known.ahead)
    if known.state is TicketState.CALLED:
        body += _both("p", "fact", "window" if known.window else "look_up", w=known.window)
    body += _appeals(known) if known.state is TicketState.DONE else ()
    body += _age(known)
    return _page("".join(body), SOON_S if known.state in OPEN else LATER_S)


def unknown_page() -> str:
    """One answer for a number that is not there, a wrong code and a page that is too old."""
    return _page("".join([*_both("h1", "now", "unknown"), *_both("p", "note", "unknown_hint")]), None)


def busy_page() -> str:
    """Asked too often."""
    return _page("".join([*_both("h1", "now", "busy"), *_both("p", "note", "busy_hint")]), SOON_S * 4)


def _appeals(known: Known) -> Iterator[str]:
    if known.appeals:
        yield from _both("h2", "part", "appeals")
        yield "<ol>"
        for stage in known.appeals:
            yield f'<li class="{stage.value}">{"".join(_both("span", "stage", f"stage.{stage.value}"))}</li>'
        yield "</ol>"
    # Said in every case: that nothing is listed must not mean that something was confidential.
    yield from _both("p", "note", "confidential")


def _age(known: Known) -> Iterator[str]:
    if known.age is None or known.silent:
        yield from _both("p", "warn", "silent", minutes=_minutes(known.age))
    elif known.behind:
        yield from _both("p", "warn", "behind")
    else:
        yield from _both("p", "note", "fresh", n=int(known.age.total_seconds()))


def _minutes(age: timedelta | None) -> str:
    return "?" if age is None else str(int(age.total_seconds() // 60))


def _both(tag: str, kind: str, key: str, **params: object) -> Iterator[str]:
    """A text in every language, the default one first."""
    for language in LANGUAGES:
        words = _phrases(language).text(f"public.{key}", **params)
        yield f'<{tag} class="{kind}" lang="{_TAGS[language]}">{escape(words)}</{tag}>'


def _line(tag: str, kind: str, words: str) -> str:
    return f'<{tag} class="{kind}">{escape(words)}</{tag}>'


def _page(body: str, again_s: int | None) -> str:
    refresh = "" if again_s is None else f'<meta http-equiv="refresh" content="{again_s}">'
    title = escape(_phrases(LANGUAGES[0]).text("public.title"))
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>{refresh}'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="stylesheet" href="/queue.css"></head><body><main>{body}</main></body></html>'
    )


@cache
def _phrases(language: str) -> Phrases:
    return Phrases(language)
