"""Staff of the centre, their roles (DOMAIN 3.7, DECISIONS 18) and the six posts (专人专岗)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a signed-in person may see and do."""

    EMPLOYEE = "employee"  # 诉求人
    GUIDE = "guide"  # 导办员
    DESK = "desk"  # 接待员
    DISPATCHER = "dispatcher"  # 分拨员
    HANDLER = "handler"  # 承办部门
    SUPERVISOR = "supervisor"  # 督办员
    COUNSELLOR = "counsellor"  # 心理辅导员
    LIAISON = "liaison"  # 医疗联络员
    LAWYER = "lawyer"  # 法律人员
    DELEGATE = "delegate"  # 议事代表
    HEAD = "head"  # 中心主任
    LEADER = "leader"  # 领导
    ADMIN = "admin"  # 系统管理员
    AUDITOR = "auditor"  # 审计员
    REVIEWER = "reviewer"  # 审核员
    SECRETARY = "secretary"  # 议事委员会秘书
    GUIDING_DEPARTMENT = "guiding_department"  # 业务指导部门
    DISCIPLINE = "discipline"  # 纪检, the only reader of D7


class Post(StrEnum):
    """The six posts of the work flow; assignments, not roles."""

    ACCEPTANCE = "acceptance"  # 受理
    DISPATCH = "dispatch"  # 分拨
    HANDLING = "handling"  # 办理
    SUPERVISION = "supervision"  # 监督
    FEEDBACK = "feedback"  # 反馈跟踪
    ASSESSMENT = "assessment"  # 评价考核


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person who works at the centre."""

    id: UUID
    login: str
    name: str
    roles: frozenset[Role]
    posts: frozenset[Post] = frozenset()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, for events and audit: a staff member, a visitor at a terminal, or the system."""

    kind: str  # staff | visitor | system
    id: UUID | None
    roles: frozenset[Role]
    terminal: str

    @property
    def label(self) -> str:
        """Stable text for records: never a name."""
        return f"{self.kind}:{self.id}" if self.id else self.kind
