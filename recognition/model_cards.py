"""Model cards: the small TOML files that describe networks an operator adds (docs/models.md).

Owns the form of a card, its checks and where added models lie (``<profile>/models/<name>/``: the card and its files).
Must not load a network; ``engines`` and ``liveness`` do that from a ``ModelCard``. Nothing here trusts a card: every
field is checked, and every file is read through ``content_of``, which compares its SHA-256.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from kiosk.errors import WorldError
from kiosk.toml_rows import read_toml, record, refuse
from recognition.weights import sha256

FOLDER = "models"
"""Folder of the added models inside a profile."""

CARD = "card.toml"
"""Name of the card inside the folder of an added model."""

MAX_FILE_BYTES = 1 << 30
_MAX_SIDE = 1024
_MAX_DIM = 4096
_TERMS = ("licence", "origin", "training_data", "doubts")


class Kind(StrEnum):
    """What a model is for."""

    EMBEDDER = "embedder"
    DLIB = "dlib"
    LIVENESS = "liveness"


class Layout(StrEnum):
    """Order of the input's axes: N pictures, C colours, H rows, W columns."""

    NCHW = "NCHW"
    NHWC = "NHWC"


class Colour(StrEnum):
    """Order of the colours in the input."""

    RGB = "RGB"
    BGR = "BGR"


class Metric(StrEnum):
    """How two vectors are compared."""

    COSINE = "cosine"


class Scores(StrEnum):
    """What a liveness network puts out: numbers that need a softmax, or shares that add up to one."""

    LOGITS = "logits"
    SHARES = "shares"


@dataclass(frozen=True, slots=True)
class CardFile:
    """A model file beside its card. ``crop``: how much larger than the face box the part looked at is (liveness)."""

    file: str
    sha256: str
    crop: float = 0.0


@dataclass(frozen=True, slots=True)
class PictureInput:
    """How a picture enters a network: value = (pixel 0..255 - mean) * scale, both in the order of ``colour``."""

    name: str
    width: int
    height: int
    layout: Layout
    colour: Colour
    mean: tuple[float, ...]
    scale: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Embedder:
    """A network that makes ``dim`` numbers of a face whose five points were brought to ``template``: (x, y) in pixels
    of the input, the eyes (left in the picture first), nose, mouth corners (left in the picture first).

    ``crowd``: how many people the best match is compared with (``recognition.crowd``); 0 unless measured to help."""

    output: str
    dim: int
    metric: Metric
    agreement: float
    template: tuple[tuple[float, ...], ...]
    crowd: int = 0


@dataclass(frozen=True, slots=True)
class DlibNetwork:
    """dlib's face network in another training: everything but the weights is fixed."""

    agreement: float = 0.9


@dataclass(frozen=True, slots=True)
class LivenessNetwork:
    """Networks with ``classes`` outputs of which ``live_class`` (from 0) means a living face; the verdict is the mean
    of the files' shares."""

    output: str
    classes: int
    live_class: int
    scores: Scores


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One added model. Exactly the table named like ``kind`` is filled; ``input`` too, but for dlib."""

    name: str
    kind: Kind
    licence: str
    origin: str
    training_data: str
    doubts: str
    files: tuple[CardFile, ...]
    input: PictureInput | None = None
    embedder: Embedder | None = None
    dlib: DlibNetwork | None = None
    liveness: LivenessNetwork | None = None
    path: Path | None = None
    """Where the card lies, its files beside it; never written in the card."""

    @property
    def id(self) -> str:
        """``name@fingerprint``. The fingerprint covers every file and every field that shapes a result: vectors made by
        another file or another normalisation have another id and are never compared."""
        shaping = asdict(replace(self, path=None))
        for text in _TERMS:
            del shaping[text]
        return f"{self.name}@{hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()[:12]}"

    @property
    def live(self) -> tuple[PictureInput, LivenessNetwork]:
        """Input and output of a liveness card."""
        assert self.input is not None and self.liveness is not None
        return self.input, self.liveness


def read_card(path: Path) -> ModelCard:
    """The checked card at ``path``. The files it names are not opened.

    Raises InputError ``content_file`` naming file, key and remedy.
    """
    try:
        table = read_toml(path)
    except OSError as fault:
        refuse(path.name, "file", f"cannot be read ({fault.strerror})", "Name the card, a TOML file (docs/models.md).")
    if "path" in table:
        refuse(path.name, "path", "is not a field of a card", "Remove it; the files lie beside the card.")
    card = replace(record(path, "card", table, ModelCard), path=path)
    _Check(path.name).card(card)
    return card


def card_paths(folder: Path) -> dict[str, Path]:
    """Name and card of every added model below ``folder`` (``<profile>/models``); the cards are not read."""
    paths = sorted(folder.glob(f"*/{CARD}"))
    return {path.parent.name: path for path in paths if not path.parent.name.startswith(".")}


def installed_card(path: Path) -> ModelCard:
    """The card of an added model. Raises as ``read_card``, and when it and its folder disagree about the name."""
    card = read_card(path)
    if card.name != path.parent.name:
        refuse(f"{path.parent.name}/{CARD}", "name", f"is {card.name}", f"Write {path.parent.name}.")
    return card


def installed_cards(folder: Path) -> tuple[ModelCard, ...]:
    """The card of every added model below ``folder``, by name. Raises as ``installed_card``."""
    return tuple(installed_card(path) for path in card_paths(folder).values())


def content_of(card: ModelCard, file: CardFile) -> bytes:
    """The bytes of one file, its SHA-256 checked. Raises WorldError ``model_missing`` or ``model_changed``."""
    assert card.path is not None
    path = card.path.parent / file.file
    try:
        content = _read_whole(path)
    except OSError as fault:
        raise WorldError(
            "model_missing",
            f"The file {file.file} of the model {card.name} cannot be read ({fault.strerror}).",
            "Put it beside its card, or add the model again with `main.py models add`.",
            model=card.name,
        ) from fault
    if sha256(content) != file.sha256:
        raise WorldError(
            "model_changed",
            f"The file {file.file} of the model {card.name} is not the one its card names (SHA-256 differs).",
            "Do not use it: get the right file, or state the new SHA-256 in a card of another name.",
            model=card.name,
        )
    return content


def _read_whole(path: Path) -> bytes:
    """Content of an ordinary file of bearable size. Raises OSError."""
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, "no such file")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise OSError(errno.EFBIG, f"larger than {MAX_FILE_BYTES >> 20} MiB")
    return path.read_bytes()


@dataclass(frozen=True, slots=True)
class _Check:
    """The rules of a card that its field types cannot say. Refuses with the file's name."""

    file: str

    def refuse(self, key: str, problem: str, remedy: str) -> NoReturn:
        refuse(self.file, key, problem, remedy)

    def card(self, card: ModelCard) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", card.name):
            self.refuse("name", f"is {card.name!r}", "2 to 31 of a-z, 0-9 and -, a letter first.")
        for text in _TERMS:
            if not getattr(card, text).strip():
                self.refuse(text, "is empty", "Say what is known; write that nothing is known when so.")
        self._tables(card)
        self._files(card)
        if card.input:
            self._input(card.input)
        if card.embedder and card.input:
            self._embedder(card.embedder, card.input)
        if card.dlib:
            self._within("dlib.agreement", card.dlib.agreement, -1, 1)
        if card.liveness:
            self._within("liveness.classes", card.liveness.classes, 2, 100)
            self._within("liveness.live_class", card.liveness.live_class, 0, card.liveness.classes - 1)

    def _tables(self, card: ModelCard) -> None:
        """The kind decides which tables stand in the card."""
        wanted = {card.kind.value} | ({"input"} if card.kind is not Kind.DLIB else set())
        for name in ("input", "embedder", "dlib", "liveness"):
            there = getattr(card, name) is not None
            if there and name not in wanted:
                self.refuse(f"[{name}]", f"has no meaning for kind {card.kind}", "Remove the table.")
            if not there and name in wanted:
                self.refuse(f"[{name}]", f"is missing for kind {card.kind}", "Add the table (docs/models.md).")

    def _files(self, card: ModelCard) -> None:
        if not card.files or (len(card.files) > 1 and card.kind is not Kind.LIVENESS):
            self.refuse("[[files]]", f"are {len(card.files)}", f"One for kind {card.kind}; liveness may have several.")
        for file in card.files:
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", file.file) or file.file == CARD:
                self.refuse("files.file", f"is {file.file!r}", "A plain file name without folders.")
            if not re.fullmatch(r"[0-9a-f]{64}", file.sha256):
                self.refuse("files.sha256", "is no SHA-256", "Write 64 digits 0-9 a-f.")
            if card.kind is Kind.LIVENESS:
                self._within("files.crop", file.crop, 1, 10)
            elif file.crop:
                self.refuse("files.crop", "has a meaning for liveness only", "Remove it.")
        if len({file.file for file in card.files}) < len(card.files):
            self.refuse("files.file", "names a file twice", "Each file once.")

    def _input(self, entry: PictureInput) -> None:
        for side in ("width", "height"):
            self._within(f"input.{side}", getattr(entry, side), 16, _MAX_SIDE)
        for name in ("mean", "scale"):
            values = getattr(entry, name)
            if len(values) != 3 or not all(map(math.isfinite, values)):
                self.refuse(f"input.{name}", "is not three numbers", "One per colour, in the order of input.colour.")
        if 0.0 in entry.scale:
            self.refuse("input.scale", "is zero", "value = (pixel - mean) * scale; 1.0 leaves pixels as they are.")

    def _embedder(self, entry: Embedder, picture: PictureInput) -> None:
        self._within("embedder.dim", entry.dim, 16, _MAX_DIM)
        self._within("embedder.agreement", entry.agreement, -1, 1)
        self._within("embedder.crowd", entry.crowd, 0, 1000)
        points = entry.template
        if len(points) != 5 or any(len(point) != 2 for point in points):
            self.refuse("embedder.template", "is not five points", "Write [[x, y], ...] for eyes, nose, mouth corners.")
        for x, y in points:
            self._within("embedder.template", x, 0, picture.width)
            self._within("embedder.template", y, 0, picture.height)
        left_eye, right_eye, _nose, left_mouth, right_mouth = points
        if not (left_eye[0] < right_eye[0] and left_mouth[0] < right_mouth[0] and left_eye[1] < left_mouth[1]):
            self.refuse("embedder.template", "has another order", "Left eye, right eye, nose, left and right mouth.")

    def _within(self, key: str, value: float, low: float, high: float) -> None:
        if not low <= value <= high:
            self.refuse(key, f"is {value}", f"A number from {low} to {high}.")
