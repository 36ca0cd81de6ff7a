"""Refusals of the server and their problem+json form (RFC 9457). Never carries personal data."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from sync.wire import PROBLEM_TYPE, PROTOCOL, PROTOCOL_HEADER, Problem, pack


class RefusedError(Exception):
    """A request that is answered with an error; ``code`` is stable, ``expected_seq`` comes with a gap."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        expected_seq: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.expected_seq = expected_seq
        self.retry_after = retry_after

    def response(self) -> Response:
        """The HTTP answer."""
        problem = Problem(
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            code=self.code,
            detail=self.detail,
            expected_seq=self.expected_seq,
        )
        headers = {PROTOCOL_HEADER: str(PROTOCOL)}
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return Response(pack(problem), self.status, headers, media_type=PROBLEM_TYPE)
