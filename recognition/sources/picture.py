"""Reads one picture file, whatever a person hands over, into BGR; refuses what cannot be used and says why.

Must not trust the file: the size is checked before pixels are decoded, and a broken file is an InputError, never a
crash. Nothing is cached.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from kiosk.errors import InputError
from recognition.sources.files import check_file, forbidden, refusal
from recognition.types import Frame, Pixels

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"})
USE = "Use an undamaged JPEG, PNG, WEBP, BMP, TIFF or GIF."
# Pillow's own line: beyond it a small file can fill the memory when decoded. For the whole process, because warning
# filters are not of one thread; nothing else here decodes what strangers hand over.
MAX_PIXELS = 89_000_000
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
# Longest side kept: a face fills its 112 pixels many times over.
KEEP_SIDE = 1920


def read_picture(path: Path) -> Frame:
    """One picture upright (EXIF), without alpha, 8 bit, at most 1920 pixels long, as a frame of a still picture.

    Of a moving picture, the first. Raises InputError naming the file: what ``check_file`` refuses, ``picture_unknown``,
    ``picture_unreadable``, ``picture_too_large``.
    """
    check_file(path)
    Image.init()  # Pillow registers its decoders late, and a format named here must be known
    try:
        with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
            pixels = _upright(image, path)
    except InputError:
        raise
    except PermissionError as fault:
        raise forbidden(path) from fault
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise _too_large(path) from fault
    except UnidentifiedImageError as fault:
        raise refusal("picture_unknown", path, "is not a picture of a kind we know", USE) from fault
    except Exception as fault:  # Pillow's decoders raise nearly anything on damaged data
        raise refusal("picture_unreadable", path, "is damaged or cut short", USE) from fault
    return Frame(pixels, at=0.0, number=0, synthetic=True)


def _upright(image: Image.Image, path: Path) -> Pixels:
    """BGR uint8 (height, width, 3); the size is checked before a pixel is decoded."""
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(path)
    image.thumbnail((KEEP_SIDE, KEEP_SIDE))
    rgb = _rgb(ImageOps.exif_transpose(image))
    return np.ascontiguousarray(np.asarray(rgb, dtype=np.uint8)[:, :, ::-1])


def _too_large(path: Path) -> InputError:
    what = f"has more than {MAX_PIXELS // 1_000_000} million pixels"
    return refusal("picture_too_large", path, what, "Make it smaller and try again.")


def _rgb(image: Image.Image) -> Image.Image:
    """8-bit RGB; transparent parts become white, 16-bit grey keeps its upper bits."""
    if image.mode.startswith(("I", "F")):
        image = _eight_bit(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Grey pictures of 16 or 32 bits, or floats, scaled to 0-255 by the range their values use."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float64), nan=0.0, posinf=65535.0, neginf=0.0)
    top = 1.0 if values.max(initial=0.0) <= 1.0 else 255.0 if values.max() <= 255.0 else 65535.0
    return Image.fromarray((np.clip(values / top, 0.0, 1.0) * 255).astype(np.uint8), mode=None)
