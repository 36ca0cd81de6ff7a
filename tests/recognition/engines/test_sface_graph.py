"""Folding SFace changes nothing but speed, and its cache mends itself."""

from __future__ import annotations

import logging

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from recognition.engines import sface_graph
from recognition.weights import ledger, locate

MODEL = ledger()["sface"]


@pytest.fixture
def counted(monkeypatch):
    """Replaces the folding by something quick and counts how often it ran."""
    calls = []
    monkeypatch.setattr(sface_graph, "fold", lambda path: calls.append(path) or b"folded")
    return calls


def test_folded_network_computes_what_the_shipped_one_does():
    shipped = onnx.load(str(locate(MODEL)))
    only_data = [value for value in shipped.graph.input if value.name == "data"]
    del shipped.graph.input[:]
    shipped.graph.input.extend(only_data)
    face = np.random.default_rng(3).uniform(0, 255, (1, 3, 112, 112)).astype(np.float32)
    options = ort.SessionOptions()
    options.log_severity_level = 3
    results = [
        ort.InferenceSession(model, options, providers=["CPUExecutionProvider"]).run(None, {"data": face})[0]
        for model in (shipped.SerializeToString(), sface_graph.fold(locate(MODEL)))
    ]
    assert np.abs(results[0] - results[1]).max() < 1e-4


def test_folding_happens_once(tmp_path, counted):
    assert sface_graph.folded(MODEL, tmp_path) == b"folded"
    assert sface_graph.folded(MODEL, tmp_path) == b"folded"
    assert len(counted) == 1
    assert [path.suffix for path in tmp_path.iterdir()] == [".onnx"]


def test_a_damaged_cache_is_made_anew(tmp_path, counted):
    sface_graph.folded(MODEL, tmp_path)
    (cached,) = tmp_path.iterdir()
    cached.write_bytes(b"torn")
    assert sface_graph.folded(MODEL, tmp_path) == b"folded"
    assert len(counted) == 2


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path, counted, caplog):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with caplog.at_level(logging.WARNING):
        assert sface_graph.folded(MODEL, blocked) == b"folded"
    assert "cannot be written" in caplog.text
