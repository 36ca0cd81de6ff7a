"""The cache of models prepared for onnxruntime: made once from a checked original, kept under their own SHA-256.

A damaged cache is noticed by its name and made anew; a cache that cannot be written only costs time. Never face data.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from recognition.weights import sha256

log = logging.getLogger(__name__)


def prepared(stem: str, cache_dir: Path, make: Callable[[], bytes]) -> bytes:
    """The model called ``stem``, from the cache or made now. ``stem`` names the original, its hash and the recipe.

    Raises what ``make`` raises.
    """
    for path in sorted(cache_dir.glob(f"{stem}-*.onnx")):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        if path.stem == f"{stem}-{sha256(content)}":
            return content
        _forget(path)
    content = make()
    try:
        _write_whole(cache_dir / f"{stem}-{sha256(content)}.onnx", content)
    except OSError as fault:
        log.warning("model cache cannot be written (%s); the model is prepared anew at each start", fault.strerror)
    return content


def _forget(path: Path) -> None:
    """Remove a damaged file; one that cannot be removed is passed over by its hash the next time too."""
    try:
        path.unlink(missing_ok=True)
    except OSError as fault:
        log.warning("a damaged file in the model cache cannot be removed (%s)", fault.strerror)


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a power cut leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
