"""What a terminal is handed in real life: the installation, its camera, its line to the centre, its robots."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.settings import Settings
from ui.terminal import Outside

if TYPE_CHECKING:
    from kiosk.installation import Installation
    from sync.status import SyncStatus
    from ui.assembly.face import DeviceCamera, OpenSource
    from ui.terminal import Running
    from ui.touch.camera import TouchCamera


def real_outside(profile: Path, settings: Settings, open_source: OpenSource | None = None) -> Outside:
    """The outside of ``profile``. ``open_source`` replaces the configured camera (demo and tour)."""
    from kiosk.installation import open_installation, open_spare_desk

    def face(installation: Installation, camera: TouchCamera) -> DeviceCamera:
        from ui.assembly.face import device_camera

        return device_camera(installation, camera, open_source)

    def line(installation: Installation, on_status: Callable[[SyncStatus], None]) -> Running | None:
        from ui.assembly.line import hall_line

        # What goes to the centre is sent by the owner of the store; a terminal's login may not read it.
        return hall_line(installation, on_status) if installation.store.login.owner else None

    def errands(installation: Installation) -> Running | None:
        from ui.assembly.errands import hall_dispatcher

        return hall_dispatcher(installation) if installation.store.login.keeps_house else None

    opened, spare = partial(open_installation, profile, settings=settings), partial(open_spare_desk, profile, settings)
    return Outside(opened, face, line, errands, spare)
