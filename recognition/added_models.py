"""Tries models out, and brings added ones into ``<profile>/models`` or out of it, whole or not at all.

Owns that folder. Must not know the hall: who adds or removes writes the audit row first.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from kiosk.errors import InputError, RuleError, WorldError
from recognition import engines
from recognition.engines.network import CardNetwork, unusable
from recognition.model_cards import CARD, Kind, ModelCard, card_paths, content_of, read_card
from recognition.types import Box, Engine, Face, Frame
from recognition.weights import ledger


def try_engine(engine: Engine) -> None:
    """Load an engine and describe one drawn face. Raises WorldError for a missing or changed file, and InputError
    ``model_unusable`` when no unit vector of the promised length comes out."""
    engine.load()
    frame, face = _drawn()
    engine.detect(frame)
    vector = engine.embed(frame, face)
    if vector.shape != (engine.dim,) or not abs(float(np.linalg.norm(vector)) - 1.0) < 1e-3:
        unusable(engine.name, f"it gives no vector of {engine.dim} numbers with length one")


def try_card(card: ModelCard, cache_dir: Path) -> None:
    """Check the hash of every file of a card, load it and let it compute once. Raises as ``try_engine``."""
    if card.kind is not Kind.LIVENESS:
        try_engine(engines.of_card(card, cache_dir))
        return
    picture, network = card.live
    for file in card.files:
        CardNetwork(content_of(card, file), card.name, picture, network.output, network.classes)


def check_name(card: ModelCard, models_dir: Path) -> None:
    """Raises InputError ``model_exists`` when the name is taken by an engine, the ledger or an added model."""
    if card.name in {*engines.ENGINES, *ledger()} or (models_dir / card.name).exists():
        raise InputError(
            "model_exists",
            f"There is a model {card.name} already.",
            "Give the card another name, or remove the other model first.",
            model=card.name,
        )


def install(card: ModelCard, models_dir: Path) -> ModelCard:
    """Copy card and files to ``models_dir/<name>`` and return the card there; a power cut leaves all or nothing.

    Raises WorldError when a file is not the one of its card or the folder cannot be written.
    """
    assert card.path is not None
    try:
        contents = {CARD: card.path.read_bytes()}
        contents |= {file.file: content_of(card, file) for file in card.files}
        models_dir.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=models_dir, prefix=".adding-"))
        try:
            for name, content in contents.items():
                _write(beside / name, content)
            if replace(read_card(beside / CARD), path=card.path) != card:
                unusable(card.name, "its card was changed while it was added")
            beside.rename(models_dir / card.name)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as fault:
        raise WorldError(
            "profile_unwritable",
            f"The model could not be written to {models_dir}: {fault.strerror}.",
            "Free disk space, or give this user the right to write there.",
        ) from fault
    return read_card(models_dir / card.name / CARD)


def check_removable(name: str, models_dir: Path, engine: str) -> None:
    """Raises InputError ``model_unknown``, and RuleError ``model_in_use`` when ``engine``, the setting, names it."""
    if name not in card_paths(models_dir):
        raise InputError(
            "model_unknown", f"No model {name!r} was added here.", "See `main.py models list`.", model=name
        )
    if engine.partition("@")[0] == name:
        raise RuleError(
            "model_in_use",
            f"The model {name} is in use (face.engine).",
            "Set face.engine to another engine and activate the face module again, then remove it.",
            model=name,
        )


def remove(name: str, models_dir: Path) -> None:
    """Delete an added model's folder, whole or damaged; it is gone by name at once. Raises WorldError when the disk
    refuses."""
    try:
        aside = Path(tempfile.mkdtemp(dir=models_dir, prefix=".removing-"))
        (models_dir / name).rename(aside / name)
        shutil.rmtree(aside)
    except OSError as fault:
        raise WorldError(
            "profile_unwritable",
            f"The model could not be removed from {models_dir}: {fault.strerror}.",
            "Give this user the right to write there.",
        ) from fault


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _drawn() -> tuple[Frame, Face]:
    """Grain with the five points of a frontal face: enough to see that numbers come out."""
    grain = np.random.default_rng(7).integers(0, 256, (240, 320, 3), np.uint8)
    points = np.array([[140, 100], [180, 100], [160, 122], [145, 145], [175, 145]], np.float32)
    return Frame(grain, at=0.0, number=0, synthetic=True), Face(Box(120, 70, 80, 100), points, 1.0)
