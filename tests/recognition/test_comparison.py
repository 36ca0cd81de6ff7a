"""The table of all engines: every variant, plan and seed, and no claim that too few strangers carry."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from recognition import commands, comparison
from recognition.comparison import SEEDS, as_table, compare
from recognition.vectors import unit

PEOPLE = {f"p{number:02}": [Path(f"{number}-{picture}.jpg") for picture in range(5)] for number in range(30)}


class Engine:
    def __init__(self, crowd):
        self.crowd = crowd


@pytest.fixture
def described(monkeypatch):
    """Everybody is found: a direction of their own, with noise that pictures differ by."""
    rng = np.random.default_rng(4)
    own = {name: rng.normal(size=64) for name in PEOPLE}
    asked = []

    def survey(people, make_engine, _progress, _watch):
        asked.append(type(make_engine()).__name__)
        return {name: [unit(own[name] + 0.5 * rng.normal(size=64)) for _ in files] for name, files in people.items()}

    monkeypatch.setattr(comparison, "survey", survey)
    monkeypatch.setattr(comparison, "PLANS", ((20, 1, 1), (20, 3, 2)))
    return asked


def test_every_engine_is_measured_as_it_comes_and_as_it_is_used(described):
    rows = compare(PEOPLE, {"near": lambda: Engine(5), "bare": lambda: Engine(0)}, lambda done, total: None)
    variants = {(row["engine"], row["variant"]) for row in rows}
    assert variants == {
        ("near", "one look, cosine"), ("near", "six looks, cosine"), ("near", "six looks, crowd 5"),
        ("bare", "one look, cosine"), ("bare", "six looks, cosine"),
    }  # fmt: skip
    assert len(rows) == len(variants) * 2 * len(SEEDS)
    assert described == ["Engine", "Looks", "Engine", "Looks"]
    assert all(row["fnir"] == 0 and row["misidentification"] == 0 and not row["claimable"] for row in rows)
    crowd = next(row for row in rows if row["variant"] == "six looks, crowd 5")
    cosine = next(row for row in rows if row["variant"] == "six looks, cosine")
    assert crowd["threshold"] < cosine["threshold"]


def test_the_table_marks_what_may_not_be_claimed(described):
    rows = compare(PEOPLE, {"near": lambda: Engine(5)}, lambda done, total: None)
    lines = as_table(rows).splitlines()
    assert len(lines) == 1 + len(rows) and all(line.endswith(" !") for line in lines[1:])


def test_the_command_compares_the_engines_of_the_house(described, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(commands, "people_of", lambda *_: PEOPLE)
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers())
    args = parser.parse_args(["evaluate", str(tmp_path), "--compare", "--json"])
    assert args.run(args) == 0
    assert {row["engine"] for row in json.loads(capsys.readouterr().out)["rows"]} == {"sface", "dlib"}
