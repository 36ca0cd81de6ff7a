"""Arithmetic on recorded sound: any rate and any number of channels becomes ours, as loud as the rest, without clicks.

Owns numbers only; reads no files. Imported by the voice thread once a site has recordings: numpy takes 0.1 s to load.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ui.voice import RATE, to_wav

Samples = NDArray[np.float32]
"""Mono at ``RATE``, -1 to 1."""

LOUDNESS_DB = -18.0
"""Mean of what is loud enough to be speech; espeak-ng's own sentences lie at -17 (Chinese) and -20 (English)."""

_PEAK = 0.89
_FADE_S = 0.008
_GAP_S = 0.04
_QUIET_DB = -38.0
_FRAME_S = 0.010
_KEPT_S = 0.02
_TAPS = 63


def decode(clip: bytes) -> Samples:
    """Samples of a 16-bit WAV. Raises ``wave.Error`` or EOFError for what is none, ValueError for another format."""
    with wave.open(io.BytesIO(clip)) as source:
        if source.getsampwidth() != 2:
            raise ValueError(f"{8 * source.getsampwidth()} bit")
        channels, rate = source.getnchannels(), source.getframerate()
        raw = source.readframes(source.getnframes())
    samples = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], dtype="<i2").astype(np.float32) / 32768
    mono = samples.reshape(-1, channels).mean(axis=1, dtype=np.float32)
    return resample(mono, rate)


def encode(samples: Samples) -> bytes:
    """A WAV of ``samples``."""
    return to_wav((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes(), RATE)


def resample(samples: Samples, rate: int) -> Samples:
    """From ``rate`` to ours; what our rate cannot carry is filtered out first, so that it does not whistle."""
    if rate == RATE or not len(samples):
        return samples
    if rate > RATE:
        samples = np.convolve(samples, _low_pass(0.45 * RATE / rate), mode="same").astype(np.float32)
    places = np.arange(int(len(samples) * RATE / rate)) * (rate / RATE)
    return np.asarray(np.interp(places, np.arange(len(samples)), samples), dtype=np.float32)


def _low_pass(cut: float) -> Samples:
    """Taps of a windowed sinc; ``cut`` in cycles per sample."""
    at = np.arange(_TAPS) - (_TAPS - 1) / 2
    taps = np.sinc(2 * cut * at) * np.hamming(_TAPS)
    return np.asarray(taps / taps.sum(), dtype=np.float32)


def loudness_db(samples: Samples) -> float:
    """Mean power of the speech in ``samples``: silence does not count. -inf for silence."""
    frames = _power(samples)
    loud = frames[frames > frames.max(initial=0.0) * 10 ** (_QUIET_DB / 10)]
    return float(10 * np.log10(loud.mean())) if len(loud) else float("-inf")


def trimmed(samples: Samples) -> Samples:
    """Without the silence in front and behind."""
    frames = _power(samples)
    loud = np.flatnonzero(frames > frames.max(initial=0.0) * 10 ** (_QUIET_DB / 10))
    if not len(loud):
        return samples[:0]
    step, kept = int(RATE * _FRAME_S), int(RATE * _KEPT_S)
    return samples[max(0, loud[0] * step - kept) : (loud[-1] + 1) * step + kept]


def levelled(samples: Samples) -> Samples:
    """As loud as the rest, never clipped."""
    loudness = loudness_db(samples)
    if loudness == float("-inf"):
        return samples
    gain = 10 ** ((LOUDNESS_DB - loudness) / 20)
    return samples * np.float32(min(gain, _PEAK / float(np.abs(samples).max())))


def blend(clips: Sequence[Samples]) -> Samples:
    """One after the other: trimmed, equally loud, each with soft edges, a breath between them."""
    gap = np.zeros(int(RATE * _GAP_S), dtype=np.float32)
    parts: list[Samples] = []
    for clip in clips:
        parts += [_soft(levelled(trimmed(clip))), gap]
    return np.concatenate(parts[:-1]) if parts else gap[:0]


def _soft(samples: Samples) -> Samples:
    length = min(int(RATE * _FADE_S), len(samples) // 2)
    if not length:
        return samples
    soft = samples.copy()
    ramp = np.linspace(0, 1, length, dtype=np.float32)
    soft[:length] *= ramp
    soft[-length:] *= ramp[::-1]
    return soft


def _power(samples: Samples) -> Samples:
    step = int(RATE * _FRAME_S)
    whole = samples[: len(samples) // step * step].reshape(-1, step)
    return (whole**2).mean(axis=1, dtype=np.float32) if len(whole) else np.zeros(0, dtype=np.float32)
