"""Thermal printers that speak ESC/POS, by network, USB, serial line or device file; transport by python-escpos.

Slips are sent as a bitmap, so that every printer prints every Hanzi alike, or as text (``text_mode``). The connection
is opened for each slip: a printer that was off or unplugged works again without a restart. Printers that
answer no status are believed.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from kiosk.errors import WorldError
from kiosk.model.ticket import TicketSlip
from kiosk.ports import SlipRaster
from kiosk.printing.faults import HEALTHY, PrinterFault, fault_error
from kiosk.printing.layout import lay_out
from kiosk.printing.text_mode import encode_text

BAND = 240
"""Rows sent in one command: small enough for the buffer of cheap printers."""
ANSWER_S = 2.0
"""Seconds a network printer may take to connect or to answer."""

INITIALIZE = b"\x1b@"
FEED_AND_CUT = b"\x1dVB\x40"
OFFLINE_CAUSE = b"\x10\x04\x02"
PAPER = b"\x10\x04\x04"

_COVER_OPEN, _PAPER_STOP, _ERROR = 0x04, 0x20, 0x40
_PAPER_END, _PAPER_NEAR_END = 0x60, 0x0C


Compose = Callable[[TicketSlip], list[bytes]]
"""The commands that print a slip and cut the paper."""


class Link(Protocol):
    """The part of a python-escpos printer that is used here."""

    def open(self) -> None:
        """Connect."""

    def close(self) -> None:
        """Disconnect."""

    def _raw(self, msg: bytes) -> None:
        """Send bytes."""

    def _read(self) -> bytes:
        """Receive up to 16 bytes."""


def encode(width: int, height: int, rows: bytes) -> Iterator[bytes]:
    """Commands that print a raster (1 bit a pixel, MSB first, 1 = black, rows padded to bytes) and cut the paper."""
    stride = (width + 7) // 8
    yield INITIALIZE
    for top in range(0, height, BAND):
        count = min(BAND, height - top)
        head = b"\x1dv0\x00" + stride.to_bytes(2, "little") + count.to_bytes(2, "little")
        yield head + rows[top * stride : (top + count) * stride]
    yield FEED_AND_CUT


def as_picture(raster: SlipRaster, width_px: int) -> Compose:
    """Slips as bitmaps of ``width_px`` dots."""
    return lambda slip: list(encode(*raster.raster(slip, width_px)))


def as_text(zone: ZoneInfo, width_px: int) -> Compose:
    """Slips in the printer's own letters; ``zone`` is the centre's time zone."""
    return lambda slip: [*encode_text(lay_out(slip, zone), width_px), FEED_AND_CUT]


class EscposPrinter:
    """Implements ``ports.SlipPrinter``. One slip at a time; any thread but the GUI's, for it waits on the device."""

    name = "escpos"

    def __init__(self, connect: Callable[[], Link], compose: Compose) -> None:
        self._connect = connect
        self._compose = compose
        self._busy = Lock()
        self._known = HEALTHY

    def print_slip(self, slip: TicketSlip) -> None:
        """Print and cut. Raises WorldError naming the fault; the status is asked before and after."""
        commands = self._compose(slip)
        with self._busy:
            try:
                self._known = _talk(self._connect, commands)
            except WorldError as error:
                self._known = error.code
                raise

    def health(self) -> str:
        """``ok`` or the code of the fault; asks the device unless it is printing. Takes up to some seconds."""
        if self._busy.acquire(blocking=False):
            try:
                self._known = _status(self._connect)
            finally:
                self._busy.release()
        return self._known


def probe(device: str) -> str:
    """``ok`` or the code of the fault of the printer at ``device``, without printing. Takes up to some seconds."""
    return _status(connector(device))


def _status(connect: Callable[[], Link]) -> str:
    try:
        return _talk(connect, [])
    except WorldError as error:
        return error.code


def _talk(connect: Callable[[], Link], commands: list[bytes]) -> str:
    """Send ``commands``; ``ok`` or paper low. Raises WorldError for every fault."""
    try:
        with closing(connect()) as link:
            link.open()
            state = _check(link)
            for command in commands:
                link._raw(command)
            return _check(link) if commands else state
    except WorldError:
        raise
    except Exception as error:
        raise fault_error(_device_fault(error), type(error).__name__) from error


def _check(link: Link) -> str:
    """``ok`` or paper low by the printer's own word. Raises WorldError when it says that it cannot print."""
    cause = _ask(link, OFFLINE_CAUSE)
    if cause is None:
        return HEALTHY
    if cause & _COVER_OPEN:
        raise fault_error(PrinterFault.COVER_OPEN)
    paper = _ask(link, PAPER) or 0
    if cause & _PAPER_STOP or paper & _PAPER_END:
        raise fault_error(PrinterFault.PAPER_OUT)
    if cause & _ERROR:
        raise fault_error(PrinterFault.OFFLINE)
    return PrinterFault.PAPER_LOW.value if paper & _PAPER_NEAR_END else HEALTHY


def _ask(link: Link, query: bytes) -> int | None:
    """The status byte, or None from a printer that does not answer. Only bytes marked as status count."""
    link._raw(query)
    try:
        answer = bytes(link._read())
    except NotImplementedError:
        return None
    except OSError as error:
        if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
            return None
        raise
    marked = [byte for byte in answer if byte & 0x93 == 0x12]
    return marked[-1] if marked else None


def _device_fault(error: Exception) -> PrinterFault:
    """The fault behind an exception of the transport; anything unknown is reported as broken."""
    from escpos.exceptions import DeviceNotFoundError

    return PrinterFault.UNPLUGGED if isinstance(error, DeviceNotFoundError | OSError) else PrinterFault.BROKEN


def connector(device: str) -> Callable[[], Link]:
    """How to reach ``device``: ``network:HOST:PORT``, ``usb:VENDOR:PRODUCT``, ``serial:PORT:BAUD``, ``file:PATH``."""
    kind, _, rest = device.partition(":")
    if kind == "network":
        host, _, port = rest.rpartition(":")
        return lambda: _network(host, int(port))
    if kind == "usb":
        vendor, product = (int(part, 16) for part in rest.split(":"))
        return lambda: _usb(vendor, product)
    if kind == "serial":
        port_name, _, baud = rest.rpartition(":")
        return lambda: _serial(port_name, int(baud))
    return lambda: _file(Path(rest))


def _network(host: str, port: int) -> Link:
    from escpos.printer import Network

    class Connected(Network):  # type: ignore[misc]
        """Opens by name or IPv6 too, and leaves no socket behind when nobody answers."""

        def open(self, raise_not_found: bool = True) -> None:
            self.device = socket.create_connection((self.host, self.port), self.timeout)

    link: Link = Connected(host, port, timeout=ANSWER_S)
    return link


def _usb(vendor: int, product: int) -> Link:
    from escpos.printer import Usb

    return _usable(Usb, idVendor=vendor, idProduct=product, timeout=int(ANSWER_S * 1000))


def _serial(port: str, baud: int) -> Link:
    from escpos.printer import Serial

    return _usable(Serial, devfile=port, baudrate=baud, timeout=ANSWER_S)


def _usable(kind: Any, **options: object) -> Link:
    """A printer of a kind whose library is optional. Raises WorldError when it is not installed."""
    if not kind.is_usable():
        raise fault_error(PrinterFault.DRIVER)
    link: Link = kind(**options)
    return link


def _file(path: Path) -> Link:
    """A device file. It must be there: opening would otherwise create a plain file and print into nothing."""
    from escpos.printer import File

    if not path.exists():
        raise fault_error(PrinterFault.UNPLUGGED, path.name)
    link: Link = File(str(path))
    return link
