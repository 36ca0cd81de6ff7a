"""The ledger of licences: complete, current, and unwilling to guess."""

from __future__ import annotations

import tomllib
from types import ModuleType
from typing import Any

import pytest

from tests.packaging import ROOT, load

LOCK = """\
alembic==1.20.1 \\
    --hash=sha256:00
    # via appeal-reception (pyproject.toml)
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:00
    # via
    #   -c requirements/dev.txt
    #   appeal-reception (pyproject.toml)
    #   onnx
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:00
    # via
    #   onnx
"""


@pytest.fixture(scope="module")
def ledger() -> ModuleType:
    return load("third_party")


@pytest.fixture
def book() -> dict[str, Any]:
    return tomllib.loads((ROOT / "packaging" / "licences.toml").read_text(encoding="utf-8"))


def test_the_page_covers_what_is_locked(ledger: ModuleType) -> None:
    assert ledger.main(["--check"]) == 0
    page = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    for lock in ("run", "dev"):
        packages = ledger.read_lock((ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8"))
        assert [name for name in packages if f"| {name} |" not in page] == []


def test_a_lock_says_who_wants_what(ledger: ModuleType) -> None:
    packages = ledger.read_lock(LOCK)
    assert list(packages) == ["alembic", "numpy"]
    assert packages["numpy"].wanted_by == ["appeal-reception (pyproject.toml)", "onnx"]


@pytest.mark.parametrize(
    ("expression", "accepted"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND MIT", True),
        ("LGPL-3.0-only OR GPL-2.0-only", True),
        ("GPL-2.0-only", False),
        ("MIT AND SSPL-1.0", False),
        ("", False),
    ],
)
def test_only_compatible_licences_are_accepted(
    ledger: ModuleType, book: dict[str, Any], expression: str, accepted: bool
) -> None:
    assert ledger.is_accepted(expression, book["accepted"]) is accepted


def test_a_licence_that_nobody_names_is_an_error(ledger: ModuleType, book: dict[str, Any]) -> None:
    del book["stated"]["espeakng-loader"]
    with pytest.raises(LookupError, match="espeakng-loader"):
        ledger.licence_of("espeakng-loader", book)
    with pytest.raises(LookupError, match="not installed"):
        ledger.licence_of("no-such-package-here", book)


def test_a_dependency_without_a_purpose_is_an_error(ledger: ModuleType, book: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match="purpose"):
        ledger.purpose_of(ledger.Locked("left-pad", [ledger.PROJECT]), book)
