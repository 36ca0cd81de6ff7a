"""The command ``models``: what there is, whether it is whole, and how a model comes in and goes out."""

from __future__ import annotations

import argparse
import json
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest

import main
from kiosk.errors import InputError, RuleError, WorldError
from kiosk.installation import open_installation
from kiosk.settings import Settings, load, write
from recognition import added_models, commands, engines, model_commands
from recognition.model_cards import CARD, read_card
from recognition.vectors import unit
from recognition.weights import ledger
from ui.assembly.model_commands import write_audit

from .card_files import embedder_card, liveness_card, projection, write_card


@pytest.fixture
def audited():
    return []


@pytest.fixture
def models(tmp_path, audited, capsys, model_cache, monkeypatch):
    """Runs ``models ...`` on a profile; returns exit status and output."""
    monkeypatch.setattr(model_commands, "model_cache", lambda: model_cache)
    parser = argparse.ArgumentParser()
    model_commands.add_commands(
        parser.add_subparsers(required=True), lambda profile, action, model: audited.append((action, model))
    )

    def run(*words):
        args = parser.parse_args(["models", *map(str, words)])
        args.profile = tmp_path / "profile"
        return args.run(args), capsys.readouterr().out

    return run


@pytest.fixture
def installed(tmp_path):
    return tmp_path / "profile" / "models"


@pytest.fixture
def little(tmp_path):
    """The card of a small embedder beside its file."""
    return write_card(tmp_path, embedder_card(), projection())


def test_the_ledger_is_listed_with_terms_hashes_and_doubts(models):
    _, out = models("list", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert set(rows) == set(ledger())
    assert {name for name, row in rows.items() if row["in_use"]} == {"yunet", "sface"}
    for name, row in rows.items():
        assert row["state"] == "ok" and row["sha256"] == [ledger()[name].sha256]
        assert row["licence"] and row["origin"] and row["training_data"] and row["doubts"] and row["use"]
    status, table = models("list")
    assert status == 0 and "MS-Celeb-1M" in table and "in use" in table


def test_an_added_model_is_listed_checked_and_removed(models, little, installed, audited):
    status, said = models("add", little)
    card = read_card(little)
    assert status == 0 and f'engine = "{card.id}"' in said
    assert {path.name for path in (installed / "little").iterdir()} == {CARD, "little.onnx"}
    little.with_name("little.onnx").unlink()
    row = json.loads(models("list", "--json")[1])[-1]
    assert (row["id"], row["state"], row["in_use"], row["licence"]) == (card.id, "ok", False, "MIT")
    status, out = models("check", "--json")
    assert status == 0 and json.loads(out)["little"] == ""
    assert models("remove", "little")[0] == 0
    assert list(installed.iterdir()) == []
    assert audited == [("model.added", card.id), ("model.removed", "little")]
    with pytest.raises(InputError) as caught:
        models("remove", "little")
    assert caught.value.code == "model_unknown"


def test_a_liveness_model_can_be_added(models, tmp_path):
    path = write_card(tmp_path, liveness_card(), projection(dim=3), projection(dim=3))
    assert models("add", path)[0] == 0
    assert json.loads(models("list", "--json")[1])[-1]["use"].startswith("says whether a living face")
    with pytest.raises(InputError, match="alive"):
        engines.create("alive", tmp_path, tmp_path / "profile" / "models")


@pytest.mark.parametrize("name", ["sface", "dlib", "yunet", "little"])
def test_a_name_is_used_once(models, tmp_path, little, name, audited):
    models("add", little)
    path = write_card(tmp_path, embedder_card(name=name), projection())
    with pytest.raises(InputError) as caught:
        models("add", path)
    assert caught.value.code == "model_exists" and len(audited) == 1


@pytest.mark.parametrize("content", [projection(dim=32), b"", projection(weights=np.full((768, 16), np.inf, "f4"))])
def test_a_wrong_model_leaves_no_trace(models, tmp_path, installed, audited, content):
    with pytest.raises(InputError):
        models("add", write_card(tmp_path, embedder_card(), content))
    assert audited == [] and not installed.exists()


def test_a_disk_that_refuses_leaves_nothing_half(models, little, installed, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(added_models, "_write", full)
    with pytest.raises(WorldError, match="No space left"):
        models("add", little)
    assert list(installed.iterdir()) == []


def test_check_says_which_model_was_exchanged(models, little, installed):
    models("add", little)
    (installed / "little" / "little.onnx").write_bytes(b"another")
    status, out = models("check")
    assert status == 1
    assert "sface: ok" in out and "SHA-256 differs" in out
    assert json.loads(models("list", "--json")[1])[-1]["state"] == "changed"


def test_a_damaged_card_hides_no_other_model_and_can_be_removed(models, little, installed, tmp_path, model_cache):
    models("add", little)
    models("add", write_card(tmp_path, embedder_card(name="second"), projection()))
    (installed / "little" / CARD).write_text("name = ")
    rows = json.loads(models("list", "--json")[1])[-2:]
    assert [(row["name"], row["state"]) for row in rows] == [("little", "unusable"), ("second", "ok")]
    status, out = models("check", "--json")
    results = json.loads(out)
    assert status == 1 and CARD in results["little"] and results["second"] == ""
    assert engines.create("second", model_cache, installed).name == "second"
    with pytest.raises(InputError, match=CARD):
        engines.create("little", model_cache, installed)
    assert models("remove", "little")[0] == 0


@pytest.mark.parametrize(
    "make", [lambda path: path.mkdir(), lambda path: path.write_bytes(b"\xff\x00"), lambda path: None]
)
def test_what_is_no_card_is_a_sentence(models, tmp_path, make):
    make(tmp_path / "wrong.toml")
    with pytest.raises(InputError, match=r"wrong\.toml"):
        models("add", tmp_path / "wrong.toml")


def use(tmp_path, engine):
    profile = tmp_path / "profile"
    settings = load(profile) if (profile / "settings.toml").exists() else Settings()
    write(profile, replace(settings, face=replace(settings.face, engine=engine)))


def test_a_model_in_use_stays(models, tmp_path, little, installed):
    models("add", little)
    use(tmp_path, read_card(little).id)
    with pytest.raises(RuleError) as caught:
        models("remove", "little")
    assert caught.value.code == "model_in_use" and (installed / "little").is_dir()
    assert [row["name"] for row in json.loads(models("list", "--json")[1]) if row["in_use"]] == ["yunet", "little"]
    use(tmp_path, "sface")
    assert models("remove", "little")[0] == 0


def test_check_says_that_the_chosen_model_is_another_one(models, tmp_path, little):
    models("add", little)
    use(tmp_path, "little@000000000000")
    status, out = models("check")
    assert status == 1 and "is not the one the settings name" in out


@pytest.mark.parametrize("engine", ["sface", "dlib", "little@0123456789ab"])
def test_the_setting_takes_engines_and_pinned_models(tmp_path, engine):
    use(tmp_path, engine)
    assert load(tmp_path / "profile").face.engine == engine


@pytest.mark.parametrize("engine", ["little", "little@short", "../x@0123456789ab", "sface@", ""])
def test_the_setting_refuses_a_model_without_its_fingerprint(tmp_path, engine):
    """The activation binds the setting: a name alone would let the file be exchanged under it."""
    use(tmp_path, engine)
    with pytest.raises(InputError, match=r"face\.engine"):
        load(tmp_path / "profile")


def test_templates_of_an_exchanged_model_are_never_loaded(tmp_path, little, model_cache):
    """The vault keeps vectors under the ids of the models that made them; another file has another id."""
    models_dir = tmp_path / "models"
    card = added_models.install(read_card(little), models_dir)
    before = "+".join(engines.create("little", model_cache, models_dir).models)
    profile = tmp_path / "profile"
    write(profile, replace(Settings(), profile=replace(Settings().profile, demo=True)))
    with closing(open_installation(profile)) as installation:
        with installation.store.write() as work:
            work.meta.put("face.activation", "test")
        vault = installation.vault.open()
        soon = datetime.now(UTC) + timedelta(days=1)
        vault.put(uuid4(), uuid4(), before, unit(np.ones(16))[None], soon)
        assert len(list(vault.load(before))) == 1
        shutil.rmtree(models_dir / card.name)
        other = projection(weights=np.random.default_rng(4).normal(size=(768, 16)).astype("f4"))
        added_models.install(read_card(write_card(tmp_path, embedder_card(), other)), models_dir)
        after = "+".join(engines.create("little", model_cache, models_dir).models)
        assert after != before and list(vault.load(after)) == []


def test_who_added_a_model_stands_in_the_audit_chain(tmp_path):
    profile = tmp_path / "profile"
    write_audit(profile, "model.added", "little@0123456789ab")
    with closing(open_installation(profile)) as installation, installation.store.read() as work:
        row = work.audit.since(0)[-1]
    assert (row.action, row.detail) == ("model.added", {"model": "little@0123456789ab"})


def test_an_added_model_can_be_evaluated(models, little, installed, model_cache, faces_dir, capsys):
    models("add", little)
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers(required=True))
    words = ["evaluate", str(faces_dir / "london"), "--limit", "3", "--json", "--model-cache", str(model_cache)]
    args = parser.parse_args([*words, "--engine", "little", "--models", str(installed)])
    assert args.run(args) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["engine"], figures["n"]) == ("little", 3)
    assert read_card(little).id in figures["models"]
    args = parser.parse_args([*words, "--engine", "little"])
    with pytest.raises(InputError, match="no face engine 'little'"):
        args.run(args)


def test_a_network_instead_of_its_card_is_refused_with_what_to_do(models, little, capsys):
    with pytest.raises(InputError, match="Write a card"):
        models("add", little.with_suffix(".onnx"))


def test_the_entry_point_knows_the_command(tmp_path, capsys):
    assert main.main(["models", "list", "--json", "--profile", str(tmp_path / "new")]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(ledger())
    assert not (tmp_path / "new").exists()
