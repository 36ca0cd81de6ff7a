"""The tokens can be read by everybody, and everything scales with the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.theme import CALM, CONTRAST, DESK, LIGHT, TEXT_PAIRS, TOUCH, WALL, Reference, Theme, Tokens, contrast
from ui.widgets.button import Button
from ui.widgets.icon import ICON_ROOT, icon_pixmap
from ui.widgets.stage import Stage
from ui.widgets.text import Text, keep_together


@pytest.mark.parametrize("palette", [LIGHT, CALM, CONTRAST], ids=["light", "calm", "contrast"])
def test_every_text_pair_is_readable(palette: Tokens) -> None:
    weak = {pair: ratio for pair in TEXT_PAIRS if (ratio := contrast(*(getattr(palette, t) for t in pair))) < 4.5}
    assert not weak


def test_contrast_of_black_on_white_is_the_largest() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("reference", [TOUCH, DESK, WALL])
def test_half_a_window_halves_every_length(reference: Reference, qapp: object) -> None:
    theme = Theme(reference)
    assert theme.fitted(reference.width, reference.height) == 1
    half = Theme(reference, factor=theme.fitted(reference.width // 2, reference.height))
    assert half.px(28) == 14
    assert half.font("body").pixelSize() == theme.font("body").pixelSize() // 2


def test_large_letters_are_larger_in_every_reading_size() -> None:
    normal, large = Theme(TOUCH), Theme(TOUCH, large=True)
    assert all(large.size(role) > normal.size(role) for role in ("small", "body", "lead", "title", "display"))


def test_every_icon_draws_something(qapp: object) -> None:
    for path in ICON_ROOT.glob("*.svg"):
        image = icon_pixmap(path.stem, "#0B6B57", 24).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)), path.stem


def test_stylesheet_has_no_unfilled_place(qapp: object) -> None:
    assert "$" not in Theme(TOUCH).stylesheet()


def test_stage_keeps_the_reference_shape(qtbot: QtBot) -> None:
    made: list[Theme] = []

    def rebuild(theme: Theme) -> QWidget:
        made.append(theme)
        return QWidget()

    stage = Stage(Theme(TOUCH), rebuild)
    qtbot.addWidget(stage)
    stage.resize(1080, 960)
    stage.show()
    qtbot.waitUntil(lambda: bool(made) and made[-1].factor == 0.5)
    content = stage.content
    assert content is not None
    assert (content.width(), content.height()) == (540, 960)
    assert content.x() == 270


def test_a_page_built_anew_rings_no_button(qtbot: QtBot) -> None:
    """The ring is for those who use the keyboard; Qt hands the focus of a page that goes on as Tab would."""

    def rebuild(theme: Theme) -> QWidget:
        page = QWidget()
        QVBoxLayout(page).addWidget(Button(theme, "返回"))
        return page

    stage = Stage(Theme(TOUCH), rebuild)
    qtbot.addWidget(stage)
    with qtbot.waitActive(stage):
        stage.show()
    stage.refresh()
    stage.findChildren(Button)[-1].setFocus(Qt.FocusReason.MouseFocusReason)
    stage.refresh()
    content = stage.content
    assert content is not None
    button = content.findChild(Button)
    assert button is not None
    assert not button.ringed
    assert stage.focusWidget() is content  # keys still reach the page


def test_no_line_of_a_paragraph_is_left_with_one_character(qtbot: QtBot) -> None:
    text = Text(Theme(TOUCH), "请选一种方式报到。哪一种都一样快、一样排队，不想说名字也可以。", "lead")
    qtbot.addWidget(text)
    for width in range(300, 1000, 37):
        lines = text.lines(width)
        assert len(lines) == 1 or min(len(line.strip("。，、 ")) for line in lines) > 2, (width, lines)


def test_numbers_stay_with_their_units() -> None:
    assert keep_together("约 8–14 分钟") == "约\u00a08–14\u00a0分钟"
    assert keep_together("two people") == "two people"
