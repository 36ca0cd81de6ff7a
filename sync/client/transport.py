"""HTTPS to the central server; the only place with ``requests``. Owns time limits, packing and the pinned certificate.

Accepts an answer as success only if status, content type, protocol header and body all fit: captive portals answer
200 too. Not thread-safe: one transport per thread.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import requests
from pydantic import BaseModel, ValidationError

from sync import wire
from sync.client.faults import Cure, SyncError, fault_of, portal

TIMEOUT_S = (5.0, 30.0)
"""Connect, and silence between two bytes (SYNC 2.4)."""
MAX_RETRY_AFTER_S = 900.0
_OK = (200, 201)
M = TypeVar("M", bound=BaseModel)


class Transport:
    """One server, known by address and pinned certificate (PEM file). No proxy, no redirect, no other authority."""

    def __init__(self, url: str, certificate: Path, timeout: tuple[float, float] = TIMEOUT_S) -> None:
        self._url = url.rstrip("/")
        self._certificate = str(certificate)
        self._timeout = timeout
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers[wire.PROTOCOL_HEADER] = str(wire.PROTOCOL)

    def get(
        self, path: str, model: type[M], token: str = "", params: Mapping[str, str | int | float] | None = None
    ) -> M:
        """GET ``/v1{path}``. Raises SyncError."""
        return self._call("GET", path, model, token, params=params or {})

    def post(self, path: str, model: type[M], body: BaseModel, token: str = "") -> M:
        """POST ``body`` packed to ``/v1{path}``. Raises SyncError."""
        return self._call("POST", path, model, token, body=gzip.compress(wire.pack(body), compresslevel=6))

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()

    def __enter__(self) -> Transport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(
        self,
        method: str,
        path: str,
        model: type[M],
        token: str,
        params: Mapping[str, str | int | float] | None = None,
        body: bytes | None = None,
    ) -> M:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if body is not None:
            headers |= {
                "Content-Type": wire.JSON_TYPE,
                "Content-Encoding": "gzip",
                "Content-Digest": wire.content_digest(body),
            }
        try:
            answer = self._session.request(
                method,
                f"{self._url}/v1{path}",
                params=params,
                data=body,
                headers=headers,
                timeout=self._timeout,
                verify=self._certificate,
                allow_redirects=False,
            )
        except requests.exceptions.SSLError:
            raise SyncError(Cure.RETRY, "certificate_wrong") from None
        except requests.Timeout:
            raise SyncError(Cure.RETRY, "timeout") from None
        except requests.RequestException:
            raise SyncError(Cure.RETRY, "unreachable") from None
        return _read(answer, model)


def _read(answer: requests.Response, model: type[M]) -> M:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    is_ours = answer.headers.get(wire.PROTOCOL_HEADER) == str(wire.PROTOCOL)
    try:
        if is_ours and answer.status_code in _OK and kind == wire.JSON_TYPE:
            return model.model_validate_json(answer.content)
        if is_ours and kind == wire.PROBLEM_TYPE:
            raise fault_of(wire.Problem.model_validate_json(answer.content), _retry_after(answer))
    except ValidationError:
        raise SyncError(Cure.RETRY, "answer_unreadable") from None
    if answer.status_code == 429 or answer.status_code >= 500:
        raise SyncError(Cure.RETRY, "server_busy", retry_after=_retry_after(answer))
    raise portal()


def _retry_after(answer: requests.Response) -> float | None:
    """Seconds or an HTTP date, at most 15 minutes; nonsense counts as absent."""
    text = answer.headers.get("retry-after", "").strip()
    try:
        seconds = float(text) if text.isdigit() else (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_S)
