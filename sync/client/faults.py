"""What can go wrong on the way to the server, sorted by what cures it (SYNC 2.4). Owns no network."""

from __future__ import annotations

from enum import StrEnum

from sync.wire import Problem


class Cure(StrEnum):
    """What the loop does about a fault."""

    RETRY = "retry"
    """Try again later; never give up."""
    SIGN_IN = "sign_in"
    """Stop sending, keep everything, ask again every five minutes."""
    UPGRADE = "upgrade"
    """One side is too old; park this direction."""
    REWIND = "rewind"
    """The server wants an earlier event first."""
    FORK = "fork"
    """Two histories under one name; a person must decide."""
    SHRINK = "shrink"
    """Send less at once."""
    BISECT = "bisect"
    """Find the one event that cannot travel."""
    RELOAD = "reload"
    """The cursor is too old; read everything again."""


class SyncError(Exception):
    """A call that did not succeed. ``code`` is stable and carries no personal data."""

    def __init__(
        self, cure: Cure, code: str, *, retry_after: float | None = None, expected_seq: int | None = None
    ) -> None:
        super().__init__(code)
        self.cure = cure
        self.code = code
        self.retry_after = retry_after
        self.expected_seq = expected_seq


PARKING = (Cure.SIGN_IN, Cure.UPGRADE, Cure.FORK)
"""Faults that do not heal by waiting."""

_DAMAGED = ("digest_wrong", "not_gzip")
"""The body suffered on its way; the events are not to blame."""
_BY_STATUS = {
    400: Cure.BISECT,
    401: Cure.SIGN_IN,
    403: Cure.SIGN_IN,
    404: Cure.UPGRADE,
    410: Cure.RELOAD,
    413: Cure.SHRINK,
    422: Cure.BISECT,
    426: Cure.UPGRADE,
}


def fault_of(problem: Problem, retry_after: float | None) -> SyncError:
    """The fault behind the server's own error answer."""
    if problem.status == 409:
        cure = Cure.REWIND if problem.code == "gap" else Cure.FORK
    elif problem.code in _DAMAGED:
        cure = Cure.RETRY
    else:
        cure = _BY_STATUS.get(problem.status, Cure.RETRY)
    return SyncError(cure, problem.code, retry_after=retry_after, expected_seq=problem.expected_seq)


def portal() -> SyncError:
    """An answer that is not from our server: a captive portal, a proxy, a wrong address."""
    return SyncError(Cure.RETRY, "not_our_server")
