"""Values that people type behind an option: read, or refused with a sentence that says what is wanted.

For ``type=`` of argparse, which would otherwise name the Python function that failed.
"""

from __future__ import annotations

import argparse
from datetime import date


def day(text: str) -> date:
    """A date as ``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write YYYY-MM-DD, such as 2027-03-31") from None


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
