"""A printer without a printer: keeps slips in memory and, if given a folder, as PNG and TXT. Fails on command.

A product, not a mock: demos, tours and halls without paper run on it, and its faults drive the same screens and
lamps as those of a real device.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

from kiosk.model.ticket import TicketSlip
from kiosk.ports import SlipRaster
from kiosk.printing.faults import HEALTHY, PrinterFault, fault_error
from kiosk.printing.layout import SlipLine, lay_out, plain_text
from kiosk.printing.picture import disk_refused, draw, save, slip_path

KEPT = 200
"""Slips kept in memory."""


class Trouble(StrEnum):
    """What the printer can be told to suffer from."""

    PAPER_OUT = PrinterFault.PAPER_OUT
    PAPER_LOW = PrinterFault.PAPER_LOW
    COVER_OPEN = PrinterFault.COVER_OPEN
    UNPLUGGED = PrinterFault.UNPLUGGED
    OFFLINE = PrinterFault.OFFLINE
    DRIVER = PrinterFault.DRIVER
    QUEUE = PrinterFault.QUEUE
    DISK = PrinterFault.DISK
    BROKEN = PrinterFault.BROKEN
    SLOW = "printer_slow"


PRINTS_ANYWAY = (Trouble.PAPER_LOW, Trouble.SLOW)


class VirtualPrinter:
    """Implements ``ports.SlipPrinter``. Any thread; ``suffer`` and ``recover`` may come from another one."""

    name = "virtual"

    def __init__(
        self, zone: ZoneInfo, folder: Path | None = None, raster: SlipRaster | None = None, width_px: int = 576
    ) -> None:
        self._zone = zone
        self._folder = folder
        self._raster = raster
        self._width_px = width_px
        self._slips: deque[TicketSlip] = deque(maxlen=KEPT)
        self._troubles: frozenset[Trouble] = frozenset()
        self._free = Event()
        self._free.set()

    @property
    def slips(self) -> Sequence[TicketSlip]:
        """What was printed, oldest first."""
        return tuple(self._slips)

    def suffer(self, *troubles: Trouble) -> None:
        """From now on behave as if these were there, and no other. ``SLOW`` holds every slip until ``recover``."""
        self._troubles = frozenset(troubles)
        if Trouble.SLOW in troubles:
            self._free.clear()
        else:
            self._free.set()

    def recover(self) -> None:
        """Behave again, and let held slips go."""
        self.suffer()

    def print_slip(self, slip: TicketSlip) -> None:
        """Keep the slip. Raises the WorldError of the present trouble, also of one that came while it was slow."""
        self._refuse()
        self._free.wait()
        self._refuse()
        if self._folder is not None:
            self._write(slip, self._folder)
        self._slips.append(slip)

    def health(self) -> str:
        """``ok`` or the code of the worst present trouble; a slow printer takes itself for well."""
        said = [trouble for trouble in self._worst_first() if trouble is not Trouble.SLOW]
        return said[0].value if said else HEALTHY

    def _refuse(self) -> None:
        for trouble in self._worst_first():
            if trouble not in PRINTS_ANYWAY:
                raise fault_error(PrinterFault(trouble))

    def _worst_first(self) -> list[Trouble]:
        return sorted(self._troubles, key=lambda trouble: (trouble in PRINTS_ANYWAY, trouble.value))

    def _write(self, slip: TicketSlip, folder: Path) -> None:
        lines: tuple[SlipLine, ...] = lay_out(slip, self._zone)
        path = slip_path(folder, slip, self._zone, ".txt")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(plain_text(lines), encoding="utf-8")
        except OSError as error:
            raise disk_refused(error) from error
        if self._raster is not None:
            save(draw(self._raster, slip, self._width_px), path.with_suffix(".png"), "PNG")
