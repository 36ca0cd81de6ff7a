"""Slips as PDF files, for sites that print through another system or keep no paper at all."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.errors import WorldError
from kiosk.model.ticket import TicketSlip
from kiosk.ports import SlipRaster
from kiosk.printing.faults import HEALTHY
from kiosk.printing.picture import draw, save, slip_path


class PdfPrinter:
    """Implements ``ports.SlipPrinter``; one page per slip, as wide as the paper roll."""

    name = "pdf"

    def __init__(self, zone: ZoneInfo, folder: Path, raster: SlipRaster, width_px: int) -> None:
        self._zone = zone
        self._folder = folder
        self._raster = raster
        self._width_px = width_px
        self._known = HEALTHY

    def print_slip(self, slip: TicketSlip) -> None:
        """Write the file. Raises WorldError when the disk refuses."""
        path = slip_path(self._folder, slip, self._zone, ".pdf")
        try:
            save(draw(self._raster, slip, self._width_px), path, "PDF")
        except WorldError as error:
            self._known = error.code
            raise
        self._known = HEALTHY

    def health(self) -> str:
        """What became of the last file: whether the disk takes the next one is known only when it is written."""
        return self._known
