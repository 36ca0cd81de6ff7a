"""Face engines, one file each, behind ``recognition.types.Engine``.

A model of a known form needs no code: describe it by a card and add it (docs/models.md). To add another form:
1. a block per model file in ``assets/models/LEDGER.toml`` (package, path, SHA-256, licence, provenance, doubts);
2. a file here with a class that fulfils the Protocol (say honestly whether it holds the interpreter lock);
3. a line in ``ENGINES`` below;
4. ``tests/recognition/engines/test_contract.py`` runs the contract on every line of ``ENGINES`` by itself;
5. measure it (``main.py evaluate DIR --compare``) and write the figures into ``docs/adr/0009-accuracy.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.errors import InputError, WorldError
from recognition.model_cards import Kind, ModelCard, card_paths, installed_card
from recognition.types import Engine


def _sface(cache_dir: Path) -> Engine:
    from recognition.engines.sface import SFaceEngine

    return SFaceEngine(cache_dir)


def _dlib(cache_dir: Path) -> Engine:
    from recognition.engines.dlib_resnet import DlibEngine

    return DlibEngine(cache_dir)


ENGINES: dict[str, Callable[[Path], Engine]] = {"sface": _sface, "dlib": _dlib}
DEFAULT = "sface"
_FACE = (Kind.EMBEDDER, Kind.DLIB)


def create(name: str, cache_dir: Path, models_dir: Path | None = None) -> Engine:
    """An engine whose models are not loaded yet. ``cache_dir`` may keep prepared models (never face data).

    ``name``: a line of ``ENGINES``, or a model added to ``models_dir``, with its fingerprint (``name@fingerprint``, as
    settings write it) or without. Raises InputError for an unknown name or a wrong card, and WorldError
    ``model_changed`` when the model's fingerprint is another one.
    """
    if name in ENGINES:
        return ENGINES[name](cache_dir)
    plain, _, fingerprint = name.partition("@")
    paths = card_paths(models_dir) if models_dir else {}
    card = installed_card(paths[plain]) if plain in paths else None
    if card is None or card.kind not in _FACE:
        known = ", ".join([*ENGINES, *paths])
        raise InputError("engine_unknown", f"There is no face engine {name!r}.", f"Use one of: {known}.", engine=name)
    if fingerprint and card.id != name:
        raise WorldError(
            "model_changed",
            f"The model {plain} is not the one the settings name ({card.id}, not {name}).",
            "Put the old model back, or name the new one in the settings and activate the face module again.",
            model=plain,
        )
    return of_card(card, cache_dir)


def of_card(card: ModelCard, cache_dir: Path) -> Engine:
    """The engine of a card of kind ``embedder`` or ``dlib``, not loaded yet."""
    if card.kind is Kind.DLIB:
        from recognition.engines.dlib_resnet import DlibEngine, training_of

        return DlibEngine(cache_dir, training_of(card))
    from recognition.engines.drop_in import DropInEngine

    return DropInEngine(card)
