"""Assembles the central server's application. Owns middleware and error answers, no rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException

from sync.server import admin_api, hall_api, public, reports
from sync.server.changes import count_employees
from sync.server.core import Core
from sync.server.problems import RefusedError
from sync.wire import PROTOCOL, PROTOCOL_HEADER

PAGE = Path(__file__).resolve().parents[2] / "assets" / "server"
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""Nothing leaves the country by way of a monitoring service (PRIVACY A20), whatever the environment says."""
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_app(core: Core) -> FastAPI:
    """The application over an open database. Interactive API pages are off: they load scripts from elsewhere."""
    app = FastAPI(
        title="appeal-reception server", docs_url=None, redoc_url=None, openapi_url=None, telemetry=_NO_TELEMETRY
    )
    app.state.core = core
    app.include_router(hall_api.router)
    app.include_router(admin_api.router)
    app.state.limits = public.Limits()
    app.include_router(public.router)
    app.add_api_route("/v1/overview", overview, methods=["GET"])
    app.mount("/", StaticFiles(directory=PAGE, html=True))
    app.middleware("http")(_guard)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    return app


def overview(core: hall_api.CoreArg) -> Response:
    """Figures for the overview page: centres, last contact, counts. No personal data."""
    with core.engine.connect() as connection:
        figures = {
            "centres": reports.centres(connection),
            "counts": {**reports.counts(connection), "employee": count_employees(connection)},
            "now": core.now(),
        }
    return admin_api.as_json(figures)


async def _guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse a hall that speaks a protocol we do not; put the safety headers on every answer."""
    spoken = request.headers.get(PROTOCOL_HEADER, str(PROTOCOL))
    if spoken != str(PROTOCOL):
        response = RefusedError(426, "protocol_unknown", f"This server speaks protocol {PROTOCOL}.").response()
    else:
        response = await go_on(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return error.response()


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    places = sorted({".".join(str(part) for part in item["loc"]) for item in error.errors()})
    return RefusedError(422, "request_invalid", f"Not allowed: {', '.join(places)[:500]}.").response()


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return RefusedError(error.status_code, "no_such_page" if error.status_code == 404 else "refused").response()
