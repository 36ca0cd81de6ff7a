"""The slip is drawn the same for every printer, with the right polarity and a code a phone can read."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from kiosk.model.ticket import TicketSlip
from kiosk.printing.layout import TextLine, lay_out
from ui.slip import QtSlipRaster

URL = "R1:ticket:LN001:0123456789abcdef0123456789abcdef:40718265"


@pytest.fixture
def raster(qapp: object) -> QtSlipRaster:
    return QtSlipRaster("Asia/Shanghai")


def slip(language: str = "zh_CN", centre: str = "演示职工诉求服务中心", label: str = "A012") -> TicketSlip:
    return TicketSlip(centre, label, 3, 8, 14, "等候区 07", datetime(2026, 11, 4, 2, 24, tzinfo=UTC), URL, language)


def pixels(drawn: tuple[int, int, bytes]) -> NDArray[np.uint8]:
    """uint8 (height, width), 1 is black."""
    width, height, rows = drawn
    assert len(rows) == width * height // 8
    return np.unpackbits(np.frombuffer(rows, np.uint8)).reshape(height, width)


@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_it_is_mostly_white_with_clean_edges(raster: QtSlipRaster, width: int, language: str) -> None:
    black = pixels(raster.raster(slip(language), width))
    assert black.shape[1] == width
    assert 0.02 < black.mean() < 0.2
    edge = width // 50
    assert black[:, :edge].sum() == black[:, -edge:].sum() == black[:edge].sum() == black[-edge:].sum() == 0


def test_the_code_can_be_read_back(raster: QtSlipRaster) -> None:
    black = pixels(raster.raster(slip(), 576))
    found = zxingcpp.read_barcodes(np.ascontiguousarray((1 - black) * 255))
    assert [code.text for code in found] == [URL]


def test_a_long_centre_name_and_number_still_fit(raster: QtSlipRaster) -> None:
    black = pixels(raster.raster(slip(centre="很长的" * 12, label="A100234"), 576))
    assert black[:, :11].sum() == black[:, -11:].sum() == 0


def test_two_drawings_are_the_same(raster: QtSlipRaster) -> None:
    assert raster.raster(slip(), 576) == raster.raster(slip(), 576)


@pytest.mark.parametrize("width", [576, 384])
def test_it_draws_every_line_of_the_one_layout(
    raster: QtSlipRaster, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read where text is painted: the paper says what ``kiosk.printing.layout`` says, whole and in its order."""
    painted: list[str] = []
    monkeypatch.setattr("ui.slip.draw_text", lambda painter, at, text, face, color: painted.append(text))
    for language in ("zh_CN", "en"):
        painted.clear()
        raster.raster(slip(language), width)
        lines = lay_out(slip(language), ZoneInfo("Asia/Shanghai"))
        wanted = "".join(line.text for line in lines if isinstance(line, TextLine))
        assert "".join(painted).replace(" ", "") == wanted.replace(" ", "")
