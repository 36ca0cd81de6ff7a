"""Face engines, one file each, behind ``recognition.types.Engine``.

To add an engine:
1. a block per model file in ``assets/models/LEDGER.toml`` (package, path, SHA-256, licence, provenance, doubts);
2. a file here with a class that fulfils the Protocol (say honestly whether it holds the interpreter lock);
3. a line in ``ENGINES`` below;
4. ``tests/recognition/engines/test_contract.py`` runs the contract on every line of ``ENGINES`` by itself;
5. measure it (``main.py evaluate DIR --engine NAME``) and write the figures into ``docs/adr/0003-engines.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.errors import InputError
from recognition.types import Engine


def _sface(cache_dir: Path) -> Engine:
    from recognition.engines.sface import SFaceEngine

    return SFaceEngine(cache_dir)


def _dlib(_cache_dir: Path) -> Engine:
    from recognition.engines.dlib_resnet import DlibEngine

    return DlibEngine()


ENGINES: dict[str, Callable[[Path], Engine]] = {"sface": _sface, "dlib": _dlib}
DEFAULT = "sface"


def create(name: str, cache_dir: Path) -> Engine:
    """An engine whose models are not loaded yet. ``cache_dir`` may keep prepared models (never face data).

    Raises InputError for an unknown name.
    """
    if name not in ENGINES:
        raise InputError(
            "engine_unknown", f"There is no face engine {name!r}.", f"Use one of: {', '.join(ENGINES)}.", engine=name
        )
    return ENGINES[name](cache_dir)
