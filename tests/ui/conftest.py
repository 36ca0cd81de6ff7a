"""Fixtures of the screens: Chinese and English texts that raise when a key is missing."""

from __future__ import annotations

import pytest

from ui.translate import Translator


@pytest.fixture(params=["zh_CN", "en"])
def translator(request: pytest.FixtureRequest, qapp: object) -> Translator:
    """A strict translator in each language."""
    return Translator(request.param, strict=True)
