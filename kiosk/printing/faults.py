"""What can be wrong with a printer, and what to do about it. Owns the codes that screens and lamps show."""

from __future__ import annotations

from enum import StrEnum

from kiosk.errors import WorldError

HEALTHY = "ok"


class PrinterFault(StrEnum):
    """Codes of printer faults; the visitor's text is ``errors.<code>``. The number stands in every case."""

    PAPER_OUT = "printer_paper_out"
    PAPER_LOW = "printer_paper_low"
    COVER_OPEN = "printer_cover_open"
    UNPLUGGED = "printer_unplugged"
    OFFLINE = "printer_offline"
    DRIVER = "printer_driver"
    QUEUE = "printer_queue"
    TIMEOUT = "printer_timeout"
    DISK = "printer_disk"
    BROKEN = "printer_broken"
    NONE = "printer_none"


_WORDS: dict[PrinterFault, tuple[str, str]] = {
    PrinterFault.PAPER_OUT: ("The ticket printer has no paper.", "Put in a new roll and close the cover."),
    PrinterFault.PAPER_LOW: ("The paper of the ticket printer is nearly used up.", "Have a new roll ready."),
    PrinterFault.COVER_OPEN: ("The cover of the ticket printer is open.", "Close the cover until it clicks."),
    PrinterFault.UNPLUGGED: ("The ticket printer does not answer.", "Check its power and its cable."),
    PrinterFault.OFFLINE: ("The ticket printer reports an error.", "Switch it off and on; check paper and cutter."),
    PrinterFault.DRIVER: (
        "The library for this connection is not installed.",
        "Install pyusb for usb: or pyserial for serial:, or connect by network: or file:.",
    ),
    PrinterFault.QUEUE: (
        "The operating system knows no printer of this name.",
        "Set it up there, or correct printing.queue; empty takes the default printer.",
    ),
    PrinterFault.TIMEOUT: ("The ticket printer took too long.", "Check power, paper and cable."),
    PrinterFault.DISK: ("The slip could not be written.", "Free disk space, or make the folder writable."),
    PrinterFault.BROKEN: ("The slip could not be printed.", "Look into the log; switch the printer off and on."),
    PrinterFault.NONE: ("This terminal has no ticket printer.", "The number is shown on the screen."),
}


def fault_error(fault: PrinterFault, detail: str = "") -> WorldError:
    """The error for ``fault``; ``detail`` is technical and carries nothing personal."""
    what, remedy = _WORDS[fault]
    return WorldError(fault.value, f"{what} ({detail})" if detail else what, remedy)
