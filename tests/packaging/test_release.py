"""Updating a machine: the new release is used only after it has looked at everything, and going back is one command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging import load

updating = load("release")
Machine, ReleaseError, install = updating.Machine, updating.ReleaseError, updating.install
pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="links and bash; docs/install.md says what Windows does"
)

PROGRAM = """
import json, pathlib, sys
words, here = sys.argv[1:], pathlib.Path(__file__).parent
profile = pathlib.Path(words[words.index("--profile") + 1])
store, log = profile / "hall.db", profile.parent / "log"
log.open("a").write(f"{here.name} {words[0]}\\n")
if words[0] == "backup":
    pathlib.Path(words[1]).write_text(store.read_text())
elif words[0] == "restore":
    store.write_text(pathlib.Path(words[1]).read_text())
elif words[0] == "doctor":
    store.write_text(store.read_text() + " opened by " + here.name)
    sys.exit((here / "broken").exists())
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "hall.db").write_text("data")
    log = tmp_path / "log"
    return Machine(tmp_path / "root", profile, f"sh -c 'echo stop >> {log}'", f"sh -c 'echo start >> {log}'")


def unpacked(folder: Path, name: str, *, broken: bool = False, environment: int = 0) -> Path:
    """A release that is as small as one can be."""
    source = folder / f"unpacked-{name}"
    (source / "packaging").mkdir(parents=True)
    (source / "main.py").write_text(PROGRAM)
    (source / "pyproject.toml").write_text('version = "1.0"\n')
    script = source / "packaging" / "environment.sh"
    made = f"mkdir -p .venv/bin && ln -s {sys.executable} .venv/bin/python"
    script.write_text(f'#!/bin/bash\ncd "$(dirname "$0")/.."\n{made}\nexit {environment}\n')
    script.chmod(0o755)
    if broken:
        (source / "broken").touch()
    return source


def current(machine: Machine) -> str:
    return (machine.root / "current").readlink().name


def done(machine: Machine) -> list[str]:
    """What happened since the last time this was asked."""
    log = machine.profile.parent / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    log.write_text("")
    return lines


def test_a_release_is_looked_at_before_it_is_used(machine: Machine, tmp_path: Path):
    install(machine, unpacked(tmp_path, "one"), "one")
    assert (current(machine), done(machine)) == ("one", ["stop", "one doctor", "start"])
    install(machine, unpacked(tmp_path, "two"), "two")
    assert done(machine) == ["stop", "one backup", "two doctor", "start"]
    assert (current(machine), machine.named("previous")) == ("two", machine.releases / "one")


def test_a_release_that_finds_something_wrong_is_not_used_and_leaves_the_store_as_it_was(machine, tmp_path, capfd):
    install(machine, unpacked(tmp_path, "one"), "one")
    before = (machine.profile / "hall.db").read_text()
    done(machine)
    with pytest.raises(ReleaseError, match="The release in use stays"):
        install(machine, unpacked(tmp_path, "two", broken=True), "two")
    assert done(machine) == ["stop", "one backup", "two doctor", "one restore", "start"]
    assert (machine.profile / "hall.db").read_text() == before
    assert current(machine) == "one" and machine.named("previous") is None
    assert not (machine.releases / "two").exists()


def test_an_environment_that_cannot_be_made_stops_nothing(machine: Machine, tmp_path: Path):
    install(machine, unpacked(tmp_path, "one"), "one")
    done(machine)
    with pytest.raises(ReleaseError, match="environment"):
        install(machine, unpacked(tmp_path, "two", environment=1), "two")
    assert (current(machine), done(machine)) == ("one", [])


def test_going_back_and_forth(machine: Machine, tmp_path: Path, capsys):
    words = ["--root", str(machine.root), "--profile", str(machine.profile)]
    assert updating.main([*words, "rollback"]) == 1
    for name in ("one", "two"):
        assert updating.main([*words, "install", str(unpacked(tmp_path, name)), "--name", name]) == 0
    assert updating.main([*words, "rollback"]) == 0
    assert current(machine) == "one"
    assert updating.main([*words, "rollback"]) == 0
    assert current(machine) == "two"
    capsys.readouterr()
    assert updating.main([*words, "status"]) == 0
    assert capsys.readouterr().out.splitlines() == ["one previous", "two current"]


@pytest.mark.parametrize("name", ["../away", "", ".hidden", "a b"])
def test_a_name_cannot_lead_out_of_the_folder(machine: Machine, tmp_path: Path, name: str):
    source = unpacked(tmp_path, "x")
    if name:
        with pytest.raises(ReleaseError, match="no name for a folder"):
            install(machine, source, name)
    else:
        assert install(machine, source, name).name.startswith("1.0-")


def test_what_is_no_release_is_refused(machine: Machine, tmp_path: Path):
    with pytest.raises(ReleaseError, match=r"no main\.py"):
        install(machine, tmp_path)
    install(machine, unpacked(tmp_path, "one"), "one")
    with pytest.raises(ReleaseError, match="there already"):
        install(machine, unpacked(tmp_path, "again"), "one")


def test_it_needs_nothing_but_python(tmp_path: Path):
    script = Path(updating.__file__)
    ended = subprocess.run([sys.executable, "-S", "-I", str(script), "--help"], capture_output=True, check=False)
    assert ended.returncode == 0
