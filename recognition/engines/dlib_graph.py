"""dlib's face network as ONNX, so that onnxruntime computes it without holding the interpreter lock.

Input ``chip``: uint8 (1, rows, columns, 3), RGB; normalisation lies inside the graph. Output ``descriptor``: float32
(1, dim), not normalised, as dlib gives it (norms 1.3 to 1.6). Affine layers are folded into the convolution before
them in double precision; the result differs from dlib's by float rounding only. ``onnx`` is needed to convert, not to
run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import InputError
from recognition.engines.dlib_file import (
    AddPrevious,
    Affine,
    Conv,
    Dense,
    FaceNetwork,
    Layer,
    Pool,
    Relu,
    Skip,
    Tag,
    read_network,
)
from recognition.engines.prepared import prepared

if TYPE_CHECKING:
    import onnx

INPUT, OUTPUT = "chip", "descriptor"
OPSET = 17
# Part of the cache's name: raise it when the conversion changes.
RECIPE = 1
# The largest plane between two layers, in numbers: the published network needs 32 * 72 * 72.
_MOST_VALUES = 1 << 24

Shape = tuple[int, int, int]
"""Channels, rows, columns."""


def converted(content: bytes, model_id: str, cache_dir: Path) -> bytes:
    """Serialised ONNX of the ``.dat`` ``content``, from the cache or made now (0.3 s).

    ``model_id`` (name@hash of ``content``) names the cache entry. Raises InputError ``model_unusable``.
    """
    stem = f"{model_id.replace('@', '-')}-r{RECIPE}"
    return prepared(stem, cache_dir, lambda: to_onnx(read_network(content, model_id), model_id))


def to_onnx(network: FaceNetwork, name: str) -> bytes:
    """Serialised ONNX. Raises InputError ``model_unusable`` when its layers do not fit one another."""
    return _Graph(network, name).serialised()


class _Graph:
    """Nodes and weights so far, and the value the next layer starts from."""

    def __init__(self, network: FaceNetwork, name: str) -> None:
        self._name = name
        self._size = network.size
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._tags: dict[int, tuple[str, Shape]] = {}
        self._value = self._normalised(network.mean)
        self._shape: Shape = (3, *network.size)
        for layer in _folded(network.layers):
            self._add(layer)

    def serialised(self) -> bytes:
        from onnx import TensorProto, checker, helper

        if self._shape[1:] != (1, 1):
            self._refuse("its end is not one vector")
        self._nodes[-1].output[0] = OUTPUT
        graph = helper.make_graph(
            self._nodes,
            "dlib_face_network",
            [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, [1, *self._size, 3])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, self._shape[0]])],
            self._weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))

    def _refuse(self, problem: str) -> NoReturn:
        raise InputError(
            "model_unusable",
            f"{self._name} is not a usable dlib face network: {problem}.",
            "Get the file again, or use another model.",
            model=self._name,
            problem=problem,
        )

    def _node(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        """Append a node; the name of its output."""
        from onnx import helper

        output = f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _constant(self, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _normalised(self, mean: tuple[float, float, float]) -> str:
        """(pixel - mean) / 256, then the channels before rows and columns."""
        pixels = self._node("Cast", [INPUT], to=1)
        centred = self._node("Sub", [pixels, self._constant(np.asarray(mean, np.float32))])
        small = self._node("Mul", [centred, self._constant(np.array([1 / 256], np.float32))])
        return self._node("Transpose", [small], perm=[0, 3, 1, 2])

    def _add(self, layer: Layer) -> None:
        match layer:
            case Conv():
                self._convolve(layer)
            case Relu():
                self._value = self._node("Relu", [self._value])
            case Pool():
                self._pool(layer)
            case Tag():
                self._tags[layer.number] = self._value, self._shape
            case Skip():
                self._value, self._shape = self._tagged(1)
            case AddPrevious():
                self._add_previous(layer.number)
            case Dense():
                self._dense(layer)
            case Affine():
                self._refuse("an affine layer follows no convolution")

    def _convolve(self, layer: Conv) -> None:
        if layer.weights.shape[1] != self._shape[0]:
            self._refuse("a convolution expects another number of channels")
        window = layer.weights.shape[2:]
        rows, columns = self._windowed((window[0], window[1]), layer.stride, layer.padding)
        self._value = self._node(
            "Conv",
            [self._value, self._constant(layer.weights), self._constant(layer.bias)],
            strides=list(layer.stride),
            pads=list(layer.padding * 2),
        )
        self._set_shape((len(layer.bias), rows, columns))

    def _pool(self, layer: Pool) -> None:
        if layer.window == (0, 0):
            self._value = self._node("GlobalMaxPool" if layer.largest else "GlobalAveragePool", [self._value])
            self._set_shape((self._shape[0], 1, 1))
            return
        rows, columns = self._windowed(layer.window, layer.stride, layer.padding)
        self._value = self._node(
            "MaxPool" if layer.largest else "AveragePool",
            [self._value],
            kernel_shape=list(layer.window),
            strides=list(layer.stride),
            pads=list(layer.padding * 2),
        )
        self._set_shape((self._shape[0], rows, columns))

    def _windowed(self, window: tuple[int, int], stride: tuple[int, int], padding: tuple[int, int]) -> tuple[int, int]:
        """Rows and columns after a window moved over the plane."""
        sides = [
            (self._shape[1 + axis] + 2 * padding[axis] - window[axis]) // stride[axis] + 1 if window[axis] else 0
            for axis in (0, 1)
        ]
        if min(sides) < 1 or padding[0] >= window[0] or padding[1] >= window[1]:
            self._refuse("a window is larger than the plane under it")
        return sides[0], sides[1]

    def _set_shape(self, shape: Shape) -> None:
        if shape[0] * shape[1] * shape[2] > _MOST_VALUES:
            self._refuse("a layer is larger than any face network needs")
        self._shape = shape

    def _tagged(self, number: int) -> tuple[str, Shape]:
        if number not in self._tags:
            self._refuse("a branch begins nowhere")
        return self._tags[number]

    def _add_previous(self, number: int) -> None:
        """Sum of both values, each filled up with zeros at the end of every axis where the other is larger."""
        value, shape = self._tagged(number)
        goal = max(self._shape[0], shape[0]), max(self._shape[1], shape[1]), max(self._shape[2], shape[2])
        mine = self._filled(self._value, self._shape, goal)
        self._value = self._node("Add", [mine, self._filled(value, shape, goal)])
        self._set_shape(goal)

    def _filled(self, value: str, shape: Shape, goal: Shape) -> str:
        if shape == goal:
            return value
        ends = [large - small for large, small in zip(goal, shape, strict=True)]
        return self._node("Pad", [value, self._constant(np.array([0, 0, 0, 0, 0, *ends], np.int64))])

    def _dense(self, layer: Dense) -> None:
        channels, rows, columns = self._shape
        if layer.weights.shape[0] != channels * rows * columns:
            self._refuse("its last layer expects another number of inputs")
        flat = self._node("Flatten", [self._value])
        self._value = self._node("Gemm", [flat, self._constant(layer.weights), self._constant(layer.bias)])
        self._set_shape((len(layer.bias), 1, 1))


def _folded(layers: tuple[Layer, ...]) -> list[Layer]:
    """The layers with each affine step inside the convolution before it."""
    kept: list[Layer] = []
    for layer in layers:
        before = kept[-1] if kept else None
        if isinstance(layer, Affine) and isinstance(before, Conv) and len(layer.gamma) == len(before.bias):
            gamma = layer.gamma.astype(np.float64)
            weights = before.weights * gamma[:, None, None, None]
            bias = before.bias * gamma + layer.beta
            kept[-1] = Conv(weights.astype(np.float32), bias.astype(np.float32), before.stride, before.padding)
        else:
            kept.append(layer)
    return kept
