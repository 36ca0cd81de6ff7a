"""How a setting is declared: a dataclass field that carries its own rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a setting means and which values it may take."""

    zh: str
    en: str
    within: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""


def setting(
    default: T,
    zh: str,
    en: str,
    *,
    within: tuple[float, float] | None = None,
    choices: tuple[str, ...] = (),
    pattern: str = "",
) -> T:
    """A dataclass field that carries its own rule; mypy sees the type of the default."""
    return field(default=default, metadata={"rule": Rule(zh, en, within, choices, pattern)})


def rule_of(metadata: Mapping[str, object]) -> Rule:
    """The rule a field was declared with."""
    return cast(Rule, metadata["rule"])
