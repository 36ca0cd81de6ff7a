"""A drawn slip as an image file. Owns the step from raster to file; must not draw.

Files are written whole or not at all, and named by day and number, which the whole hall may read anyway.
"""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image, ImageOps

from kiosk.errors import WorldError
from kiosk.model.ticket import TicketSlip
from kiosk.ports import SlipRaster
from kiosk.printing.faults import PrinterFault, fault_error

DOTS_PER_INCH = 203


def draw(raster: SlipRaster, slip: TicketSlip, width_px: int) -> Image.Image:
    """The slip as a 1-bit image, black on white. Raises WorldError when the drawing cannot be made."""
    width, height, rows = raster.raster(slip, width_px)
    return ImageOps.invert(Image.frombytes("1", (width, height), rows))


def slip_path(folder: Path, slip: TicketSlip, zone: ZoneInfo, suffix: str) -> Path:
    """Where the file of ``slip`` goes: ``20261122-A012.png``."""
    return folder / f"{slip.issued_at.astimezone(zone):%Y%m%d}-{slip.label}{suffix}"


def save(image: Image.Image, path: Path, kind: str) -> None:
    """Write ``image`` as ``kind`` (PNG, PDF). Raises WorldError when the disk refuses."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(fresh, kind, resolution=DOTS_PER_INCH, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
        fresh.replace(path)
    except OSError as error:
        raise disk_refused(error) from error


def disk_refused(error: OSError) -> WorldError:
    """The fault of a slip that could not be written to disk."""
    return fault_error(PrinterFault.DISK, error.strerror or type(error).__name__)
