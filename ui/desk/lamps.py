"""Which lamps are lit, and by whom: faults of this machine, and what other terminals say of themselves."""

from __future__ import annotations

from ui.desk.state import DeskState, Device


def faulty(state: DeskState, device: Device) -> tuple[bool, str]:
    """Is the lamp of ``device`` lit, and at which terminals (codes, for the sentence)."""
    printer = Device.PRINTER.value
    where: set[str] = set()
    if device is Device.PRINTER:
        where = {lamp.terminal for lamp in state.lamps if lamp.device == printer}
    elif device is Device.TERMINALS:
        where = {lamp.terminal for lamp in state.lamps if lamp.device != printer}
    return bool(where or state.faults.get(device)), " ".join(sorted(where))


def health(state: DeskState) -> Device | None:
    """The first device whose lamp is lit; None when all is well."""
    return next((device for device in Device if faulty(state, device)[0]), None)
