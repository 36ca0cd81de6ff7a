"""The activation record of the face module (启用登记): who allowed it, for what, after which checks, until when.

Owns the record, its text form, and when it stops holding. Must not open a camera, a vault or a store. Matching is off
without a record, and off again when the record's assessment ends, its notice or its engine changes (DECISIONS 3,
PRIVACY A1, A10, A11).

To add a check of the site: add a line to ``SiteCheck`` and its text to ``CHECK_TEXTS``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from kiosk.errors import InputError
from kiosk.notice import load_notice
from kiosk.phrases import LANGUAGES
from kiosk.settings import Settings

KEY = "face.activation"
"""Row of the hall store with the record; empty after deactivation. A demo writes any text there."""


class SiteCheck(StrEnum):
    """What must have been looked at on site; every one is needed."""

    NO_PRIVATE_SPACE = "no-private-space"
    SIGN = "sign"
    OTHER_WAYS = "other-ways"
    NOTICE = "notice"
    OWN_CAMERA = "own-camera"
    MODELS = "models"


CHECK_TEXTS = {
    SiteCheck.NO_PRIVATE_SPACE: (
        "摄像头不在谈心室、休息室、更衣室等私密空间，也拍不到这些地方",
        "no camera in or looking into a counselling room, rest room or other private space",
    ),
    SiteCheck.SIGN: ("摄像头旁有显著提示标识", "a plain sign stands at the camera"),
    SiteCheck.OTHER_WAYS: (
        "工号、二维码、证件、人工、匿名与刷脸同屏可用，先后一样",
        "staff number, code, card, clerk and anonymous stand beside it and give the same place in the queue",
    ),
    SiteCheck.NOTICE: (
        "告知书内容（中心、专员、电话、期限）已经本单位法务审定",
        "the notice, with its names, telephone and months, was approved by the operator's own lawyers",
    ),
    SiteCheck.OWN_CAMERA: ("画面来自本机自己的摄像头", "the picture comes from this machine's own camera"),
    SiteCheck.MODELS: (
        "已阅读模型台账（main.py models list）中的来源与存疑，并同意使用",
        "the origin and doubts of the models (main.py models list) were read and accepted",
    ),
}


class Lapse(StrEnum):
    """Why a record no longer holds."""

    ASSESSMENT_OVER = "assessment-over"
    NOTICE_CHANGED = "notice-changed"
    ENGINE_CHANGED = "engine-changed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Activation:
    """One sign-off. ``notices`` maps each language to the SHA-256 of the notice as rendered here."""

    purpose: str
    assessment: str
    assessed_until: date
    consultation: str
    checks: tuple[SiteCheck, ...]
    engine: str
    notices: dict[str, str]
    signed_by: UUID
    at: datetime

    def lapse(self, settings: Settings, today: date) -> Lapse | None:
        """Why this record does not hold today under ``settings``, or None. Reads the notice files."""
        if today > self.assessed_until:
            return Lapse.ASSESSMENT_OVER
        if self.engine != settings.face.engine:
            return Lapse.ENGINE_CHANGED
        return None if self.notices == notice_hashes(settings) else Lapse.NOTICE_CHANGED


def notice_hashes(settings: Settings) -> dict[str, str]:
    """The notice of every language as it is shown under ``settings``. Raises InputError for an incomplete one."""
    return {language: load_notice(language, settings).sha256 for language in LANGUAGES}


def sign(
    settings: Settings,
    *,
    purpose: str,
    assessment: str,
    assessed_until: date,
    consultation: str,
    checks: frozenset[SiteCheck],
    signed_by: UUID,
    at: datetime,
) -> Activation:
    """A new record. Raises InputError naming what is missing."""
    if not purpose.strip() or not assessment.strip():
        raise InputError("activation_incomplete", "Purpose and impact assessment are needed.", "State both.")
    if assessed_until < at.date():
        raise InputError(
            "assessment_over", "The impact assessment is no longer valid.", "Renew the assessment, then activate."
        )
    missing = [check.value for check in SiteCheck if check not in checks]
    if missing:
        raise InputError(
            "site_unchecked",
            f"Not confirmed: {', '.join(missing)}.",
            "Look at each point on site, then repeat with --confirm for every one.",
            missing=", ".join(missing),
        )
    return Activation(
        purpose=purpose.strip(),
        assessment=assessment.strip(),
        assessed_until=assessed_until,
        consultation=consultation.strip(),
        checks=tuple(SiteCheck),
        engine=settings.face.engine,
        notices=notice_hashes(settings),
        signed_by=signed_by,
        at=at,
    )


def to_text(record: Activation) -> str:
    """For the store."""
    return json.dumps(asdict(record), ensure_ascii=False, default=str, sort_keys=True)


def from_text(text: str) -> Activation | None:
    """The record written by ``to_text``; None when it is none."""
    try:
        values = json.loads(text)
        return Activation(
            purpose=values["purpose"],
            assessment=values["assessment"],
            assessed_until=date.fromisoformat(values["assessed_until"]),
            consultation=values["consultation"],
            checks=tuple(SiteCheck(check) for check in values["checks"]),
            engine=values["engine"],
            notices=dict(values["notices"]),
            signed_by=UUID(values["signed_by"]),
            at=datetime.fromisoformat(values["at"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
