"""The one page for everybody: how it stands with a number, opened by the QR code of its slip. Owns HTTP and limits.

Nothing but this page is meant for phones: a reverse proxy lets ``/q/`` and ``/queue.css`` through (docs/operations.md).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from sync.server import queue_page, slips
from sync.server.core import Core
from sync.server.hall_api import CoreArg

router = APIRouter()

WINDOW_S = 60.0
PER_ADDRESS, PER_TICKET = 120, 20
"""Requests a minute. A company may share one address; at twenty guesses a minute a code of eight digits lasts years."""
_REMEMBERED = 20_000
_ADDRESS = re.compile(r"([A-Z0-9]{2,12})/([0-9a-f]{32})/([0-9]{4,12})")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex, nofollow",
}


class Limits:
    """Counts requests by key in windows of a minute, in memory only. Any thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._window = 0.0
        self._counts: dict[str, int] = {}

    def allow(self, key: str, most: int) -> bool:
        """Count this request; False when there were ``most`` in this window already, or too many keys to remember."""
        with self._lock:
            now = self._now()
            if now - self._window >= WINDOW_S:
                self._window, self._counts = now, {}
            count = self._counts.get(key, 0)
            if count >= most or (not count and len(self._counts) >= _REMEMBERED):
                return False
            self._counts[key] = count + 1
            return True


def line_of(host: str) -> str:
    """Whose requests count together: an address, of version 6 the whole line (/64), where everybody has billions."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


@router.get("/q/{slip:path}")
def standing(request: Request, core: CoreArg, slip: str) -> HTMLResponse:
    """How it stands with one number; the same answer for everything that is not a slip of ours."""
    limits: Limits = request.app.state.limits
    address = line_of(request.client.host) if request.client else ""
    parts = _ADDRESS.fullmatch(slip)
    ticket = parts[2] if parts else "none"
    if not limits.allow(f"from {address}", PER_ADDRESS) or (parts and not limits.allow(f"of {ticket}", PER_TICKET)):
        return HTMLResponse(queue_page.busy_page(), 429, {**_HEADERS, "Retry-After": str(int(WINDOW_S))})
    known = _known(core, UUID(ticket), parts[3]) if parts else None
    if known is None:
        return HTMLResponse(queue_page.unknown_page(), 404, _HEADERS)
    return HTMLResponse(queue_page.standing_page(known), 200, _HEADERS)


def _known(core: Core, ticket: UUID, code: str) -> slips.Known | None:
    with core.engine.connect() as connection:
        return slips.known(connection, ticket, code, core.now())
