"""Small networks and cards for tests, made on the spot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from recognition.weights import sha256

TERMS = {"licence": "MIT", "origin": "made by a test", "training_data": "none", "doubts": "none"}
TEMPLATE = [[5, 6], [11, 6], [8, 9], [6, 12], [10, 12]]


def projection(dim=16, *, side=16, weights=None, name="picture", output="vector", dtype=TensorProto.FLOAT) -> bytes:
    """An ONNX network that projects a picture of ``side`` squared to ``dim`` numbers."""
    if weights is None:
        weights = np.random.default_rng(2).normal(size=(3 * side * side, dim)).astype("f4") / side
    nodes = [
        helper.make_node("Cast", [name], ["values"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["values"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], [output]),
    ]
    graph = helper.make_graph(
        nodes,
        "projection",
        [helper.make_tensor_value_info(name, dtype, [1, 3, side, side])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, dim])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def with_outside_weights(content: bytes) -> bytes:
    """The same network, its weights said to lie in another file."""
    model = onnx.load_model_from_string(content)
    weights = model.graph.initializer[0]
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="weights.bin")
    return bytes(model.SerializeToString())


def embedder_card(**changes) -> dict:
    """The tables of a card that fits ``projection()``."""
    picture = {"name": "picture", "width": 16, "height": 16, "layout": "NCHW", "colour": "RGB"}
    card = {
        "name": "little",
        "kind": "embedder",
        **TERMS,
        "files": [{"file": "little.onnx", "sha256": "0" * 64}],
        "input": {**picture, "mean": [127.5, 127.5, 127.5], "scale": [0.0078125, 0.0078125, 0.0078125]},
        "embedder": {"output": "vector", "dim": 16, "metric": "cosine", "agreement": 0.3, "template": TEMPLATE},
    }
    return changed(card, changes)


def liveness_card(**changes) -> dict:
    """The tables of a liveness card for two networks of three classes."""
    card = embedder_card(name="alive", kind="liveness")
    del card["embedder"]
    card["files"] = [{"file": f"{n}.onnx", "sha256": "0" * 64, "crop": crop} for n, crop in ((1, 2.7), (2, 4.0))]
    card["liveness"] = {"output": "vector", "classes": 3, "live_class": 1, "scores": "logits"}
    return changed(card, changes)


def changed(card: dict, changes: dict) -> dict:
    """``card`` with values replaced; ``input__mean=...`` reaches into a table, None removes."""
    for key, value in changes.items():
        table, _, field = key.rpartition("__")
        target = card[table] if table else card
        target = target[0] if isinstance(target, list) else target
        if value is None:
            del target[field]
        else:
            target[field] = value
    return card


def write_card(folder: Path, card: dict, *contents: bytes) -> Path:
    """Card and files in ``folder``, the hashes set to those of ``contents``."""
    for file, content in zip(card["files"], contents, strict=False):
        (folder / file["file"]).write_bytes(content)
        file["sha256"] = sha256(content)
    path = folder / f"{card['name']}.toml"
    path.write_text(toml_of(card), encoding="utf-8")
    return path


def toml_of(card: dict) -> str:
    """A card as text; values in tables as TOML and JSON agree on them."""
    import json

    lines = [f"{key} = {json.dumps(value)}" for key, value in card.items() if not _is_table(value)]
    for key, value in card.items():
        for table in value if _is_table(value) and isinstance(value, list) else [value] if _is_table(value) else []:
            lines.append(f"[[{key}]]" if isinstance(value, list) else f"[{key}]")
            lines += [f"{name} = {json.dumps(entry)}" for name, entry in table.items()]
    return "\n".join(lines) + "\n"


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))
