"""The doctor's checks that the domain cannot make itself: Qt, fonts, sound, models, camera."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiosk.commands import add_commands as add_domain_commands
from kiosk.doctor import Check, Grade, Look, Verdict
from kiosk.errors import ReceptionError

RARE_NAME_SIGNS = "䶮㛃喆堃"
"""Characters of real names that small fonts lack."""


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register ``import-employees`` and ``doctor`` with all checks."""
    add_domain_commands(commands, outer_checks)


def outer_checks(profile: Path) -> Sequence[Check]:
    """Checks of screens and recognition."""
    return (
        Look("pyside6", _references),
        Look("fonts", _fonts),
        Look("sound", _sound),
        Look("wall", lambda: _wall(profile)),
        Look("models", lambda: _models(profile)),
        Look("picture", lambda: _picture(profile)),
    )


def _references() -> Verdict:
    """PySide6 6.12 loses a reference to None on each void call under Python 3.10 and 3.11 (docs/adr/0002)."""
    from PySide6.QtCore import QObject

    probe, rounds = QObject(), 300
    before = sys.getrefcount(None)
    for _ in range(rounds):
        probe.setObjectName("x")
    if before - sys.getrefcount(None) > rounds // 2:
        return Verdict(Grade.FAIL, "This PySide6 loses references and will abort.", "Install the locked 6.11.3.")
    return Verdict(Grade.OK, "PySide6 keeps its references.")


def _application() -> None:
    from PySide6.QtWidgets import QApplication

    from ui.app import build_application

    if QApplication.instance() is None:
        build_application(["-platform", "offscreen"])


def _fonts() -> Verdict:
    from PySide6.QtGui import QFontMetrics

    from ui.fonts import font

    _application()
    metrics = QFontMetrics(font(24))
    if not metrics.inFont("诉"):
        return Verdict(Grade.FAIL, "There is no Chinese font.", "Install the locked packages again.")
    missing = "".join(sign for sign in RARE_NAME_SIGNS if not metrics.inFontUcs4(ord(sign)))
    if missing:
        return Verdict(Grade.WARN, f"Rare name characters are missing: {missing}.", "Install fonts-noto-cjk.")
    return Verdict(Grade.OK, "Chinese fonts are complete.")


def _sound() -> Verdict:
    from PySide6.QtMultimedia import QMediaDevices

    _application()
    if not QMediaDevices.audioOutputs():
        return Verdict(Grade.WARN, "No loudspeaker: calls are shown, not spoken.", "Attach one and start PipeWire.")
    return Verdict(Grade.OK, "A loudspeaker is there.")


def _wall(profile: Path) -> Verdict:
    """The wall's own content and media can be read, and so can its numbers from the last row."""
    from kiosk.settings import FILE_NAME, load
    from ui.wall.content import load_content
    from ui.wall.fitting import FULL_HD, Panel, fit
    from ui.wall.front import MEDIA_FOLDER
    from ui.wall.media import list_media

    if not (profile / FILE_NAME).exists() or "wall" not in (settings := load(profile)).terminal.fronts:
        return Verdict(Grade.OK, "There is no wall on this machine.")
    load_content(profile)
    list_media(profile / MEDIA_FOLDER)
    wall = settings.wall
    if wall.pitch_mm == 0:
        return Verdict(Grade.OK, "The wall's content can be read; how far its numbers can be, its own lamp says.")
    size = FULL_HD.transposed() if wall.layout == "portrait" else FULL_HD
    fitted = fit(Panel(size.width(), size.height(), wall.pitch_mm, wall.distance_m), wall.layout)
    if not fitted.plan.readable:
        what = f"Calls can be read from {fitted.reads_to_m:.1f} m, not from {wall.distance_m:g} m (1920x1080 dots)."
        return Verdict(Grade.WARN, what, "Hang it nearer, choose a larger panel, or correct wall.pitch_mm.")
    return Verdict(Grade.OK, f"{fitted.plan.rows} calls can be read from {fitted.reads_to_m:.1f} m.")


def _models(profile: Path) -> Verdict:
    from recognition.model_cards import FOLDER, content_of, installed_cards
    from recognition.weights import ledger, locate

    for model in ledger().values():
        locate(model)
    for card in installed_cards(profile / FOLDER):
        for file in card.files:
            content_of(card, file)
    return Verdict(Grade.OK, "Every model file has the hash of the ledger or of its card.")


def _picture(profile: Path) -> Verdict:
    """Whether the camera gives pictures. Opened only where faces or codes are read: on a machine with a touch front."""
    from kiosk.settings import FILE_NAME, load
    from recognition.sources import create

    if not (profile / FILE_NAME).exists():
        return Verdict(Grade.OK, "There is no installation yet.")
    settings = load(profile)
    if "touch" not in settings.terminal.fronts or settings.face.camera == "demo":
        return Verdict(Grade.OK, "No camera is needed here.")
    source = create(settings.face.camera)
    try:
        source.open()
    except ReceptionError as error:
        return Verdict(Grade.WARN, error.what, error.remedy)
    source.close()
    return Verdict(Grade.OK, f"The camera {source.name} opens.")
