"""Chooses the printer named in the settings. Owns the list of kinds; must not print.

To add a printer:
  1. write a file in this folder with a class that implements ``ports.SlipPrinter`` and raises ``faults.fault_error``;
  2. add its kind to ``printing.kind`` in ``kiosk/settings/hall.py``;
  3. add a line to ``make_printer``;
  4. add it to ``tests/kiosk/printing/test_contract.py``, whose cases it must pass.
"""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.model.ticket import TicketSlip
from kiosk.ports import PrintQueue, SlipPrinter, SlipRaster
from kiosk.printing.escpos import EscposPrinter, as_picture, as_text, connector
from kiosk.printing.faults import PrinterFault, fault_error
from kiosk.printing.pdf import PdfPrinter
from kiosk.printing.system import SystemPrinter
from kiosk.printing.virtual import VirtualPrinter
from kiosk.settings import Settings


class NoPrinter:
    """A terminal without printer: every number stays on the screen. Implements ``ports.SlipPrinter``."""

    name = "none"

    def print_slip(self, slip: TicketSlip) -> None:
        """Raises the WorldError that says so."""
        raise fault_error(PrinterFault.NONE)

    def health(self) -> str:
        """The code that says so."""
        return PrinterFault.NONE.value


def make_printer(settings: Settings, raster: SlipRaster, queue: PrintQueue, folder: Path) -> SlipPrinter:
    """The printer of this terminal; ``folder`` takes the files of the kinds that write files. Touches no device."""
    zone, printing = ZoneInfo(settings.centre.time_zone), settings.printing
    match printing.kind:
        case "virtual":
            return VirtualPrinter(zone, folder, raster, printing.width_px)
        case "pdf":
            return PdfPrinter(zone, folder, raster, printing.width_px)
        case "escpos":
            text = printing.mode == "text"
            compose = as_text(zone, printing.width_px) if text else as_picture(raster, printing.width_px)
            return EscposPrinter(connector(printing.device), compose)
        case "system":
            return SystemPrinter(queue, raster, printing.width_px)
        case _:
            return NoPrinter()
