"""The command ``models``: which networks there are, on which terms, whether they are whole, and which are in use.

Owns arguments and output. The audit row is written by a callable that the composition root hands in.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.errors import InputError, ReceptionError
from kiosk.settings import FILE_NAME, Settings, load
from recognition import added_models, engines
from recognition.model_cards import FOLDER, Kind, ModelCard, card_paths, content_of, installed_card, read_card
from recognition.weights import ledger, locate, model_cache

WriteAudit = Callable[[Path, str, str], None]
"""``(profile, action, model id)`` into the audit chain of the hall."""

_USES = {
    Kind.EMBEDDER: "turns one aligned face into a vector (added engine)",
    Kind.DLIB: "turns one aligned face into a vector (added training of dlib's network)",
    Kind.LIVENESS: "says whether a living face stands before the camera (added)",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One model for people and programs. ``state``: ok, missing, changed or unusable."""

    name: str
    id: str
    use: str
    licence: str
    origin: str
    training_data: str
    doubts: str
    sha256: tuple[str, ...]
    state: str
    in_use: bool


def add_commands(commands: argparse._SubParsersAction[Any], write_audit: WriteAudit) -> None:
    """Register ``models`` with its actions."""
    actions = commands.add_parser("models", help="networks: terms, hashes, your own").add_subparsers(required=True)
    listing = actions.add_parser("list", help="every network with licence, origin, doubts and state")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=run_list)
    check = actions.add_parser("check", help="compare hashes, load each network and let it compute once")
    check.add_argument("--json", action="store_true", help="as JSON")
    check.set_defaults(run=run_check)
    add = actions.add_parser("add", help="add a network described by a model card (docs/models.md)")
    add.add_argument("card", type=Path, metavar="FILE", help="the card; the model file lies beside it")
    add.set_defaults(run=partial(run_add, write_audit=write_audit))
    remove = actions.add_parser("remove", help="delete an added network")
    remove.add_argument("name", metavar="NAME", help="name on its card")
    remove.set_defaults(run=partial(run_remove, write_audit=write_audit))


def run_list(args: argparse.Namespace) -> int:
    """Print every model; 0. A file that is missing or changed is said, not hidden."""
    rows = list(_rows(args.profile))
    if args.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        mark = ", in use" if row.in_use else ""
        print(f"{row.id}  [{row.state}{mark}]")
        for title in ("use", "licence", "origin", "training_data", "doubts"):
            print(f"    {title.replace('_', ' '):<14}{getattr(row, title)}")
        print("\n".join(f"    {'sha256':<14}{digest}" for digest in row.sha256))
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Try every engine and every added model; 0 when all work, 1 otherwise."""
    results = {name: _trouble(trial) for name, trial in _trials(args.profile)}
    if args.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
    else:
        for name, trouble in results.items():
            print(f"{name}: {trouble or 'ok'}")
    return int(any(results.values()))


def run_add(args: argparse.Namespace, write_audit: WriteAudit) -> int:
    """Check card and file, audit, copy; 0. Raises InputError or WorldError saying what is wrong."""
    models_dir = models_of(args.profile)
    if args.card.suffix.lower() != ".toml":
        raise InputError(
            "card_wanted",
            f"{args.card.name} is no model card.",
            "Write a card (a .toml file, see docs/models.md) beside the network and name the card.",
            file=args.card.name,
        )
    card = read_card(args.card)
    added_models.check_name(card, models_dir)
    added_models.try_card(card, model_cache())
    write_audit(args.profile, "model.added", card.id)
    added_models.install(card, models_dir)
    print(f"added {card.id}")
    if card.kind is not Kind.LIVENESS:
        print(f'to use it: [face] engine = "{card.id}" in {FILE_NAME}, then `main.py face activate`')
        print("enrol everybody again: vectors of different models are never compared")
    return 0


def run_remove(args: argparse.Namespace, write_audit: WriteAudit) -> int:
    """Audit and delete; 0. Raises InputError ``model_unknown`` or RuleError ``model_in_use``."""
    models_dir = models_of(args.profile)
    added_models.check_removable(args.name, models_dir, _settings(args.profile).face.engine)
    write_audit(args.profile, "model.removed", args.name)
    added_models.remove(args.name, models_dir)
    print(f"removed {args.name}")
    return 0


def models_of(profile: Path) -> Path:
    """Where added models of an installation lie."""
    return profile / FOLDER


def _settings(profile: Path) -> Settings:
    """The installation's settings; the defaults where there is none yet."""
    return load(profile) if (profile / FILE_NAME).exists() else Settings()


def _rows(profile: Path) -> Iterator[Row]:
    used = _in_use(profile)
    for model in ledger().values():
        terms = {key: getattr(model, key) for key in ("use", "licence", "origin", "training_data", "doubts")}
        state = _state(partial(locate, model))
        yield Row(model.name, model.id, **terms, sha256=(model.sha256,), state=state, in_use=model.id in used)
    for name, path in card_paths(models_of(profile)).items():
        try:
            yield _added_row(installed_card(path), used)
        except ReceptionError as error:
            yield Row(name, name, str(error), "", "", "", "", (), "unusable", in_use=False)


def _added_row(card: ModelCard, used: tuple[str, ...]) -> Row:
    terms = {key: getattr(card, key) for key in ("licence", "origin", "training_data", "doubts")}
    return Row(
        card.name,
        card.id,
        _USES[card.kind],
        **terms,
        sha256=tuple(file.sha256 for file in card.files),
        state=_state(partial(_read_all, card)),
        in_use=card.id in used or card.kind is Kind.LIVENESS,
    )


def _in_use(profile: Path) -> tuple[str, ...]:
    """Ids of the files behind the engine of the settings; none where that engine cannot be made."""
    try:
        return engines.create(_settings(profile).face.engine, model_cache(), models_of(profile)).models
    except ReceptionError:
        return ()


def _read_all(card: ModelCard) -> None:
    for file in card.files:
        content_of(card, file)


def _state(look: Callable[[], object]) -> str:
    try:
        look()
    except ReceptionError as error:
        return error.code.removeprefix("model_")
    return "ok"


def _trials(profile: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    for name in engines.ENGINES:
        yield name, partial(_try_named, name)
    for name, path in card_paths(models_of(profile)).items():
        yield name, partial(_try_added, path)
    chosen = _settings(profile).face.engine
    if chosen not in engines.ENGINES:
        yield f"face.engine = {chosen}", partial(engines.create, chosen, model_cache(), models_of(profile))


def _try_named(name: str) -> None:
    added_models.try_engine(engines.create(name, model_cache()))


def _try_added(path: Path) -> None:
    added_models.try_card(installed_card(path), model_cache())


def _trouble(trial: Callable[[], object]) -> str:
    """What is wrong, or nothing."""
    try:
        trial()
    except ReceptionError as error:
        return str(error)
    return ""
