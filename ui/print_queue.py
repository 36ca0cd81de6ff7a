"""The operating system's printer through Qt (CUPS, Windows spooler). Implements ``kiosk.ports.PrintQueue``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter

from kiosk.printing.faults import HEALTHY, PrinterFault, fault_error
from kiosk.printing.picture import DOTS_PER_INCH

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

_MM_PER_INCH = 25.4


class QtPrintQueue:
    """``name`` as the system knows it; empty takes the default printer. It is looked for anew for every slip.

    The print library of Qt is loaded with the first slip, never at the start of a screen.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def put(self, width: int, height: int, rows: bytes) -> None:
        """One page as large as the slip. Raises WorldError: printer_queue, printer_offline."""
        printer = self._open()
        lay(printer, width, height)
        image = QImage(rows, width, height, width // 8, QImage.Format.Format_Mono)
        image.setColorTable([0xFFFFFFFF, 0xFF000000])
        painter = QPainter()
        if not painter.begin(printer):
            raise fault_error(PrinterFault.OFFLINE, "the system refused the page")
        painter.drawImage(QRectF(printer.pageRect(printer.Unit.DevicePixel)), image)
        if not painter.end():
            raise fault_error(PrinterFault.OFFLINE, "the page was not taken")

    def health(self) -> str:
        """``ok``, ``printer_queue`` when there is no such printer, ``printer_offline`` when the system stopped it."""
        from PySide6.QtPrintSupport import QPrinter

        info = self._info()
        if info.isNull():
            return PrinterFault.QUEUE.value
        stopped = info.state() in (QPrinter.PrinterState.Aborted, QPrinter.PrinterState.Error)
        return PrinterFault.OFFLINE.value if stopped else HEALTHY

    def _open(self) -> QPrinter:
        from PySide6.QtPrintSupport import QPrinter

        info = self._info()
        if info.isNull():
            raise fault_error(PrinterFault.QUEUE, self._name)
        return QPrinter(info, QPrinter.PrinterMode.HighResolution)

    def _info(self) -> QPrinterInfo:
        from PySide6.QtPrintSupport import QPrinterInfo

        return QPrinterInfo.printerInfo(self._name) if self._name else QPrinterInfo.defaultPrinter()


def lay(printer: QPrinter, width: int, height: int) -> None:
    """Make the page exactly as large as a picture of ``width`` x ``height`` dots."""
    millimetres = QSizeF(width * _MM_PER_INCH / DOTS_PER_INCH, height * _MM_PER_INCH / DOTS_PER_INCH)
    size = QPageSize(millimetres, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch)
    printer.setFullPage(True)
    printer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
