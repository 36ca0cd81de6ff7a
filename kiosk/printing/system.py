"""The operating system's own printer, for centres that have one on a shelf instead of a thermal printer."""

from __future__ import annotations

from kiosk.model.ticket import TicketSlip
from kiosk.ports import PrintQueue, SlipRaster


class SystemPrinter:
    """Implements ``ports.SlipPrinter``. What happens behind the queue is known only as far as the system tells."""

    name = "system"

    def __init__(self, queue: PrintQueue, raster: SlipRaster, width_px: int) -> None:
        self._queue = queue
        self._raster = raster
        self._width_px = width_px

    def print_slip(self, slip: TicketSlip) -> None:
        """Hand the slip to the system's queue. Raises the WorldError of the queue."""
        self._queue.put(*self._raster.raster(slip, self._width_px))

    def health(self) -> str:
        """``ok`` or the code of the fault."""
        return self._queue.health()
