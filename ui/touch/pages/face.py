"""The face page and the enrolment: the camera is open only here, under a sign that says so."""

from __future__ import annotations

from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import Camera, EnrolStep, TouchState
from ui.widgets.icon import Icon
from ui.widgets.pill import Pill
from ui.widgets.preview import PreviewCircle
from ui.widgets.text import Text


class CameraPage(Frame):
    """A round preview, the sign, one hint at a time."""

    sign = "face.sign"

    def camera_column(self, state: TouchState) -> None:
        """Circle, sign, the mark of a synthetic source, and the hint."""
        self.circle = PreviewCircle(self.kit.theme, size=720)
        self.circle.set_progress(0)
        self.centred(self.circle)
        self.centred(Pill(self.kit.theme, self.kit.tr(self.sign), fill="brand", ink="on_brand", icon="camera"))
        demo = self.kit.texts.tr("common.demo")
        self._demo = Pill(self.kit.theme, demo, fill="now", ink="on_now")
        self.centred(self._demo)
        self._hint = Text(self.kit.theme, "", "title", bold=True, align="center")
        self.body.addWidget(self._hint)
        self._show(state)

    def live(self, state: TouchState) -> None:
        super().live(state)
        if hasattr(self, "_hint"):
            self._show(state)

    def _show(self, state: TouchState) -> None:
        camera = state.camera or Camera()
        key = "touch.face.working" if state.busy else camera.hint
        self._hint.set_text(self.kit.texts.tr(key))
        self._demo.setVisible(camera.synthetic)
        self.circle.set_progress(1.0 if state.busy else camera.progress)


class FacePage(CameraPage):
    """The face match."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self.title("face.title", align="center")
        self.body.addStretch(1)
        self.camera_column(state)
        self.body.addStretch(1)
        self.say(kit.tr("face.note"), "small", ink="ink_soft", align="center")
        other = self.button("number.other", "secondary", name="other_way")
        other.when_pressed(kit.presenter.arriving.other_way)
        self.body.addWidget(other)


class EnrolPage(CameraPage):
    """Taking the pictures, waiting for the clerk, done or not: calm in each case, and free to leave."""

    sign = "enrol.sign"

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        if state.enrol is EnrolStep.CAPTURE:
            self._capture(state)
        else:
            self._said(state)

    def _capture(self, state: TouchState) -> None:
        self.title("enrol.title", align="center")
        self.body.addStretch(1)
        self.camera_column(state)
        self.body.addStretch(1)
        self._leave("enrol.later", "secondary")

    def _said(self, state: TouchState) -> None:
        step = state.enrol.value
        icon = {EnrolStep.WAITING: "clerk", EnrolStep.DONE: "check", EnrolStep.FAILED: "info"}[state.enrol]
        self.body.addStretch(2)
        self.centred(Icon(self.kit.theme, icon, size=200))
        failed = state.enrol is EnrolStep.FAILED
        lead = self._notice_text() if failed else self.kit.tr(f"enrol.{step}")
        self.title(f"enrol.{step}_title", lead, align="center")
        self.body.addStretch(3)
        if failed:
            retry = self.button("enrol.retry", name="retry")
            retry.when_pressed(self.kit.presenter.authorising.enrol)
            self.body.addWidget(retry)
        done = state.enrol is EnrolStep.DONE
        self._leave("enrol.finish" if done else "enrol.leave", "primary" if done else "secondary")

    def _leave(self, key: str, kind: str) -> None:
        leave = self.button(key, kind, name="leave")  # type: ignore[arg-type]
        leave.when_pressed(self.kit.presenter.back)
        self.body.addWidget(leave)
