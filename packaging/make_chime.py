"""Draws the two-tone chime that comes before every call. Run ``python packaging/make_chime.py`` to write it again.

The tones are ours (a falling third, E5 then C5, struck like a bar), so the file carries nobody's rights.
"""

from __future__ import annotations

import io
import math
import struct
import wave
from pathlib import Path

RATE = 22_050
TONES_HZ = ((659.26, 0.0), (523.25, 0.32))
LENGTH_S = 1.1
PARTIALS = ((1.0, 1.0, 4.0), (2.76, 0.18, 9.0), (5.4, 0.05, 16.0))
"""(frequency ratio, loudness, decay per second) of a struck bar."""


def sample(at: float) -> float:
    """Loudness in [-1, 1] at ``at`` seconds."""
    total = 0.0
    for pitch, start in TONES_HZ:
        age = at - start
        if age < 0:
            continue
        attack = min(1.0, age / 0.006)
        total += attack * sum(
            loud * math.exp(-decay * age) * math.sin(2 * math.pi * pitch * ratio * age)
            for ratio, loud, decay in PARTIALS
        )
    fade = min(1.0, (LENGTH_S - at) / 0.08)
    return 0.42 * fade * total


def chime() -> bytes:
    """The chime as a WAV file: mono, 16 bit, 22,050 Hz."""
    peaks = [round(32_767 * max(-1.0, min(1.0, sample(n / RATE)))) for n in range(int(RATE * LENGTH_S))]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack(f"<{len(peaks)}h", *peaks))
    return buffer.getvalue()


if __name__ == "__main__":
    target = Path(__file__).parent.parent / "assets" / "sounds" / "chime.wav"
    target.write_bytes(chime())
