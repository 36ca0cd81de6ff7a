"""Service catalogue entries (DOMAIN 3.2): what one may come for, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PrivacyLevel(StrEnum):
    """Who may see who asked (DOMAIN 3.6)."""

    NAMED = "named"  # 实名
    WITHHELD = "withheld"  # 隐名
    CONFIDENTIAL = "confidential"  # 保密
    SEALED = "sealed"  # 封存
    ANONYMOUS = "anonymous"  # 匿名


class Urgency(StrEnum):
    """How soon somebody must answer (DOMAIN 3.5)."""

    CRITICAL = "critical"  # 特急
    URGENT = "urgent"  # 紧急
    NORMAL = "normal"  # 一般
    OUT_OF_SCOPE = "out_of_scope"  # 超范围


@dataclass(frozen=True, slots=True)
class ServiceCategory:
    """One category; ``limit_days`` are working days, ``letter`` the queue it waits in."""

    code: str
    name_zh: str
    name_en: str
    office: str
    limit_days: int
    letter: str
    privacy: PrivacyLevel
    group: str
    skill: str = ""
    """What a window should have to receive it (psychology, law ...); empty when any window of the queue will do."""

    def name(self, language: str) -> str:
        """The category's name in ``language`` (``zh_CN`` or anything else for English)."""
        return self.name_zh if language == "zh_CN" else self.name_en
