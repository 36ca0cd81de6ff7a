"""The command ``evaluate DIR``. Owns its arguments and its output; the protocol lives in ``evaluate``."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.arguments import count
from kiosk.errors import ReceptionError
from recognition import comparison, engines
from recognition.evaluate import Plan, measure
from recognition.model_cards import FOLDER
from recognition.survey import Stopwatch, people_of, survey
from recognition.weights import model_cache

_ENGINE_HELP = f"{', '.join(engines.ENGINES)}, or the name of an added model (default: {engines.DEFAULT})"
INTERRUPTED = 130


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register ``evaluate``; its ``run`` takes the parsed arguments and returns the exit status."""
    parser = commands.add_parser(
        "evaluate",
        help="measure an engine on a folder person/image",
        description="Enrols people from a folder person/image, searches them and strangers, and prints error rates.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="one folder per person with pictures in it")
    parser.add_argument("--engine", default=engines.DEFAULT, metavar="NAME", help=_ENGINE_HELP)
    parser.add_argument("--models", type=Path, metavar="DIR", help="where added models lie (default: the profile's)")
    parser.add_argument("--enrol", type=count, default=1, metavar="K", help="pictures per template")
    parser.add_argument("--probe", type=count, default=1, metavar="K", help="pictures per search")
    parser.add_argument("--gallery", type=count, metavar="N", help="people enrolled; the others are strangers")
    parser.add_argument("--seed", type=int, metavar="S", help="permutes people and pictures (without: first pictures)")
    parser.add_argument("--threshold", type=float, metavar="T", help="also report the rates at this score")
    parser.add_argument("--errata", type=Path, metavar="FILE", help="people and pictures to leave out")
    parser.add_argument("--limit", type=count, metavar="N", help="only the first N people")
    parser.add_argument("--model-cache", type=Path, default=model_cache(), metavar="DIR", help="prepared models")
    parser.add_argument("--plain", action="store_true", help="one look at each picture, and the bare cosine")
    parser.add_argument("--compare", action="store_true", help="every engine by the whole protocol, in one table")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.set_defaults(run=run_evaluate)


def run_evaluate(args: argparse.Namespace) -> int:
    """Measure and print; progress on stderr. Ctrl-C ends with 130, a fault of the input or the world is raised."""
    try:
        figures = _compared(args) if args.compare else _figures(args)
    except KeyboardInterrupt:
        print("\nStopped before the end; no figures. Run again with --limit N for fewer people.", file=sys.stderr)
        return INTERRUPTED
    except ReceptionError:
        print(file=sys.stderr)  # ends the line of the progress; main says what is wrong
        raise
    if args.json:
        print(json.dumps(figures, indent=2))
    else:
        print(comparison.as_table(figures["rows"]) if args.compare else _table(figures))
    return 0


def _compared(args: argparse.Namespace) -> dict[str, Any]:
    """Every engine of the house, and the one named when it is an added model."""
    people = people_of(args.folder, args.errata, args.limit)
    names = list(dict.fromkeys((*engines.ENGINES, args.engine)))
    make = {name: partial(engines.create, name, args.model_cache, _models_dir(args)) for name in names}
    return {"rows": comparison.compare(people, make, _progress)}


def _figures(args: argparse.Namespace) -> dict[str, Any]:
    people = people_of(args.folder, args.errata, args.limit)
    bare = partial(engines.create, args.engine, args.model_cache, _models_dir(args))
    make_engine = bare if args.plain else partial(comparison.with_looks, bare)
    watch = Stopwatch()
    vectors = survey(people, make_engine, _progress, watch)
    plan = Plan(args.gallery, args.enrol, args.probe, args.seed or 0, shuffle_pictures=args.seed is not None)
    engine = make_engine()
    figures = measure(vectors, plan, watch, args.threshold, 0 if args.plain else engine.crowd)
    return {"engine": args.engine, "plain": args.plain, "models": list(engine.models), **figures, "ms": watch.medians()}


def _models_dir(args: argparse.Namespace) -> Path | None:
    """The folder of added models: the one named, else the profile's."""
    profile: Path | None = getattr(args, "profile", None)
    return args.models or (profile / FOLDER if profile else None)


def _progress(done: int, total: int) -> None:
    """One line that counts up in hundredths."""
    if done == total or done * 100 // total != (done - 1) * 100 // total:
        end = "\n" if done == total else ""
        print(f"\r{done}/{total} pictures", end=end, file=sys.stderr, flush=True)


def _table(figures: dict[str, Any]) -> str:
    """The figures for a person's eyes."""
    lines = [
        f"engine {figures['engine']}: {figures['n']} enrolled, {figures['mated']} searches of them, "
        f"{figures['nonmated']} of strangers",
        f"rank-1 {figures['rank1_count']}/{figures['mated']}, not enrolled {figures['failure_to_enrol']}, "
        f"pictures without a face {figures['failure_to_detect']}",
        f"{'FPIR':>7} {'threshold':>9} {'FNIR':>8} {'95 %':>19} {'misident.':>9}  claimable",
    ]
    lines += [_row(row, "yes" if row["claimable"] else "no: too few strangers") for row in figures["at_fpir"]]
    if "at_threshold" in figures:
        lines.append(_row(figures["at_threshold"], "measured at the given threshold"))
    lines.append("ms " + ", ".join(f"{stage} {value}" for stage, value in figures["ms"].items()))
    return "\n".join(lines)


def _row(row: dict[str, Any], remark: str) -> str:
    """One line of the table; a dash where there is no figure."""
    cells = [row["fpir"], row["threshold"], row["fnir"], row["fnir_ci95"], row["misidentification"]]
    shown = ["-" if cell is None else str(cell) for cell in cells]
    return f"{shown[0]:>7} {shown[1]:>9} {shown[2]:>8} {shown[3]:>19} {shown[4]:>9}  {remark}"
