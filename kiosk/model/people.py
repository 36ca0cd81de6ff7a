"""Employees and their units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class EmployeeStatus(StrEnum):
    """Standing of an employee in the personnel records."""

    ACTIVE = "active"
    RETIRED = "retired"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Unit:
    """A company, plant or crew (单位) in the organisation tree."""

    id: UUID
    code: str
    name: str
    parent_id: UUID | None = None
    rev: int = 0


@dataclass(frozen=True, slots=True)
class Employee:
    """A person (职工) who may come with an appeal. ``source`` is ``central`` or ``local`` (DECISIONS 23)."""

    id: UUID
    staff_number: str
    name: str
    birth_date: date
    unit_id: UUID
    unit_name: str
    status: EmployeeStatus = EmployeeStatus.ACTIVE
    phone: str = ""
    source: str = "local"
    rev: int = 0

    def age(self, today: date) -> int:
        """Full years on ``today``."""
        before_birthday = (today.month, today.day) < (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - before_birthday


COMPOUND_SURNAMES = (
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒",
)  # fmt: skip


def mask_name(name: str) -> str:
    """The surname with the rest hidden (王*); compound surnames keep both characters (欧阳*)."""
    keep = 2 if name.startswith(COMPOUND_SURNAMES) and len(name) > 2 else 1
    return name[:keep] + "*"
