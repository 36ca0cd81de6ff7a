"""What is held or stands before the camera in the measure of liveness, frame by frame. All of it is simulated.

A presentation is a person's portrait on a surface, a movement that tries to fulfil the ask, and the look of the medium
(noise, glare, bezel, moire, compression). The same seed gives the same frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from benchmarks import scene
from benchmarks.scene import TEXEL, Pose, Surface
from recognition.types import Face, Frame, Pixels

FPS = 15.0
RUN_IN, HOLD = 2, 5
Rng = np.random.Generator
HEAD_SPAN = (1.15, 1.85)
"""Half width and half height of a head's visible ellipse, in eye distances."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A picture of one person scaled to ``TEXEL``, and where the point between the eyes lies in it."""

    pixels: Pixels
    origin: tuple[float, float]


def portrait(frame: Frame, face: Face) -> Portrait:
    """The picture upright and scaled for ``scene``."""
    eyes = face.points[1] - face.points[0]
    middle = (face.points[0] + face.points[1]) / 2
    turn = cv2.getRotationMatrix2D(
        (float(middle[0]), float(middle[1])), float(np.degrees(np.arctan2(eyes[1], eyes[0]))), 1.0
    )
    upright = cv2.warpAffine(frame.pixels, turn, (frame.width, frame.height), borderMode=cv2.BORDER_REPLICATE)
    scale = TEXEL / float(np.linalg.norm(eyes))
    shape = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    pixels = cv2.resize(upright, None, fx=scale, fy=scale, interpolation=shape)
    return Portrait(np.asarray(pixels, dtype=np.uint8), (float(middle[0]) * scale, float(middle[1]) * scale))


@dataclass(frozen=True, slots=True)
class Movement:
    """A turn towards ``side`` (+1 right of the picture): degrees reached, frames it takes, and how the hand shakes."""

    side: float
    yaw: float
    frames: int
    pitch: float = 0.0
    shift: float = 0.0
    nearer: float = 1.0
    shake: float = 0.012
    sway: float = 0.0

    def poses(self, rng: Rng, away: float) -> Iterator[Pose]:
        """Rest, the turn with an even start and end, and a hold."""
        phase, jitter = rng.uniform(0, 6.28), np.zeros(6)
        for number in range(RUN_IN + self.frames + HOLD):
            share = float(np.clip((number - RUN_IN) / self.frames, 0, 1))
            eased = (1 - np.cos(np.pi * share)) / 2
            jitter = 0.8 * jitter + rng.normal(0, self.shake, 6)
            wobble = self.sway * np.sin(phase + number / 2.2)
            yield Pose(
                yaw=self.side * self.yaw * eased + 30 * jitter[0] + wobble,
                pitch=self.pitch * eased + 30 * jitter[1],
                roll=30 * jitter[2],
                x=self.side * self.shift * eased + jitter[3],
                y=-0.5 + jitter[4],
                away=away / (1 + (self.nearer - 1) * eased) + jitter[5],
            )


@dataclass(frozen=True, slots=True)
class Look:
    """Camera and medium. ``moire`` and ``glare`` are shares of full white."""

    noise: float = 2.5
    blur: float = 0.5
    quality: int = 85
    gain: float = 1.0
    glare: float = 0.0
    moire: float = 0.0


def developed(pixels: Pixels, look: Look, rng: Rng) -> Pixels:
    """The picture as the webcam hands it over."""
    image = pixels.astype(np.float32) * look.gain
    if look.glare:
        ys, xs = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
        spot = np.exp(-(((xs - 0.58 * image.shape[1]) / 45) ** 2) - (((ys - 0.4 * image.shape[0]) / 25) ** 2))
        image += 255 * look.glare * spot[:, :, None]
    if look.moire:
        ys, xs = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
        waves = np.sin(xs * 1.9 + ys * 0.35) * np.sin(ys * 1.3 - xs * 0.2)
        image += 255 * look.moire * waves[:, :, None]
    grain = look.noise * rng.standard_normal(image.shape, dtype=np.float32)
    image = cv2.GaussianBlur(image, (0, 0), look.blur) + grain
    coded = cv2.imencode(".jpg", np.clip(image, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, look.quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)


def living(person: Portrait, rng: Rng) -> Surface:
    """The portrait on a simulated head that turns about its neck."""
    mask = np.zeros(person.pixels.shape[:2], np.uint8)
    centre = (round(person.origin[0]), round(person.origin[1] + 0.4 * TEXEL))
    cv2.ellipse(mask, centre, (round(HEAD_SPAN[0] * TEXEL), round(HEAD_SPAN[1] * TEXEL)), 0, 0, 360, 255, -1)
    texture = np.dstack([person.pixels, cv2.GaussianBlur(mask, (0, 0), 2)])
    return Surface(np.asarray(texture, dtype=np.uint8), person.origin, scene.head(rng), pivot=1.5)


def sheet(person: Portrait, bezel: float = 0.0) -> Surface:
    """The whole portrait as a flat rectangle, with a black frame of ``bezel`` eye distances."""
    edge = round(bezel * TEXEL)
    pixels = cv2.copyMakeBorder(person.pixels, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(18, 18, 18))
    texture = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    origin = (person.origin[0] + edge, person.origin[1] + edge)
    return Surface(np.asarray(texture, dtype=np.uint8), origin, scene.flat)


def face_only(surface: Surface) -> Surface:
    """The same cut out along the face, as a mask is."""
    mask = np.zeros(surface.texture.shape[:2], np.uint8)
    centre = (round(surface.origin[0]), round(surface.origin[1] + 0.45 * TEXEL))
    cv2.ellipse(mask, centre, (round(1.1 * TEXEL), round(1.7 * TEXEL)), 0, 0, 360, 255, -1)
    return replace(surface, texture=np.dstack([surface.texture[:, :, :3], mask]))


def bent(surface: Surface, shape: tuple[scene.Height, scene.Unrolled], drawn_for: bool) -> Surface:
    """The sheet bent; ``drawn_for`` means that the print was stretched so that it looks right when bent."""
    height, unrolled = shape
    if drawn_for:
        return replace(surface, height=height)
    return replace(surface, height=height, unrolled=unrolled)


def with_living_eyes(pixels: Pixels, origin: tuple[float, float], number: int, rng: Rng) -> Pixels:
    """The eyes of ``pixels`` (a texture) blink and shift, as behind holes."""
    moved = pixels.copy()
    for side in (-0.5, 0.5):
        x, y = round(origin[0] + side * TEXEL), round(origin[1])
        half = (round(0.2 * TEXEL), round(0.1 * TEXEL))
        patch = pixels[y - half[1] : y + half[1], x - half[0] : x + half[0]]
        shift = np.array([[1, 0, rng.normal(0, 1.5)], [0, 1, rng.normal(0, 0.7)]])
        seen = cv2.warpAffine(patch, shift, patch.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        if number % 12 in (5, 6):
            seen[:] = patch[:2].mean(axis=(0, 1))
        moved[y - half[1] : y + half[1], x - half[0] : x + half[0]] = seen
    return moved


@dataclass(frozen=True, slots=True, eq=False)
class Presentation:
    """One try: what stands there in frame ``n``, how it moves, how it looks."""

    surface: Callable[[int], Surface]
    movement: Movement
    look: Look
    away: float

    def frames(self, rng: Rng, size: scene.Size = scene.WINDOW) -> Iterator[Frame]:
        """The middle of the view at 15 frames a second."""
        for number, pose in enumerate(self.movement.poses(rng, self.away)):
            pixels = developed(scene.render(self.surface(number), pose, size), self.look, rng)
            yield Frame(pixels, number / FPS, number, synthetic=True)


def _hand(rng: Rng, side: float, strongest: float = 40.0) -> Movement:
    """A hand that turns what it holds."""
    return Movement(
        side, rng.uniform(15, strongest), int(rng.integers(7, 15)), pitch=rng.uniform(-12, 12),
        shift=rng.uniform(-0.6, 0.6), nearer=rng.uniform(0.95, 1.15), shake=rng.uniform(0.006, 0.02),
    )  # fmt: skip


def _paper_look(rng: Rng) -> Look:
    return Look(rng.uniform(1.5, 5), rng.uniform(0.4, 1.1), int(rng.integers(70, 95)), rng.uniform(0.75, 1.2))


def genuine(person: Portrait, rng: Rng, side: float, yaw: float, frames: int) -> Presentation:
    """A simulated head that turns by ``yaw`` degrees within ``frames``."""
    surface = living(person, rng)
    movement = Movement(
        side, yaw, frames, pitch=rng.uniform(-6, 6), shift=rng.uniform(-0.1, 0.5), nearer=rng.uniform(0.97, 1.05),
        shake=0.006,
    )  # fmt: skip
    return Presentation(lambda _n: surface, movement, _paper_look(rng), rng.uniform(8.5, 13.0))


def approaching(surface: Surface, rng: Rng) -> Presentation:
    """Whatever it is comes nearer by a third."""
    movement = Movement(1.0, 0.0, 12, nearer=rng.uniform(1.25, 1.4), shake=0.006)
    return Presentation(lambda _n: surface, movement, _paper_look(rng), rng.uniform(10.0, 13.0))


def replayed(person: Portrait, rng: Rng, side: float) -> Presentation:
    """A film of a (simulated) head that makes the asked turn, on a flat screen held by hand."""
    film = list(genuine(person, rng, side, rng.uniform(20, 35), int(rng.integers(8, 16))).frames(rng))
    edge = round(0.25 * TEXEL)

    def surface(number: int) -> Surface:
        shown = cv2.resize(film[min(number, len(film) - 1)].pixels, None, fx=1.5, fy=1.5)
        framed = cv2.copyMakeBorder(shown, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(18, 18, 18))
        texture = np.dstack([framed, np.full(framed.shape[:2], 255, np.uint8)])
        return Surface(np.asarray(texture, dtype=np.uint8), (framed.shape[1] / 2, framed.shape[0] * 0.45), scene.flat)

    hand = Movement(side, 0.0, len(film) - RUN_IN - HOLD, shake=rng.uniform(0.002, 0.008))
    return Presentation(surface, hand, _screen(rng), rng.uniform(8.5, 11.0))


Make = Callable[[Portrait, Rng, float], Presentation]


def _held(make: Callable[[Portrait, Rng], Surface], look: Callable[[Rng], Look], strongest: float = 40.0) -> Make:
    def presentation(person: Portrait, rng: Rng, side: float) -> Presentation:
        surface = make(person, rng)
        return Presentation(lambda _n: surface, _hand(rng, side, strongest), look(rng), rng.uniform(8.5, 13.0))

    return presentation


def _still(person: Portrait, rng: Rng, side: float) -> Presentation:
    surface, still = sheet(person), Movement(side, 0.0, 10, shake=rng.uniform(0.001, 0.006))
    return Presentation(lambda _n: surface, still, _paper_look(rng), rng.uniform(8.5, 13.0))


def _waved(person: Portrait, rng: Rng, side: float) -> Presentation:
    paper, size, speed = sheet(person), rng.uniform(0.03, 0.15), rng.uniform(0.1, 0.3)
    phases = rng.uniform(0, 6.28, 2)
    return Presentation(
        lambda n: replace(paper, height=scene.uneven(size, phases, speed * n)), _hand(rng, side), _paper_look(rng),
        rng.uniform(8.5, 13.0),
    )  # fmt: skip


def _mask(person: Portrait, rng: Rng, side: float) -> Presentation:
    """Worn before a head that turns: bent around it, the eyes cut out."""
    worn = face_only(bent(sheet(person), scene.cylinder(rng.uniform(1.15, 1.6)), bool(rng.integers(2))))
    worn = replace(worn, pivot=1.5)
    eyes = np.random.default_rng(int(rng.integers(1 << 30)))

    def surface(number: int) -> Surface:
        return replace(worn, texture=with_living_eyes(worn.texture, worn.origin, number, eyes))

    return Presentation(surface, _hand(rng, side), _paper_look(rng), rng.uniform(8.5, 13.0))


def _glossy(rng: Rng) -> Look:
    return replace(_paper_look(rng), glare=rng.uniform(0.2, 0.7))


def _screen(rng: Rng) -> Look:
    return replace(_paper_look(rng), moire=rng.uniform(0.01, 0.06), glare=rng.choice([0.0, 0.3]), gain=1.1)


def _cylinder(low: float, high: float) -> Callable[[Portrait, Rng], Surface]:
    return lambda person, rng: bent(
        sheet(person), scene.cylinder(rng.uniform(low, high), _axis(rng)), bool(rng.integers(2))
    )


def _axis(rng: Rng) -> float:
    """Mostly upright, as the ask wants it; sometimes slanting."""
    return float(rng.normal(0, 12))


def _crumpled(person: Portrait, rng: Rng) -> Surface:
    return replace(sheet(person), height=scene.uneven(rng.uniform(0.02, 0.08), rng.uniform(0, 6.28, 5)))


def _tent(person: Portrait, rng: Rng) -> Surface:
    return bent(sheet(person), scene.folded(rng.uniform(0.2, 0.9), _axis(rng)), bool(rng.integers(2)))


ATTACKS: dict[str, Make] = {
    "print_still": _still,
    "print_matte": _held(lambda person, _rng: sheet(person), _paper_look),
    "print_glossy": _held(lambda person, _rng: sheet(person), _glossy),
    "print_waved": _waved,
    "print_bent_wide": _held(_cylinder(1.7, 3.5), _paper_look),
    "print_bent_tight": _held(_cylinder(1.1, 1.7), _paper_look),
    "print_folded": _held(_tent, _paper_look),
    "print_crumpled": _held(_crumpled, _paper_look),
    "mask_cut_out": _mask,
    "phone": _held(lambda person, _rng: sheet(person, 0.25), _screen),
    "monitor": _held(lambda person, _rng: sheet(person, 1.0), _screen, 20.0),
    "screen_curved": _held(_cylinder(4.0, 12.0), _screen),
}
"""Photographs, by what carries them."""
