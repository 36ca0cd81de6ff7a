"""Finds the model files that installed packages carry and checks each against the ledger before it is used.

Owns ``assets/models/LEDGER.toml`` (the one place of hashes, licences and doubts). Must not import the carrying
packages: their code is not wanted, only their files, and some warn or load everything when imported.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_path

from kiosk.errors import WorldError

LEDGER = Path(__file__).resolve().parent.parent / "assets" / "models" / "LEDGER.toml"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One row of the ledger: ``package`` is the import name of the carrier, ``path`` lies inside it; then its terms in
    words."""

    name: str
    package: str
    path: str
    sha256: str
    use: str
    licence: str
    origin: str
    training_data: str
    doubts: str

    @property
    def id(self) -> str:
        """Stable id stored beside every vector made with this file."""
        return f"{self.name}@{self.sha256[:12]}"


_KEYS = ("package", "path", "sha256", "use", "licence", "origin", "training_data", "doubts")


@cache
def ledger() -> dict[str, ModelFile]:
    """Every model the product may load, by name."""
    rows = tomllib.loads(LEDGER.read_text(encoding="utf-8"))["model"]
    return {name: ModelFile(name, **{key: row[key] for key in _KEYS}) for name, row in rows.items()}


def locate(model: ModelFile) -> Path:
    """Path of the installed file, its SHA-256 checked. Raises WorldError ``model_missing`` or ``model_changed``."""
    folder = _package_folder(model.package)
    path = folder / model.path if folder else None
    if path is None or not path.is_file():
        raise WorldError(
            "model_missing",
            f"The model file {Path(model.path).name} of package {model.package} is not installed.",
            "Run `make run-environment`; check-in by number or card goes on meanwhile.",
            model=model.name,
        )
    if sha256(path.read_bytes()) != model.sha256:
        raise WorldError(
            "model_changed",
            f"The model file {path.name} is not the one in the ledger (SHA-256 differs).",
            "Do not use it: delete the environment and run `make run-environment`.",
            model=model.name,
        )
    return path


def model_cache() -> Path:
    """Where prepared models (never face data) are kept for this user when the profile names no other place."""
    return user_cache_path("appeal-reception") / "models"


def sha256(content: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()


def _package_folder(package: str) -> Path | None:
    """Folder of an installed top-level package, found without running its code."""
    spec = find_spec(package)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None
