"""Tests of what is around the house: set-up, locks, licences, contracts, and what may not be in the repository."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent.parent


def load(script: str) -> ModuleType:
    """Import a script of packaging/ by file: the folder shares its name with an installed package."""
    spec = importlib.util.spec_from_file_location(f"reception_{script}", ROOT / "packaging" / f"{script}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
