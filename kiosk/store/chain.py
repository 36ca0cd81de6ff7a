"""Hash chains: each row's hash covers its fields and the hash of the row before, so a changed or missing row shows.

Owns the canonical form; the central server verifies with the same functions' description in docs/adr/0001.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

START = bytes(32)
"""Hash before the first row."""


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def link(values: Mapping[Any, Any]) -> bytes:
    """SHA-256 over every field of a row but ``hash`` itself; ``prev_hash`` is among them."""
    plain = {name: _plain(value) for name, value in values.items() if name != "hash"}
    return hashlib.sha256(_encode(plain).encode()).digest()


def first_break(rows: Iterable[Mapping[Any, Any]], number: str = "seq") -> int | None:
    """Sequence number of the first row that is missing or does not fit its chain; None when whole.

    ``rows`` are all rows in order from 1.
    """
    before, expected = START, 1
    for row in rows:
        if row[number] != expected or row["prev_hash"] != before or row["hash"] != link(row):
            return expected
        before, expected = row["hash"], expected + 1
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value
