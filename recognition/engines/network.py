"""Runs one ONNX network on the processor: the session every engine uses, and networks described by a model card.

A card's network is distrusted: anything but the described input and output is refused when it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from kiosk.errors import InputError
from recognition.model_cards import Colour, Layout, PictureInput
from recognition.types import Pixels


def one_thread_session(model: bytes) -> ort.InferenceSession:
    """One thread, no spinning: a second thread burns a whole core between calls and the GUI needs it."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def unusable(model: str, problem: str) -> NoReturn:
    """Raise the InputError ``model_unusable``."""
    raise InputError(
        "model_unusable",
        f"The model {model} cannot be used: {problem}.",
        "Correct its card, or get the right file, and add it again.",
        model=model,
        problem=problem,
    )


class CardNetwork:
    """A loaded network with one picture as input and ``count`` numbers as output. One thread at a time."""

    def __init__(self, content: bytes, model: str, picture: PictureInput, output: str, count: int) -> None:
        """Load and try it out. Raises InputError ``model_unusable``."""
        self._model = model
        self._picture = picture
        self._output = output
        self._count = count
        _refuse_outside_data(content, model)
        try:
            self._session = one_thread_session(content)
        except Exception as fault:
            # onnxruntime raises a dozen unrelated types for files it cannot use.
            unusable(model, f"onnxruntime refuses it ({type(fault).__name__})")
        self._compare_with_card()
        self._try_out()

    def run(self, pixels: Pixels) -> NDArray[np.float32]:
        """The output as float32 (count,) for BGR uint8 pixels (height, width, 3) of the described size.

        Raises InputError ``model_unusable`` when the output is not ``count`` finite numbers.
        """
        try:
            (raw,) = self._session.run([self._output], {self._picture.name: tensor(pixels, self._picture)})
        except Exception as fault:
            unusable(self._model, f"it stops while computing ({type(fault).__name__})")
        values = np.asarray(raw)
        if values.size != self._count or values.dtype.kind != "f":
            unusable(self._model, f"its output has {values.size} values, the card says {self._count}")
        if not np.isfinite(values).all():
            unusable(self._model, "its output is not finite")
        return values.reshape(-1).astype(np.float32)

    def _compare_with_card(self) -> None:
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        names = [entry.name for entry in inputs]
        if names != [self._picture.name]:
            unusable(self._model, f"its inputs are {', '.join(names)}, the card says {self._picture.name}")
        if inputs[0].type != "tensor(float)":
            unusable(self._model, f"its input takes {inputs[0].type}, only tensor(float) is supported")
        wanted = _shape(self._picture)
        if not _fits(inputs[0].shape, wanted):
            unusable(self._model, f"its input has the shape {inputs[0].shape}, the card says {list(wanted)}")
        if self._output not in [entry.name for entry in outputs]:
            unusable(self._model, f"its outputs are {', '.join(entry.name for entry in outputs)}")

    def _try_out(self) -> None:
        """Two pictures must give two different answers."""
        grain = np.random.default_rng(1).integers(0, 256, (self._picture.height, self._picture.width, 3), np.uint8)
        first, second = self.run(grain), self.run(255 - grain // 2)
        if not first.any() or np.array_equal(first, second):
            unusable(self._model, "it answers different pictures with the same numbers")


def tensor(pixels: Pixels, picture: PictureInput) -> NDArray[np.float32]:
    """BGR uint8 (height, width, 3) as the network wants it: colours, scale and axes; float32 with four axes."""
    ordered = pixels[:, :, ::-1] if picture.colour is Colour.RGB else pixels
    values = (ordered.astype(np.float32) - np.asarray(picture.mean, np.float32)) * np.asarray(picture.scale, np.float32)
    return np.ascontiguousarray(values.transpose(2, 0, 1) if picture.layout is Layout.NCHW else values)[None]


def _shape(picture: PictureInput) -> tuple[int, ...]:
    plane = picture.height, picture.width
    return (1, 3, *plane) if picture.layout is Layout.NCHW else (1, *plane, 3)


def _fits(given: list[Any], wanted: tuple[int, ...]) -> bool:
    """Whether a declared shape allows ``wanted``; a name or nothing in place of a number allows any."""
    return len(given) == len(wanted) and all(
        not isinstance(side, int) or side == size for side, size in zip(given, wanted, strict=True)
    )


def _refuse_outside_data(content: bytes, model: str) -> None:
    """Weights in further files would escape the SHA-256 of the card."""
    import onnx

    try:
        parsed = onnx.load_model_from_string(content)
    except Exception:
        # protobuf's DecodeError, from a package that is not ours to import
        unusable(model, "it is not an ONNX file")
    if not parsed.HasField("graph") or not parsed.graph.node:
        unusable(model, "it is not an ONNX file")
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in _tensors(parsed)):
        unusable(model, "its weights lie in further files; save it as one file")


def _tensors(message: Any) -> Iterator[Any]:
    """Every tensor inside an ONNX message, at any depth."""
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for part in value if field.is_repeated else (value,):
            if field.message_type.name == "TensorProto":
                yield part
            else:
                yield from _tensors(part)
