"""The protocol of evaluation on vectors whose right answer is known, and the command on real people."""

from __future__ import annotations

import argparse
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import InputError
from recognition import commands
from recognition.evaluate import FPIRS, PROBES_PER_PERSON, Plan, assign, measure, rates, search, threshold_for
from recognition.survey import Stopwatch, people_of
from recognition.vectors import unit

COUNTS = st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(1, 12), min_size=1, max_size=30)
PLANS = st.builds(
    Plan,
    gallery=st.none() | st.integers(1, 20),
    enrol=st.integers(1, 3),
    probe=st.integers(1, 3),
    seed=st.integers(0, 9),
    shuffle_pictures=st.booleans(),
)


def axis(number, dim=64, noise=0.0):
    vector = np.zeros(dim)
    vector[number] = 1.0
    return unit(vector + noise)


@given(COUNTS, PLANS)
def test_roles_follow_the_protocol(pictures, plan):
    roles = assign(pictures, plan)
    searchable = {name for name, count in pictures.items() if count >= plan.enrol + plan.probe}
    assert not set(roles.enrolled) & set(roles.strangers)
    assert set(roles.enrolled) | set(roles.strangers) == set(pictures)
    assert len(roles.enrolled) <= (plan.gallery or len(pictures))
    if not searchable <= set(roles.enrolled):  # filled up only when all who can be searched are in
        assert set(roles.enrolled) <= searchable
    for name, enrolled in roles.enrolled.items():
        assert len(enrolled) == plan.enrol
        groups = roles.searches[name]
        assert len(groups) <= PROBES_PER_PERSON
        used = enrolled + [index for group in groups for index in group]
        assert len(used) == len(set(used)) and set(used) <= set(range(pictures[name]))
        assert bool(groups) == (name in searchable)
    assert all(len(group) == plan.probe for groups in roles.strangers.values() for group in groups)


def test_the_same_seed_plays_the_same_roles_and_another_does_not():
    pictures = {f"p{number:02}": 4 for number in range(20)}
    assert assign(pictures, Plan(5, seed=1)) == assign(pictures, Plan(5, seed=1))
    assert assign(pictures, Plan(5, seed=1)) != assign(pictures, Plan(5, seed=2))


def test_without_shuffling_the_first_pictures_are_enrolled():
    assert assign({"ann": 3}, Plan(enrol=2)).enrolled == {"ann": [0, 1]}


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=300), st.sampled_from(FPIRS))
def test_no_more_strangers_pass_than_promised(scores, fpir):
    strangers = np.array(scores)
    threshold = threshold_for(fpir, strangers)
    assert (strangers >= threshold).mean() <= fpir


def test_a_known_result():
    """Four enrolled. One is found, one is missed, one is mistaken for another, one has no face in the probe."""
    vectors = {
        "a": [axis(0), axis(0)],
        "b": [axis(1), axis(9)],
        "c": [axis(2), axis(0)],
        "d": [axis(3), None],
        "stranger": [unit(axis(0) + axis(20))],
    }
    result = measure(vectors, Plan(gallery=4), Stopwatch(), threshold=0.9)
    assert (result["n"], result["mated"], result["nonmated"]) == (4, 4, 1)
    assert result["rank1_count"] == 1
    assert (result["failure_to_enrol"], result["failure_to_detect"]) == (0, 1)
    row = result["at_fpir"][0]
    assert row["threshold"] == pytest.approx(0.70711, abs=1e-4)
    assert (row["fnir"], row["misidentification"]) == (0.75, 0.25)
    assert row["fnir_ci95"][0] <= 0.75 <= row["fnir_ci95"][1]
    assert not row["claimable"]
    assert result["at_threshold"]["fpir"] == 0.0


def test_who_cannot_be_enrolled_is_counted_and_missed():
    result = measure({"a": [None, axis(0)], "b": [axis(1), axis(1)]}, Plan(), Stopwatch())
    assert (result["failure_to_enrol"], result["rank1_count"], result["mated"]) == (1, 1, 2)


def test_without_strangers_nothing_is_claimed():
    result = measure({"a": [axis(0), axis(0)]}, Plan(), Stopwatch(), threshold=0.5)
    for row in result["at_fpir"]:
        assert row["threshold"] is None and row["fnir"] is None and not row["claimable"]
    assert result["at_threshold"]["fpir"] is None and result["at_threshold"]["fnir"] == 0.0


def test_three_thousand_strangers_may_claim_one_in_a_thousand():
    vectors = {"a": [axis(0), axis(0)], **{f"s{number}": [axis(1 + number % 60)] for number in range(3000)}}
    rows = measure(vectors, Plan(gallery=1), Stopwatch())["at_fpir"]
    assert [row["claimable"] for row in rows] == [True, True, True]


def test_the_interval_resamples_people_not_pictures():
    """One person is missed three times, nine are found once: the interval must be wider than twelve free searches."""
    vectors = {f"p{number}": [axis(number), axis(number)] for number in range(9)}
    vectors["q"] = [axis(30), axis(40), axis(41), axis(42)]
    roles = assign({name: len(views) for name, views in vectors.items()}, Plan())
    found, _ = search(vectors, roles, Stopwatch())
    low, high = rates(found, 0.9)["fnir_ci95"]
    assert low == 0.0 and high > 0.5


@pytest.fixture
def evaluate(capsys, model_cache):
    """Runs the command; returns exit status, standard output and standard error."""

    def run(*arguments):
        parser = argparse.ArgumentParser()
        commands.add_commands(parser.add_subparsers(required=True))
        args = parser.parse_args(["evaluate", *map(str, arguments), "--model-cache", str(model_cache)])
        return args.run(args), *capsys.readouterr()

    return run


def test_the_command_on_consenting_adults(evaluate, faces_dir):
    status, out, err = evaluate(faces_dir / "london", "--limit", 8, "--gallery", 5, "--json")
    figures = json.loads(out)
    assert status == 0 and "16/16" in err
    assert (figures["engine"], figures["n"], figures["mated"], figures["nonmated"]) == ("sface", 5, 5, 6)
    assert figures["rank1"] == 1.0 and figures["failure_to_enrol"] == 0
    assert figures["at_fpir"][2]["fnir"] == 0.0
    assert set(figures["ms"]) == {"read", "detect", "embed", "search"}
    assert len(figures["models"]) == 2


def test_the_table_for_people(evaluate, faces_dir):
    _, out, _ = evaluate(faces_dir / "london", "--limit", 2, "--threshold", "0.5")
    assert "rank-1 2/2" in out and "too few strangers" in out and "given threshold" in out


def test_a_wrong_folder_is_refused_with_a_sentence(evaluate, tmp_path):
    with pytest.raises(InputError, match="holds no pictures"):
        evaluate(tmp_path)


def test_ctrl_c_says_that_there_are_no_figures(evaluate, faces_dir, monkeypatch):
    def interrupted(done, total):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "_progress", interrupted)
    status, out, err = evaluate(faces_dir / "london", "--limit", 2, "--json")
    assert (status, out) == (commands.INTERRUPTED, "")
    assert "no figures" in err


@pytest.mark.parametrize("wrong", ["0", "-1", "x"])
def test_counts_must_be_positive(evaluate, wrong):
    with pytest.raises(SystemExit):
        evaluate("anywhere", "--enrol", wrong)


@pytest.fixture
def set_with_errata(tmp_path):
    """Three people; a list beside the folder leaves out one person and one picture."""
    for name in ("ann/ann_1.jpg", "ann/ann_2.jpg", "bob/bob_1.jpg", "cid/cid_1.jpg"):
        path = tmp_path / "set-dev" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "set-errata.tsv").write_text(
        "kind\tname\twhy\nperson\tbob\tx\npicture\tann_2.jpg\tx\npicture\tcid_1.jpg\tx\n"
    )
    return tmp_path


def test_errata_beside_the_folder_are_left_out(set_with_errata):
    people = people_of(set_with_errata / "set-dev", None, None)
    assert {name: [path.name for path in paths] for name, paths in people.items()} == {"ann": ["ann_1.jpg"]}


def test_a_given_errata_file_must_be_one(set_with_errata):
    from kiosk.errors import InputError

    wrong = set_with_errata / "wrong.tsv"
    for content in ("a\tb\n1\t2\n", ""):
        wrong.write_text(content)
        with pytest.raises(InputError, match="errata"):
            people_of(set_with_errata / "set-dev", wrong, None)
    with pytest.raises(InputError):
        people_of(set_with_errata / "set-dev", set_with_errata / "absent.tsv", None)
