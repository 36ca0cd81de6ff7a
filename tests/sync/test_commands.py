"""The commands, as an operator types them: a server in its own process, a hall that joins it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import InputError, WorldError
from kiosk.settings.write import write_default
from sync.commands import add_commands

MAIN = """
import argparse, sys
from pathlib import Path
from sync.commands import add_commands
parser = argparse.ArgumentParser()
parser.add_argument("--profile", type=Path)
add_commands(parser.add_subparsers(required=True))
args = parser.parse_args()
sys.exit(args.run(args))
"""


def run(profile: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(words)
    args.profile = profile
    code: int = args.run(args)
    return code


@pytest.fixture
def province() -> Iterator[Path]:
    """Profile of a running server process."""
    with tempfile.TemporaryDirectory(prefix="province-") as folder:
        profile = Path(folder)
        command = [sys.executable, "-c", MAIN, "--profile", folder, "server", "run", "--port", "0", "--json"]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
            assert child.stdout is not None
            assert json.loads(child.stdout.readline())["url"].startswith("https://localhost:")
            yield profile
            child.send_signal(signal.SIGTERM)
            assert child.wait(30) == 0


def test_a_hall_joins_and_an_employee_arrives(
    province: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_default(tmp_path)
    with pytest.raises(WorldError) as caught:
        run(tmp_path, "sync", "once")
    assert caught.value.code == "hall_not_enrolled"
    capsys.readouterr()

    run(province, "server", "enrol-code", "一号中心", "--json")
    bundle = json.loads(capsys.readouterr().out)["bundle"]
    assert run(tmp_path, "sync", "enrol", bundle, "--json") == 0
    assert json.loads(capsys.readouterr().out)["centre"] == "一号中心"

    person = ["--number", "1", "--name", "王", "--birth", "1990-01-01", "--unit-code", "U1"]
    with pytest.raises(InputError) as refused:
        run(province, "server", "add-employee", *person)
    assert refused.value.code == "unit_name_missing"
    assert run(province, "server", "add-employee", *person, "--unit-name", "一厂") == 0
    capsys.readouterr()

    assert run(tmp_path, "sync", "once", "--json") == 0
    assert json.loads(capsys.readouterr().out)["state"] == "online"
    assert run(tmp_path, "sync", "status", "--json") == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["count"], {stream["stream"] for stream in status["streams"]}) == (0, {"up", "down"})
    assert run(province, "server", "status", "--json") == 0
    (centre,) = json.loads(capsys.readouterr().out)["centres"]
    assert centre["centre"] == "一号中心"


def test_a_server_that_never_ran_has_no_address(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run(tmp_path, "server", "enrol-code", "x")
    assert caught.value.code == "server_address"
