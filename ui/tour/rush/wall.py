"""The wall of the rush: the real window in a process of its own, offscreen, on the clock of the rush."""

from __future__ import annotations

import os
from functools import partial

from ui.tour.rush.post import Post


def show_wall(post: Post) -> None:
    """Body of the process; it is ended from outside, as a wall is when its plug is pulled."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from kiosk.installation import load_settings, open_installation
    from ui.app import build_application
    from ui.terminal import Outside, Terminal

    app = build_application()
    settings = load_settings(post.profile)
    outside = Outside(
        open=partial(open_installation, post.profile, settings=settings, clock=post.clock),
        face=lambda _installation, _camera: None,
        sync=lambda _installation, _on_status: None,
    )
    terminal = Terminal(app, post.profile, settings, ("wall",), outside, clock=post.clock)
    terminal.start()
    app.exec()
