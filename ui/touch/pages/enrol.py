"""Being enrolled: the question about glasses, the poses one by one, waiting for the clerk, done or not.

Calm in each case, and free to leave. The camera is open only while poses are asked for, under a sign that says so.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout

from ui.touch.pages.face import CameraPage
from ui.touch.pages.frame import Kit
from ui.touch.state import Camera, EnrolStep, TouchState
from ui.widgets.ask import AskArrow
from ui.widgets.button import Kind
from ui.widgets.dots import Dots
from ui.widgets.icon import Icon
from ui.widgets.pill import Pill
from ui.widgets.preview import PreviewCircle
from ui.widgets.text import Text

VIEWS = 5
_ICONS = {EnrolStep.WAITING: "clerk", EnrolStep.DONE: "check", EnrolStep.FAILED: "info"}


class EnrolPage(CameraPage):
    """One page for every step of the enrolment; built again when the step changes."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        if state.enrol is EnrolStep.GLASSES:
            self._glasses()
        elif state.enrol is EnrolStep.CAPTURE:
            self._capture()
        else:
            self._said(state)

    def live(self, state: TouchState) -> None:
        super().live(state)
        if state.enrol is EnrolStep.CAPTURE:
            self._guide(state)

    def _glasses(self) -> None:
        """Two answers of equal weight; either is right."""
        self.body.addStretch(2)
        self.centred(Icon(self.kit.theme, "glasses", size=200))
        self.title("enrol.glasses_title", self.kit.tr("enrol.glasses"), align="center")
        self.body.addStretch(3)
        for name, two_looks in (("glasses_same", False), ("glasses_change", True)):
            answer = self.button(f"enrol.{name}", "secondary", name=name)
            answer.when_pressed(partial(self.kit.presenter.authorising.capture, two_looks=two_looks))
            self.body.addWidget(answer)
        self._leave("enrol.later", "plain")

    def _capture(self) -> None:
        theme = self.kit.theme
        self._asked = Text(theme, "", "title", bold=True, align="center")
        self.body.addWidget(self._asked)
        self.arrow = AskArrow(theme, size=180)
        self.centred(self.arrow)
        self.circle = PreviewCircle(theme, size=560)
        self.centred(self.circle)
        self.body.addLayout(self._signs())
        self._correction = Text(theme, "", "lead", align="center")
        self.body.addWidget(self._correction)
        self.body.addStretch(1)
        self.dots = Dots(theme, VIEWS)
        self.centred(self.dots)
        self._taken = self.say("", "small", ink="ink_soft", align="center")
        self._leave("enrol.later", "secondary")

    def _signs(self) -> QHBoxLayout:
        """That the camera is on, and that it is not a real one."""
        theme, row = self.kit.theme, QHBoxLayout()
        row.setSpacing(theme.px(20))
        row.addStretch(1)
        row.addWidget(Pill(theme, self.kit.tr("enrol.sign"), fill="brand", ink="on_brand", icon="camera"))
        self._synthetic = Pill(theme, self.kit.texts.tr("common.demo"), fill="now", ink="on_now")
        row.addWidget(self._synthetic)
        row.addStretch(1)
        return row

    def _guide(self, state: TouchState) -> None:
        """What is asked now, what is in the way, how far we are."""
        camera, tr = state.camera or Camera(), self.kit.texts.tr
        self._asked.set_text(tr("touch.enrol.working") if state.busy else tr(f"touch.ask.{camera.ask or 'ahead'}"))
        self.arrow.set_ask(None if state.busy else camera.ask or "ahead")
        self._correction.set_text("" if state.busy else tr(camera.hint))
        self._synthetic.setVisible(camera.synthetic)
        self.circle.set_progress(1.0 if state.busy else camera.progress)
        self.dots.set_done(camera.taken)
        self._taken.set_text(tr("touch.enrol.taken", n=camera.taken))

    def _said(self, state: TouchState) -> None:
        step = state.enrol.value
        self.body.addStretch(2)
        self.centred(Icon(self.kit.theme, _ICONS[state.enrol], size=200))
        failed = state.enrol is EnrolStep.FAILED
        self.title(
            f"enrol.{step}_title", self._notice_text() if failed else self.kit.tr(f"enrol.{step}"), align="center"
        )
        if failed:
            self.say(self.kit.tr("enrol.failed"), "body", ink="ink_soft", align="center")
        self.body.addStretch(3)
        if failed:
            retry = self.button("enrol.retry", name="retry")
            retry.when_pressed(self.kit.presenter.authorising.enrol)
            self.body.addWidget(retry)
        done = state.enrol is EnrolStep.DONE
        leave = "enrol.finish" if done else "enrol.later" if failed else "enrol.leave"
        self._leave(leave, "primary" if done else "secondary")

    def _leave(self, key: str, kind: Kind) -> None:
        leave = self.button(key, kind, name="leave")
        leave.when_pressed(self.kit.presenter.back)
        self.body.addWidget(leave)
