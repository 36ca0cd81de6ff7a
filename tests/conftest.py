"""Fixtures for every test: where the real photographs lie, and the rule that nothing may be logged unexpectedly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")
# A developer's own keyring is never touched, and every test sees the same kind of machine.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# A busy machine must not fail a property: time is measured by the benches only.
settings.register_profile("reception", deadline=None)
settings.load_profile("reception")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def faces_dir() -> Path:
    """The folder of real photographs; tests that need it skip when it is absent (DECISIONS 32)."""
    folder = Path(os.environ.get("RECEPTION_FACES", ROOT.parent / "shared" / "faces"))
    if not folder.is_dir():
        pytest.skip(f"no photographs at {folder}; set RECEPTION_FACES")
    return folder
