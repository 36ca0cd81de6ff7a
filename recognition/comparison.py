"""Every engine by the whole protocol, as it comes and as the product uses it: the table of docs/adr/0009.

Owns the list of variants and of plans; the protocol lives in ``evaluate``. A folder is surveyed twice for each engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recognition.engines.looks import Looks
from recognition.evaluate import Plan, Vectors, measure
from recognition.survey import Stopwatch, survey
from recognition.types import Engine

SEEDS = (7, 8, 9)
PLANS = ((500, 1, 1), (300, 3, 1), (150, 3, 2))
"""People enrolled, pictures a template, pictures a search."""
FPIR = 0.001

MakeEngine = Callable[[], Engine]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Variant:
    """One line of the comparison: how a picture is described and how a match is scored."""

    name: str
    vectors: Vectors
    crowd: int


def with_looks(make_engine: MakeEngine) -> Engine:
    """The engine as still pictures are described with it."""
    return Looks(make_engine())


def compare(people: dict[str, list[Path]], make: Mapping[str, MakeEngine], progress: Progress) -> list[dict[str, Any]]:
    """One row for each engine, variant, plan and seed. Takes minutes; raises what ``survey`` raises."""
    rows = []
    for name, make_engine in make.items():
        for variant in _variants(people, make_engine, progress):
            for gallery, enrol, probe in PLANS:
                for seed in SEEDS:
                    plan = Plan(gallery, enrol, probe, seed, shuffle_pictures=True)
                    rows.append({"engine": name, "variant": variant.name, **_row(variant, plan)})
    return rows


def as_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """For a person's eyes; ``!``: too few strangers to claim this rate."""
    lines = [f"{'engine':12} {'variant':22} {'N':>4} {'views':>5} {'seed':>4} {'FNIR':>8} {'95 %':>18} {'misid.':>6}"]
    for row in rows:
        views = f"{row['enrol']}+{row['probe']}"
        fnir = "-" if row["fnir"] is None else f"{row['fnir']:.4f}"
        mark = "" if row["claimable"] else " !"
        lines.append(
            f"{row['engine']:12} {row['variant']:22} {row['n']:4} {views:>5} {row['seed']:4} {fnir:>8} "
            f"{row['fnir_ci95']!s:>18} {row['misidentification']!s:>6}{mark}"
        )
    return "\n".join(lines)


def _variants(people: dict[str, list[Path]], make_engine: MakeEngine, progress: Progress) -> Iterator[Variant]:
    """As the engine comes; several looks; several looks and the crowd, where the engine uses one."""
    crowd = make_engine().crowd
    yield Variant("one look, cosine", survey(people, make_engine, progress, Stopwatch()), 0)
    looked = survey(people, lambda: with_looks(make_engine), progress, Stopwatch())
    yield Variant("six looks, cosine", looked, 0)
    if crowd:
        yield Variant(f"six looks, crowd {crowd}", looked, crowd)


def _row(variant: Variant, plan: Plan) -> dict[str, Any]:
    figures = measure(variant.vectors, plan, Stopwatch(), crowd=variant.crowd)
    at = next(row for row in figures["at_fpir"] if row["fpir"] == FPIR)
    counts = {name: figures[name] for name in ("n", "mated", "nonmated", "rank1", "failure_to_enrol")}
    return {"enrol": plan.enrol, "probe": plan.probe, "seed": plan.seed, **counts, **at}
