"""Values that people type behind an option: read, or refused with a sentence that says what is wanted.

For ``type=`` of argparse, which would otherwise name the Python function that failed.
"""

from __future__ import annotations

import argparse
from datetime import date, datetime
from uuid import UUID


def day(text: str) -> date:
    """A date as ``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write YYYY-MM-DD, such as 2027-03-31") from None


def moment(text: str) -> datetime:
    """A time as people at the centre write it, ``YYYY-MM-DDTHH:MM``."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write YYYY-MM-DDTHH:MM") from None


def identity(text: str) -> UUID:
    """The id of a row as the command's own list prints it."""
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no id; copy one that `list` shows") from None


def number_within(text: str, low: float, high: float) -> float:
    """A number from ``low`` to ``high``."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {low:g} to {high:g}")
    return value


def count(text: str) -> int:
    """A whole number, at least 1."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of 1 or more")
    return int(text)
