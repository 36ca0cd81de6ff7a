"""What the pad shows at one moment, as a value. Knows no text and no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.services.ratings import OVERALL, QUESTIONS

FURTHER = QUESTIONS[1:]
LOW = 2
"""An overall answer up to this one is followed by an offer to talk (DOMAIN 8)."""

QUIET_S = 60
"""Without a touch for so long the pad goes back to its first page."""

NEXT_VISITOR_S = 15
"""While the next visitor is already served, an answer under way is waited for only so long."""

THANKS_S = 8


class Page(StrEnum):
    """Pages of the pad."""

    IDLE = "idle"
    OVERALL = "overall"
    OFFER = "offer"
    FURTHER = "further"
    STEP = "step"
    THANKS = "thanks"


class Wish(StrEnum):
    """What somebody who was not satisfied would like."""

    HEAD = "head"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class PadState:
    """``question`` counts the further questions; ``wish`` was said on the offer page; ``failed``: it was not kept."""

    language: str
    window: str
    page: Page = Page.IDLE
    question: int = 0
    scores: Mapping[str, int] = field(default_factory=dict)
    worst_step: str = ""
    wish: Wish | None = None
    failed: bool = False

    @property
    def asked(self) -> str:
        """The question on the screen."""
        return OVERALL if self.page is Page.OVERALL else FURTHER[self.question]
