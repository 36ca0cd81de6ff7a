"""The figures of the hall as small pictures: waits and talks, by queue, window and hour. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.desk.charts import Bar, Bars, Columns
from ui.desk.dates import day
from ui.desk.looks import FiguresLook
from ui.desk.pages import PageView
from ui.desk.parts import Desktop, clear, margins
from ui.desk.state import DeskState
from ui.widgets.card import Card, EmptyState
from ui.widgets.text import Text

if TYPE_CHECKING:
    from kiosk.services.statistics import HallReport, Line

MOST_BARS = 8


class FiguresPage(PageView):
    """Made once for a theme and a language."""

    name = "figures"

    def furnish(self) -> None:
        """Figures above, the hours in the middle, queues and windows below."""
        theme, tr = self._desktop.theme, self._desktop.tr
        self._desktop.presenter.overseeing.choose_file = self._choose_file
        self._dialog: QFileDialog | None = None
        column = QVBoxLayout(self.body)
        margins(column, theme, 0, 0, 0, 0, 14)
        self._span = Text(theme, "", "small", ink="ink_soft")
        column.addWidget(self._span)
        self._facts = QHBoxLayout()
        self._facts.setSpacing(theme.px(4))
        column.addLayout(self._facts)
        self._empty = EmptyState(theme, "clock", tr("figures.none"), tr("figures.none_hint"))
        column.addWidget(self._empty, 1)
        self._charts = QWidget()
        charts = QVBoxLayout(self._charts)
        margins(charts, theme, 6, 0, 6, 0, 14)
        self.hours, self.queues, self.windows = Columns(theme), Bars(theme), Bars(theme)
        charts.addLayout(self._titled("figures.hours", self.hours), 4)
        row = QHBoxLayout()
        row.setSpacing(theme.px(48))
        row.addLayout(self._titled("figures.queues", self.queues), 1)
        row.addLayout(self._titled("figures.windows", self.windows), 1)
        charts.addLayout(row, 5)
        column.addWidget(self._charts, 1)

    def _titled(self, key: str, chart: QWidget) -> QVBoxLayout:
        box = QVBoxLayout()
        box.addWidget(Text(self._desktop.theme, self._desktop.tr(key), "body", bold=True))
        box.addWidget(chart, 1 if isinstance(chart, Columns) else 0)
        if not isinstance(chart, Columns):
            box.addStretch(1)
        return box

    def chosen(self, state: DeskState) -> str:
        """The span whose figures are shown."""
        return f"span_{state.look.span.value}" if isinstance(state.look, FiguresLook) else ""

    def show_look(self, state: DeskState) -> None:
        """Fill everything; without a number nothing is drawn."""
        if not isinstance(state.look, FiguresLook):
            return
        report = state.look.report
        some = report.total.issued > 0
        self._charts.setVisible(some)
        self._empty.setVisible(not some)
        self._span.set_text(self._days(report.first, report.last, report.days))
        self._show_facts(report)
        self._show_charts(report)

    def _days(self, first: date, last: date, days: int) -> str:
        words, tr = self._desktop.words, self._desktop.tr
        one = day(words, first, weekday=True)
        span = one if first == last else tr("figures.days", first=day(words, first), last=day(words, last), n=days)
        return tr("figures.legend", span=span)

    def _show_facts(self, report: HallReport) -> None:
        """Eight figures in one line; what cannot be known yet is a dash."""
        clear(self._facts)
        tr, total, kept = self._desktop.tr, report.total, report.promises.all.share
        share = "—" if kept is None else f"{round(kept * 100)} %"
        for key, value in (
            ("issued", str(total.issued)),
            ("served", str(total.served)),
            ("wait", self._spread(total.wait.p50_min, total.wait.p90_min)),
            ("talk", self._spread(total.talk.p50_min, total.talk.p90_min)),
            ("gone", _share(total.gone, total.issued)),
            ("passed", str(total.passed)),
            ("recalls", str(total.recalls)),
            ("kept", share),
        ):
            self._facts.addWidget(Figure(self._desktop, tr(f"figures.{key}"), value), 1)

    def _spread(self, p50: float | None, p90: float | None) -> str:
        return "—" if p50 is None or p90 is None else f"{p50:.0f} / {p90:.0f}"

    def _show_charts(self, report: HallReport) -> None:
        tr = self._desktop.tr
        self.hours.show_bars(_columns(report.by_hour))
        self.queues.show_bars(self._bars(report.by_queue, [self._desktop.letter(line.key) for line in report.by_queue]))
        windows = [tr("window", w=line.key) for line in report.by_window]
        self.windows.show_bars(self._bars(report.by_window, windows))

    def _bars(self, lines: Sequence[Line], names: Sequence[str]) -> list[Bar]:
        """How many were served, out of how many came; beside it the middle wait and talk."""
        tr, most = self._desktop.tr, max((line.issued for line in lines), default=1) or 1
        return [
            Bar(name, line.served / most, tr("figures.line", n=line.served, wait=_whole(line.wait.p50_min),
                                             talk=_whole(line.talk.p50_min)), line.issued / most)
            for line, name in list(zip(lines, names, strict=True))[:MOST_BARS]
        ]  # fmt: skip

    # --- export ----------------------------------------------------------------------------------------------

    def _choose_file(self) -> None:
        """A window of its own that blocks nothing: the desk goes on, and Esc closes it."""
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self.window(), self._desktop.tr("act.export"), home, "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setWindowModality(Qt.WindowModality.NonModal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._write)
        self._dialog = dialog
        dialog.show()

    @Slot(str)
    def _write(self, name: str) -> None:
        self._desktop.presenter.overseeing.export(Path(name))


class Figure(Card):
    """A small label over a value."""

    def __init__(self, desktop: Desktop, label: str, value: str) -> None:
        super().__init__(desktop.theme, padding=14)
        self.body.setSpacing(desktop.theme.px(4))
        self.body.addWidget(Text(desktop.theme, label, "small", ink="ink_soft"))
        self.body.addWidget(Text(desktop.theme, value, "lead", bold=True, wrap=False))


def _columns(lines: Sequence[Line]) -> list[Bar]:
    most = max((line.issued for line in lines), default=1) or 1
    return [Bar(line.key, line.issued / most, str(line.issued)) for line in lines]


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else "—"


def _whole(minutes: float | None) -> str:
    return "—" if minutes is None else f"{minutes:.0f}"
