"""The face page: the camera is open only here and while somebody is enrolled, under a sign that says so."""

from __future__ import annotations

from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import Camera, TouchState
from ui.widgets.ask import AskArrow
from ui.widgets.pill import Pill
from ui.widgets.preview import PreviewCircle
from ui.widgets.text import Text


class CameraPage(Frame):
    """A page whose ``circle`` shows the visitor's own picture, mirrored."""

    circle: PreviewCircle


class FacePage(CameraPage):
    """The face match: look at the circle, then follow a movement or two. Another way is always one press away."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        theme = kit.theme
        self._wanted = Text(theme, "", "display", bold=True, align="center")
        self.body.addWidget(self._wanted)
        self.body.addStretch(1)
        self.arrow = AskArrow(theme, size=220)
        self.centred(self.arrow)
        self.circle = PreviewCircle(theme, size=480 if state.large else 560)
        self.centred(self.circle)
        self.centred(Pill(theme, kit.tr("face.sign"), fill="brand", ink="on_brand", icon="camera"))
        self._demo = Pill(theme, "", fill="now", ink="on_now")
        self.centred(self._demo)
        self._hint = Text(theme, "", "lead", bold=True, align="center")
        self.body.addWidget(self._hint)
        self.body.addStretch(1)
        self._why = self.say("", "small", ink="ink_soft", align="center")
        other = self.button("number.other", "secondary", name="other_way")
        other.when_pressed(kit.presenter.arriving.other_way)
        self.body.addWidget(other)
        self._show(state)

    def live(self, state: TouchState) -> None:
        super().live(state)
        self._show(state)

    def _show(self, state: TouchState) -> None:
        camera, tr = state.camera or Camera(), self.kit.texts.tr
        ask = "" if state.busy else camera.ask
        self._wanted.set_text(tr(f"touch.ask.{ask}" if ask else "touch.face.title"))
        self.arrow.set_ask(None if state.busy else ask or "ahead")
        self._hint.set_text(tr("touch.face.working" if state.busy else self._hint_key(camera)))
        self._why.set_text(tr("touch.face.follow_why" if ask else "touch.face.note"))
        self.circle.set_progress(1.0 if state.busy else camera.progress)
        self._mark(camera)

    def _hint_key(self, camera: Camera) -> str:
        """What is to be corrected, or that following along is all."""
        asked = bool(camera.ask) and camera.hint == f"touch.ask.{camera.ask}"
        return "touch.face.follow" if asked else camera.hint

    def _mark(self, camera: Camera) -> None:
        """Say that the picture is not a camera's, and that a demo asks for movements but does not insist."""
        demo = self.kit.presenter.session.around.settings.profile.demo
        asked = demo and bool(camera.ask)
        self._demo.setVisible(camera.synthetic or asked)
        self._demo.set_text(self.kit.texts.tr("touch.face.not_enforced" if asked else "common.demo"))
