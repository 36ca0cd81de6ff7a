"""An ESC/POS printer on a loopback port: decodes what is sent, answers status, and suffers on command."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from threading import Thread

from kiosk.printing.virtual import Trouble

OFFLINE_BITS = {Trouble.COVER_OPEN: 0x04, Trouble.PAPER_OUT: 0x20}
PAPER_BITS = {Trouble.PAPER_OUT: 0x60, Trouble.PAPER_LOW: 0x0C}


def decode(data: bytes) -> list[tuple[int, int, bytes]]:
    """The bitmaps of every cut slip as (width in bytes, height, rows). Fails on any unknown command."""
    slips: list[tuple[int, int, bytes]] = []
    stride, height, rows, at = 0, 0, b"", 0
    while at < len(data):
        if data.startswith(b"\x1b@", at):
            stride, height, rows, at = 0, 0, b"", at + 2
        elif data.startswith(b"\x10\x04", at):
            at += 3
        elif data.startswith(b"\x1dv0\x00", at):
            stride = int.from_bytes(data[at + 4 : at + 6], "little")
            count = int.from_bytes(data[at + 6 : at + 8], "little")
            rows += data[at + 8 : at + 8 + stride * count]
            height, at = height + count, at + 8 + stride * count
        elif data.startswith(b"\x1dVB", at):
            slips.append((stride, height, rows))
            at += 4
        else:
            raise AssertionError(f"unknown command at {at}: {data[at : at + 8]!r}")
    return slips


@dataclass(frozen=True)
class PrintedLine:
    """A line of letters; ``times`` their size."""

    text: str
    times: int

    @property
    def columns(self) -> int:
        """Width in letters of its own size."""
        return len(self.text.encode("gb18030")) - 2 * self.text.count("𠮷")


@dataclass
class PrintedText:
    """What a printer with Chinese letters printed."""

    lines: list[PrintedLine]
    codes: list[str]
    cut: bool = False


def read_text(data: bytes) -> PrintedText:
    """Understand text mode as a printer does. Fails on an unknown command, and on Chinese before ``FS &``."""
    printed, chinese, times, at = PrintedText([], []), False, 1, 0
    while at < len(data):
        if data.startswith(b"\x1b@", at):
            at += 2
        elif data.startswith(b"\x1c&", at):
            chinese, at = True, at + 2
        elif data.startswith((b"\x1ba", b"\x1bE"), at):
            at += 3
        elif data.startswith(b"\x1d!", at):
            times, at = (data[at + 2] & 0x0F) + 1, at + 3
        elif data.startswith(b"\x1d(k", at):
            size = int.from_bytes(data[at + 3 : at + 5], "little")
            if data[at + 5 : at + 8] == b"1P0":
                printed.codes.append(data[at + 8 : at + 5 + size].decode("ascii"))
            at += 5 + size
        elif data.startswith(b"\x1dVB", at):
            printed.cut, at = True, at + 4
        elif data[at] in b"\x1b\x1c\x1d":
            raise AssertionError(f"unknown command at {at}: {data[at : at + 8]!r}")
        else:
            end = data.index(b"\n", at)
            text = data[at:end].decode("gb18030" if chinese else "ascii")
            printed.lines.append(PrintedLine(text, times))
            at = end + 1
    return printed


class PaperServer:
    """One connection at a time; ``silent`` printers answer nothing."""

    def __init__(self, silent: bool = False) -> None:
        self.slips: list[tuple[int, int, bytes]] = []
        self.trouble: Trouble | None = None
        self._silent = silent
        self.port = 0
        self.plug_in()

    def plug_in(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._thread = Thread(target=self._serve, args=(self._listener,), daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                self._listen(connection)

    def _listen(self, connection: socket.socket) -> None:
        data = b""
        while chunk := connection.recv(65536):
            data += chunk
            if not self._silent and chunk[-3:-1] == b"\x10\x04":
                connection.sendall(bytes([0x12 | self._status(chunk[-1])]))
        self.slips += decode(data)

    def _status(self, query: int) -> int:
        if self.trouble is None:
            return 0
        return (OFFLINE_BITS if query == 2 else PAPER_BITS).get(self.trouble, 0)
