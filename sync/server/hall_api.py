"""The calls a hall makes: hello, enrolment, token, events, changes (SYNC 2.4). Owns HTTP only, no rules."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from sync import wire
from sync.entities.registry import UP
from sync.server import changes, enrolment, ingest, reports, restores
from sync.server.core import Core
from sync.server.database import identity
from sync.server.enrolment import Caller
from sync.server.problems import RefusedError
from sync.server.schema import origin_head

router = APIRouter(prefix="/v1")
M = TypeVar("M", bound=BaseModel)
_LOOK_S = 0.5


def core_of(request: Request) -> Core:
    """The application's core."""
    core: Core = request.app.state.core
    return core


async def body_of(request: Request) -> bytes:
    """The request body, unpacked under the limits and checked against its digest. Raises RefusedError."""
    packed = request.headers.get("content-encoding", "identity") == "gzip"
    unzip = wire.Gunzip()
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > wire.MAX_UNPACKED_BYTES:
                raise wire.TooLargeError("body too large")
            chunks.append(chunk)
            if packed:
                unzip.feed(chunk)
        sent = b"".join(chunks)
        if request.headers.get("content-digest") not in (None, wire.content_digest(sent)):
            raise RefusedError(400, "digest_wrong", "The body was damaged on its way.")
        return unzip.finish() if packed else sent
    except wire.TooLargeError:
        raise RefusedError(413, "too_large", "Send fewer events.") from None
    except ValueError:
        raise RefusedError(400, "not_gzip", "The body is not what Content-Encoding says.") from None


def caller_of(core: Annotated[Core, Depends(core_of)], authorization: Annotated[str, Header()] = "") -> Caller:
    """The signed-in device. Raises RefusedError."""
    with core.engine.connect() as connection:
        return enrolment.caller(connection, core.keyring, authorization.removeprefix("Bearer "))


CoreArg = Annotated[Core, Depends(core_of)]
BodyArg = Annotated[bytes, Depends(body_of)]
CallerArg = Annotated[Caller, Depends(caller_of)]


@router.get("/hello")
def hello(core: CoreArg, authorization: Annotated[str, Header()] = "", proof: str = "") -> Response:
    """Who this server is; for a signed-in origin also how far it got. ``proof`` is from its last receipt."""
    with core.engine.begin() as connection:
        head = None
        if authorization:
            signed_in = enrolment.caller(connection, core.keyring, authorization.removeprefix("Bearer "))
            if proof:
                restores.heal_by_receipt(connection, core.keyring, signed_in.origin_id, proof)
            reports.heard_of(connection, signed_in.origin_id, core.now())
            head = connection.execute(
                select(origin_head).where(origin_head.c.origin_id == signed_in.origin_id)
            ).one_or_none()
        who = identity(connection)
    return _answer(
        wire.Hello(
            server_id=who.server_id,
            server_epoch=who.epoch,
            server_time=core.now(),
            protocol_min=wire.PROTOCOL,
            protocol_max=wire.PROTOCOL,
            schemas={name: entity.schema_ver for name, entity in UP.items()},
            limits=wire.Limits(),
            last_seq=head.last_seq if head else None,
            last_hash=head.last_hash if head else None,
            durable_seq=head.durable_seq if head else None,
        )
    )


@router.post("/enrol")
def enrol(core: CoreArg, body: BodyArg) -> Response:
    """Spend a one-time code."""
    request = _parse(wire.EnrolRequest, body)
    with core.engine.begin() as connection:
        centre = enrolment.enrol(connection, request)
        who = identity(connection)
    return _answer(
        wire.EnrolReply(server_id=who.server_id, server_epoch=who.epoch, centre=centre, wrap_key=core.keyring.wrap_key)
    )


@router.get("/token")
def challenge(core: CoreArg, device: UUID) -> Response:
    """A challenge to sign."""
    return _answer(wire.ChallengeReply(challenge=enrolment.challenge(core.keyring, device)))


@router.post("/token")
def token(core: CoreArg, body: BodyArg) -> Response:
    """A short token for a signed challenge."""
    request = _parse(wire.TokenRequest, body)
    with core.engine.connect() as connection:
        return _answer(enrolment.token(connection, core.keyring, request))


@router.post("/origins/{origin_id}/events")
def events(core: CoreArg, caller: CallerArg, origin_id: UUID, body: BodyArg) -> Response:
    """Take a batch exactly once."""
    _own(caller, origin_id)
    return _receipt(core, origin_id, ingest.take(core.engine, origin_id, _parse(wire.Batch, body)))


@router.post("/origins/{origin_id}/deadletter")
def deadletter(core: CoreArg, caller: CallerArg, origin_id: UUID, body: BodyArg) -> Response:
    """Store one event that the envelope check refuses."""
    _own(caller, origin_id)
    return _receipt(core, origin_id, ingest.bury(core.engine, origin_id, _parse(wire.DeadLetter, body)))


@router.get("/origins/{origin_id}/digest")
def digest(
    core: CoreArg,
    caller: CallerArg,
    origin_id: UUID,
    first: Annotated[int, Query(ge=1)],
    last: Annotated[int, Query(ge=1)],
) -> Response:
    """Count and hash of a stretch of the origin's events."""
    _own(caller, origin_id)
    return _answer(ingest.digest(core.engine, origin_id, first, last))


@router.get("/changes")
async def changes_after(
    request: Request,
    core: CoreArg,
    caller: CallerArg,
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=wire.MAX_PAGE_ROWS)] = wire.MAX_PAGE_ROWS,
    wait: Annotated[float, Query(ge=0, le=wire.MAX_WAIT_S)] = 0,
) -> Response:
    """Employees and units that changed; waits up to ``wait`` seconds for the first one."""
    until = time.monotonic() + wait
    while True:
        found = await run_in_threadpool(_page, core, cursor, limit)
        if found.units or found.employees or time.monotonic() >= until or await request.is_disconnected():
            return _answer(found)
        await asyncio.sleep(_LOOK_S)


@router.get("/centres")
def centres_online(core: CoreArg, caller: CallerArg) -> Response:
    """How many centres were heard of lately; asking counts as being heard of."""
    with core.engine.begin() as connection:
        online, known = reports.centres_online(connection, caller.origin_id, core.now())
    return _answer(wire.Centres(online=online, known=known))


def _page(core: Core, cursor: str, limit: int) -> wire.Page:
    try:
        # One snapshot: a page must not name an employee whose unit it could not see yet.
        with core.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            return changes.page(connection, core.keyring, cursor, limit)
    except RefusedError as refused:
        if refused.code == "cursor_gone":
            with core.engine.begin() as connection:
                restores.heal_by_cursor(connection, core.keyring, cursor)
        raise


def _receipt(core: Core, origin_id: UUID, receipt: wire.Receipt) -> Response:
    said = {"origin": str(origin_id), "seq": receipt.acked_seq, "epoch": str(receipt.server_epoch)}
    return _answer(receipt.model_copy(update={"proof": core.keyring.seal("acked", said)}))


def _own(caller: Caller, origin_id: UUID) -> None:
    if caller.origin_id != origin_id:
        raise RefusedError(403, "wrong_origin", "This device speaks for another hall.")


def _parse(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        places = {".".join(str(part) for part in item["loc"]) for item in error.errors(include_input=False)}
        raise RefusedError(422, "envelope_invalid", f"Not allowed: {', '.join(sorted(places))[:500]}.") from None


def _answer(model: BaseModel) -> Response:
    return Response(wire.pack(model), headers={wire.PROTOCOL_HEADER: str(wire.PROTOCOL)}, media_type=wire.JSON_TYPE)
