"""Proof of sound: a call is played into a null sink of a PulseAudio of our own, and recorded from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("pulseaudio", "pactl", "parec")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)} to hear anything"),
]


@pytest.fixture
def sound_server(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a sound server with one null sink; ends it."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime), "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    modules = ("module-native-protocol-unix", "module-null-sink sink_name=hall")
    load = [f"--load={module}" for module in modules]
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--log-level=error", *load]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        for _ in range(50):
            if subprocess.run(["pactl", "info"], check=False, env=environment, capture_output=True).returncode == 0:
                break
        else:
            server.terminate()
            pytest.skip("PulseAudio does not start for this user")
        yield environment
        server.terminate()


def test_a_call_is_really_heard(sound_server: dict[str, str], tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    record = ["parec", "-d", "hall.monitor", "--file-format=wav", "--channels=1", str(heard)]
    with subprocess.Popen(record, env=sound_server) as ear:
        say = [sys.executable, "main.py", "--profile", str(tmp_path / "profile"), "voice", "say", "A012", "3"]
        done = subprocess.run(say, check=False, cwd=ROOT, env=sound_server, capture_output=True, text=True, timeout=60)
        ear.terminate()
    assert done.returncode == 0, done.stderr
    with wave.open(str(heard)) as source:
        rate, samples = source.getframerate(), array("h", source.readframes(source.getnframes()))
    loud = [max(map(abs, samples[i : i + rate])) > 1_000 for i in range(0, len(samples) - rate, rate)]
    assert sum(loud) >= 6, "a chime and two sentences last longer"
