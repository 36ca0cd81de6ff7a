"""The system's printer: the page is the slip, and a printer that is not there is said to be missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter

from kiosk.errors import WorldError
from ui.print_queue import QtPrintQueue

MILLIMETRES_PER_POINT = 25.4 / 72


class ToFile(QtPrintQueue):
    """A queue that ends in a file instead of a device."""

    def __init__(self, path: Path) -> None:
        super().__init__("")
        self._path = path

    def _open(self) -> QPrinter:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(self._path))
        return printer


def test_the_page_is_as_large_as_the_slip_and_shows_it(qapp: object, tmp_path: Path) -> None:
    left_half_black = (b"\xff" * 36 + b"\x00" * 36) * 800
    ToFile(tmp_path / "slip.pdf").put(576, 800, left_half_black)
    document = QPdfDocument()
    document.load(str(tmp_path / "slip.pdf"))
    points = document.pagePointSize(0)
    assert document.pageCount() == 1
    assert points.width() * MILLIMETRES_PER_POINT == pytest.approx(72.1, abs=0.5)
    assert points.height() * MILLIMETRES_PER_POINT == pytest.approx(100.1, abs=0.5)
    shown = document.render(0, points.toSize())
    assert shown.pixelColor(20, 100).lightness() < 50
    assert shown.pixelColor(shown.width() - 20, 100).lightness() > 200 or shown.pixelColor(150, 100).alpha() == 0


def test_a_printer_the_system_does_not_know_is_named(qapp: object) -> None:
    queue = QtPrintQueue("no-such-printer")
    assert queue.health() == "printer_queue"
    with pytest.raises(WorldError) as caught:
        queue.put(576, 8, bytes(72 * 8))
    assert caught.value.code == "printer_queue"
