"""What people were told, on paper or on the screen: a file per process that nothing else can change or lose.

The hall's store says what it believes; this says what was promised. The verdict compares the two.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path


class Witness:
    """Appends one JSON object a line, at once on disk, so that a killed process leaves all it told."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{name}.jsonl"

    def note(self, what: str, **facts: object) -> None:
        """Write it down."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"what": what, **facts}, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


def told(folder: Path) -> Iterator[dict[str, object]]:
    """Everything written down, file by file."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield {"by": path.stem, **json.loads(line)}
