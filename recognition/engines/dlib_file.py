"""Reads dlib's serialised face network (``.dat``) into plain layers, without dlib.

Owns the form of the file; must not know ONNX. Integers are a control byte (sign and length) and little-endian bytes,
floats a pair (mantissa, exponent), booleans the characters 0 and 1, tensors a version, four sizes and raw float32. The
versions of all layers stand first, outermost first; then come the input and the layers' details, innermost first.
A file is never trusted: every length is compared with what is left before anything is made of it.

Source of the form: dlib 19.4 to 20.0, every ``serialize`` in ``dnn/core.h``, ``layers.h``, ``input.h``, ``loss.h``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import InputError

Weights = NDArray[np.float32]

_MOST_LAYERS = 2000
_LONGEST_NAME = 64
_LARGEST_WINDOW = 64
# Products of two such numbers still fit into a float32.
_LARGEST_NUMBER = 1e15
_LEAST_VARIANCE = 1e-9
_LAYER, _TAG_OR_SKIP, _INNERMOST = 2, 1, 3


@dataclass(frozen=True, slots=True, eq=False)
class Conv:
    """Convolution: ``weights`` (out, in, rows, columns), ``bias`` (out,)."""

    weights: Weights
    bias: Weights
    stride: tuple[int, int]
    padding: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Affine:
    """gamma * x + beta per channel, both (channels,)."""

    gamma: Weights
    beta: Weights


@dataclass(frozen=True, slots=True)
class Pool:
    """Largest value or mean of a window; ``window`` (0, 0) is the whole plane."""

    largest: bool
    window: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Relu:
    """max(x, 0)."""


@dataclass(frozen=True, slots=True)
class Tag:
    """Remember the value here as number 1 or 2."""

    number: int


@dataclass(frozen=True, slots=True)
class Skip:
    """Go on from the value remembered as 1."""


@dataclass(frozen=True, slots=True)
class AddPrevious:
    """Add the value remembered as ``number``; the smaller one is filled up with zeros at the end of each axis."""

    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """Matrix product; ``weights`` (in, out), ``bias`` (out,)."""

    weights: Weights
    bias: Weights


Layer: TypeAlias = Conv | Affine | Pool | Relu | Tag | Skip | AddPrevious | Dense


@dataclass(frozen=True, slots=True, eq=False)
class FaceNetwork:
    """Input of ``size`` (rows, columns) RGB pixels, value = (pixel - ``mean``) / 256, then ``layers`` in order."""

    size: tuple[int, int]
    mean: tuple[float, float, float]
    layers: tuple[Layer, ...]


def read_network(content: bytes, name: str) -> FaceNetwork:
    """The network in a file's content; ``name`` is used in errors. Raises InputError ``model_unusable``."""
    return _Parser(_Reader(content, name)).network()


class _Reader:
    """Values of the serialisation, one after the other."""

    def __init__(self, content: bytes, name: str) -> None:
        self._content = content
        self._at = 0
        self._name = name

    @property
    def left(self) -> int:
        return len(self._content) - self._at

    def refuse(self, problem: str) -> NoReturn:
        raise InputError(
            "model_unusable",
            f"{self._name} is not a usable dlib face network: {problem} (byte {self._at}).",
            "Get the file again, or use another model.",
            model=self._name,
            problem=problem,
        )

    def take(self, count: int) -> bytes:
        if count > self.left:
            self.refuse("the file ends too early")
        self._at += count
        return self._content[self._at - count : self._at]

    def integer(self, low: int, high: int) -> int:
        """A whole number that must lie in [low, high]."""
        control = self.take(1)[0]
        length = control & 0x0F
        if not 1 <= length <= 8 or control & 0x70:
            self.refuse("a number is written in no known way")
        value = int.from_bytes(self.take(length), "little") * (-1 if control & 0x80 else 1)
        if not low <= value <= high:
            self.refuse(f"a number is {value}, not from {low} to {high}")
        return value

    def real(self) -> float:
        """A floating-point number of a size a network may have."""
        mantissa, exponent = self.integer(-(2**63), 2**63), self.integer(-1100, 100)
        value = mantissa * 2.0**exponent
        if abs(value) > _LARGEST_NUMBER:
            self.refuse("a number is too large")
        return value

    def boolean(self) -> bool:
        mark = self.take(1)
        if mark not in (b"0", b"1"):
            self.refuse("a switch is neither 0 nor 1")
        return mark == b"1"

    def text(self) -> str:
        return self.take(self.integer(0, _LONGEST_NAME)).decode("ascii", "replace")

    def tensor(self) -> Weights:
        """Float32 of four axes, no number larger than a network may have."""
        self.integer(2, 2)
        shape = [self.integer(0, 1 << 40) for _ in range(4)]
        count = 1
        for size in shape:
            count *= size
        if count * 4 > self.left:
            self.refuse("a tensor is larger than the file")
        values = np.frombuffer(self.take(count * 4), dtype="<f4").reshape(shape)
        if values.size and not float(np.abs(values).max()) <= _LARGEST_NUMBER:
            self.refuse("a weight is not a number, or too large")
        return values

    def alias(self) -> tuple[int, ...]:
        """The shape of a part of a tensor."""
        self.integer(1, 1)
        return tuple(self.integer(0, 1 << 40) for _ in range(4))


class _Parser:
    """Follows the file from its first byte to its last."""

    def __init__(self, reader: _Reader) -> None:
        self._in = reader
        self._details: dict[str, Callable[[str], Layer]] = {
            "con_4": self._convolution,
            "con_5": self._convolution,
            "con_6": self._convolution,
            "affine_": self._affine,
            "affine_2": self._affine,
            "bn_con2": self._normalisation,
            "relu_": self._relu,
            "relu_2": self._relu,
            "max_pool_2": self._pool,
            "avg_pool_2": self._pool,
            "add_prev_": lambda _: AddPrevious(1),
            "fc_2": self._dense,
            "fc_3": self._dense,
        }

    def network(self) -> FaceNetwork:
        self._loss()
        plan = self._plan()
        mean, size = self._input()
        layers: list[Layer] = []
        for number, step in enumerate(reversed(plan)):
            layers.append(step if step is not None else self._layer(innermost=number == 0))
        if self._in.left:
            self._in.refuse(f"{self._in.left} bytes follow the last layer")
        return FaceNetwork(size, mean, tuple(_with_numbers(layers)))

    def _loss(self) -> None:
        self._in.integer(1, 1)
        name = self._in.text()
        if name not in ("loss_metric_", "loss_metric_2"):
            self._in.refuse("it was not trained to tell faces apart (loss_metric)")
        if name == "loss_metric_2":
            self._in.real(), self._in.real()

    def _plan(self) -> list[Layer | None]:
        """Outermost first: a tag or skip, or None for a layer whose details follow. A lone 1 is tag 1, two in a row are
        skip 1 and tag 2."""
        versions = [self._in.integer(1, 3)]
        while versions[-1] != _INNERMOST:
            if len(versions) > _MOST_LAYERS:
                self._in.refuse("it has too many layers")
            versions.append(self._in.integer(1, 3))
        plan: list[Layer | None] = []
        for before, version, after in zip([_LAYER, *versions], versions, [*versions[1:], _LAYER], strict=False):
            if version == _TAG_OR_SKIP and before == after == _TAG_OR_SKIP:
                self._in.refuse("its branches are not those of a residual network")
            if version != _TAG_OR_SKIP:
                plan.append(None)
            elif after == _TAG_OR_SKIP:
                plan.append(Skip())
            else:
                plan.append(Tag(2 if before == _TAG_OR_SKIP else 1))
        return plan

    def _input(self) -> tuple[tuple[float, float, float], tuple[int, int]]:
        if self._in.text() != "input_rgb_image_sized":
            self._in.refuse("its input is not a colour picture of one size")
        mean = self._in.real(), self._in.real(), self._in.real()
        return mean, (self._in.integer(16, 1024), self._in.integer(16, 1024))

    def _layer(self, *, innermost: bool) -> Layer:
        """Details, then what training left behind: three switches and three tensors."""
        name = self._in.text()
        if name not in self._details:
            self._in.refuse(f"the kind of layer {name!r} is not known")
        layer = self._details[name](name)
        for _ in range(3):
            self._in.boolean()
        for _ in range(3):
            self._in.tensor()
        if innermost:
            self._in.integer(0, 1 << 31)
        return layer

    def _pair(self, low: int, high: int) -> tuple[int, int]:
        return self._in.integer(low, high), self._in.integer(low, high)

    def _convolution(self, version: str) -> Layer:
        params = self._in.tensor().reshape(-1)
        count = self._in.integer(1, 1 << 16)
        rows, columns = self._pair(1, _LARGEST_WINDOW)
        stride, padding = self._pair(1, _LARGEST_WINDOW), self._pair(0, _LARGEST_WINDOW)
        shape, bias_shape = self._in.alias(), self._in.alias()
        self._rates(4)
        has_bias = self._in.boolean() if version != "con_4" else True
        if version == "con_6" and self._in.boolean():
            self._in.refuse("a convolution was fused with its ReLU")
        if shape[0] != count or shape[2:] != (rows, columns):
            self._in.refuse("a convolution contradicts itself")
        weights, bias = self._parts(params, shape, count if has_bias else 0)
        if has_bias and int(np.prod(bias_shape, dtype=object)) != count:
            self._in.refuse("a convolution contradicts itself")
        return Conv(weights, bias if has_bias else np.zeros(count, np.float32), stride, padding)

    def _parts(self, params: Weights, shape: tuple[int, ...], rest: int) -> tuple[Weights, Weights]:
        """``params`` as weights of ``shape`` and the ``rest``."""
        count = int(np.prod(shape, dtype=object))
        if count == 0 or count + rest != params.size:
            self._in.refuse("a layer has more or fewer weights than it says")
        return params[:count].reshape(shape), params[count:]

    def _affine(self, version: str) -> Layer:
        params = self._in.tensor().reshape(-1)
        self._in.alias(), self._in.alias()
        self._in.integer(0, 1)
        if version == "affine_2" and self._in.boolean():
            self._in.refuse("an affine layer is switched off")
        if params.size % 2:
            self._in.refuse("an affine layer has an odd number of weights")
        return Affine(*np.split(params, 2))

    def _normalisation(self, _version: str) -> Layer:
        """Batch normalisation, taken as the fixed affine step dlib itself makes of it."""
        params = self._in.tensor().reshape(-1)
        self._in.alias(), self._in.alias()
        self._in.tensor(), self._in.tensor()
        mean, variance = self._in.tensor().reshape(-1), self._in.tensor().reshape(-1)
        self._in.integer(0, 1 << 62), self._in.integer(0, 1 << 62)
        self._rates(4)
        least = self._in.real()
        if not 2 * mean.size == 2 * variance.size == params.size or (variance + least < _LEAST_VARIANCE).any():
            self._in.refuse("a normalisation contradicts itself")
        gamma, beta = np.split(params.astype(np.float64), 2)
        factor = gamma / np.sqrt(variance.astype(np.float64) + least)
        return Affine(factor.astype(np.float32), (beta - mean * factor).astype(np.float32))

    def _relu(self, version: str) -> Layer:
        if version == "relu_2" and self._in.boolean():
            self._in.refuse("a ReLU is switched off")
        return Relu()

    def _pool(self, version: str) -> Layer:
        window, stride = self._pair(0, _LARGEST_WINDOW), self._pair(1, _LARGEST_WINDOW)
        return Pool(version == "max_pool_2", window, stride, self._pair(0, _LARGEST_WINDOW))

    def _dense(self, version: str) -> Layer:
        outputs, inputs = self._in.integer(1, 1 << 16), self._in.integer(1, 1 << 20)
        params = self._in.tensor().reshape(-1)
        self._in.alias(), self._in.alias()
        has_bias = self._in.integer(0, 1) == 0
        self._rates(4)
        if version == "fc_3":
            has_bias = self._in.boolean() and has_bias
        weights, bias = self._parts(params, (inputs, outputs), outputs if has_bias else 0)
        return Dense(weights, bias if has_bias else np.zeros(outputs, np.float32))

    def _rates(self, count: int) -> None:
        """Learning rates and decays of training."""
        for _ in range(count):
            self._in.real()


def _with_numbers(layers: list[Layer]) -> list[Layer]:
    """Additions with the number they add: after a branch with tag 2 that one, else tag 1."""
    numbered, open_branch = [], 1
    for layer in layers:
        if isinstance(layer, Tag):
            open_branch = layer.number
        numbered.append(AddPrevious(open_branch) if isinstance(layer, AddPrevious) else layer)
    return numbered
