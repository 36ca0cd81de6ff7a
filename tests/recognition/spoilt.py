"""Pictures and films in every state a file can be in, and what may come of reading them. Used by the fuzzing tests."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from hypothesis import HealthCheck, settings
from PIL import Image

from kiosk.errors import InputError
from kiosk.phrases import LANGUAGES, Phrases
from recognition.sources.picture import read_picture
from recognition.sources.video import VideoFile

FUZZ = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
QUARTERS = np.zeros((48, 72, 3), np.uint8)
QUARTERS[:24, :36] = (255, 0, 0)
QUARTERS[24:, 36:] = (0, 0, 255)


def refused(error, name):
    """One sentence in each language that names the file, and a remedy; returns the code."""
    assert name in error.what and error.remedy
    for language in LANGUAGES:
        phrases = Phrases(language, strict=True)
        assert phrases.has(f"errors.{error.code}") and name in phrases.explain(error)
    return error.code


def read_or_refused(path):
    try:
        return read_picture(path)
    except InputError as error:
        return refused(error, path.name)


def encoded(image, form, **options):
    memory = io.BytesIO()
    image.save(memory, form, **options)
    return memory.getvalue()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_that_claims(width, height):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def played(path, **options):
    source = VideoFile(path, paced=False, **options)
    source.open()
    frames = []
    while len(frames) < 50 and (frame := source.read()) is not None:
        frames.append(frame)
    source.close()
    return frames


WHOLE = {form: encoded(Image.fromarray(QUARTERS), form) for form in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")}
