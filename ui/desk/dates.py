"""How the desk writes dates and spans. Plain rules over the texts of ``common`` and ``desk``."""

from __future__ import annotations

from datetime import date

from ui.translate import Translator


def day(words: Translator, value: date, *, weekday: bool = False) -> str:
    """11月24日, or 11月24日（星期二）."""
    name = words.tr(f"common.weekday.{value.weekday()}")
    key = "desk.date_weekday" if weekday else "desk.date"
    return words.tr(key, month=value.month, day=value.day, weekday=name)


def clock_span(seconds: float) -> str:
    """02:10; hours run on in the minutes."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes:02d}:{rest:02d}"
