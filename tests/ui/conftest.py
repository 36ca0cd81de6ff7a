"""Fixtures of the screens: Chinese and English texts that raise when a key is missing; where windows of tests end."""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

from ui.translate import Translator


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Collect what a test left on the GUI thread.

    A terminal lives as long as its process; a test leaves one every second, in a cycle. Collected by whichever thread
    happens to allocate, its widgets were destroyed on a store's thread while Qt delivered their events: a crash.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect(1)
        gc.enable()


@pytest.fixture(params=["zh_CN", "en"])
def translator(request: pytest.FixtureRequest, qapp: object) -> Translator:
    """A strict translator in each language."""
    return Translator(request.param, strict=True)
