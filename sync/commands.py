"""The commands ``server`` and ``sync``. Owns arguments and output; imports inside, so that help is quick."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.arguments import day
from kiosk.errors import InputError, WorldError

if TYPE_CHECKING:
    from kiosk.ports import KeyStore
    from kiosk.settings import Settings
    from kiosk.store import Store
    from sync.client.engine import SyncEngine
    from sync.server.run import OpenCore

DEFAULT_PORT = 8443
_ADDRESS = "address"
_DATABASE = "postgres.url"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``server`` and ``sync`` with their actions."""
    _add_server(commands.add_parser("server", help="the central server of the province"))
    _add_sync(commands.add_parser("sync", help="exchange with the central server"))


def _add_server(parser: argparse.ArgumentParser) -> None:
    # Without an action the server runs, with the defaults of "run".
    parser.set_defaults(run=_run_server, host="127.0.0.1", port=DEFAULT_PORT, name=[], url=None, json=False)
    actions = parser.add_subparsers(dest="action")
    run = actions.add_parser("run", help="start the server and stay")
    run.add_argument("--host", default="127.0.0.1", help="address to listen on (0.0.0.0: all)")
    run.add_argument("--port", type=int, default=DEFAULT_PORT)
    run.add_argument("--name", action="append", default=[], help="name or address by which halls reach it; repeatable")
    run.add_argument("--url", help="PostgreSQL, postgresql+psycopg://...; else the file postgres.url; else embedded")
    run.set_defaults(run=_run_server)
    code = actions.add_parser("enrol-code", help="a bundle that enrols one hall within 15 minutes")
    code.add_argument("centre", help="name of the centre")
    code.add_argument("--address", help="https://host:port that the hall will use; default: where the server last ran")
    code.set_defaults(run=_enrol_code)
    person = actions.add_parser("add-employee", help="add or change an employee; halls get it with the next pull")
    for name, text in (("number", "staff number"), ("name", "name"), ("unit-code", "code of the unit")):
        person.add_argument(f"--{name}", required=True, help=text)
    person.add_argument("--birth", required=True, type=day, help="birth date, YYYY-MM-DD")
    person.add_argument("--unit-name", default="", help="name of the unit, when its code is new")
    person.add_argument("--phone", default="")
    person.set_defaults(run=_add_employee)
    status = actions.add_parser("status", help="centres, what waits, what was set aside")
    status.set_defaults(run=_server_status)
    for action in (run, code, person, status):
        action.add_argument("--json", action="store_true", help="one JSON object")


def _add_sync(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_run_sync, json=False)  # without an action: exchange until stopped
    actions = parser.add_subparsers(dest="action")
    join = actions.add_parser("enrol", help="join a central server")
    join.add_argument("bundle", help="the line printed by 'server enrol-code'")
    join.set_defaults(run=_enrol)
    run = actions.add_parser("run", help="exchange until stopped")
    run.set_defaults(run=_run_sync)
    once = actions.add_parser("once", help="send and read everything, then end")
    once.set_defaults(run=_sync_once)
    status = actions.add_parser("status", help="what waits and how far the exchange came")
    status.set_defaults(run=_sync_status)
    for action in (join, run, once, status):
        action.add_argument("--json", action="store_true", help="one JSON object")


# --- server ----------------------------------------------------------------------------------------------------


def _run_server(args: argparse.Namespace) -> int:
    from sync.server.run import serve

    stop = _StopWish()
    folder = _server_folder(args)
    with serve(_database(args, folder), folder, args.host, args.port, args.name) as server:
        (folder / _ADDRESS).write_text(server.url, encoding="utf-8")
        _say(args, {"url": server.url, "fingerprint": server.certificate.fingerprint})
        stop.wait()
    return 0


def _enrol_code(args: argparse.Namespace) -> int:
    from sync.bundle import Bundle
    from sync.server.enrolment import issue_code
    from sync.server.tls import certificate

    folder = _server_folder(args)
    address = args.address or _last_address(folder)
    with _core(args) as opened, opened.engine.begin() as connection:
        code = issue_code(connection, args.centre)
    bundle = Bundle(address.rstrip("/"), certificate(folder / "keys").fingerprint, code)
    _say(args, {"bundle": str(bundle)})
    return 0


def _add_employee(args: argparse.Namespace) -> int:
    from sync.server.changes import NewEmployee, put_employee
    from sync.server.problems import RefusedError

    stated = NewEmployee(args.number, args.name, args.birth, args.unit_code, unit_name=args.unit_name, phone=args.phone)
    try:
        with _core(args) as opened, opened.engine.begin() as connection:
            made = put_employee(connection, stated)
    except RefusedError as error:
        raise InputError(error.code, error.detail, "Correct the command and repeat it.") from error
    _say(args, {"id": str(made)})
    return 0


def _server_status(args: argparse.Namespace) -> int:
    from sync.server import reports

    with _core(args) as opened, opened.engine.connect() as connection:
        _say(args, {"centres": reports.centres(connection), "counts": reports.counts(connection)})
    return 0


def _server_folder(args: argparse.Namespace) -> Path:
    profile: Path = args.profile
    return profile / "server"


def _database(args: argparse.Namespace, folder: Path) -> str | None:
    """The database address: the option, else the file (it may hold a password), else None for the embedded one."""
    given: str | None = getattr(args, "url", None)
    if given is None and (folder / _DATABASE).exists():
        given = (folder / _DATABASE).read_text(encoding="utf-8").strip()
    return given


def _last_address(folder: Path) -> str:
    try:
        return (folder / _ADDRESS).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise InputError(
            "server_address",
            "The server never ran from this profile.",
            "Start it, or give --address https://host:port.",
        ) from None


@contextmanager
def _core(args: argparse.Namespace) -> Iterator[OpenCore]:
    from sync.server.run import open_core

    folder = _server_folder(args)
    opened = open_core(_database(args, folder), folder)
    try:
        yield opened
    finally:
        opened.close()


# --- sync ------------------------------------------------------------------------------------------------------


def _enrol(args: argparse.Namespace) -> int:
    from sync.bundle import Bundle
    from sync.client.enrolment import enrol

    bundle = Bundle.parse(args.bundle)
    with _hall(args.profile) as (_, keys, store):
        made = enrol(args.profile, keys, store.origin_id, bundle)
    _say(args, {"centre": made.centre, "server": made.url, "origin": str(made.origin_id)})
    return 0


def _run_sync(args: argparse.Namespace) -> int:
    stop = _StopWish()
    with _engine(args) as engine:
        engine.start()
        stop.wait()
        engine.stop()
        _say(args, asdict(engine.status))
    return 0


def _sync_once(args: argparse.Namespace) -> int:
    from sync.client.engine import explain
    from sync.client.faults import SyncError

    with _engine(args) as engine:
        try:
            status = engine.sync_once()
        except SyncError as error:
            raise explain(error) from error
        _say(args, asdict(status))
    return 0


def _sync_status(args: argparse.Namespace) -> int:
    from sync.client.enrolment import load_enrolment

    with _hall(args.profile) as (_, _, store), store.read() as work:
        enrolment = load_enrolment(args.profile)
        waiting = asdict(work.outbox.backlog())
        streams = [asdict(state) for name in ("up", "down") if (state := work.sync_state.get(name))]
        _say(args, {"server": enrolment.url if enrolment else "", **waiting, "streams": streams})
    return 0


@contextmanager
def _hall(profile: Path) -> Iterator[tuple[Settings, KeyStore, Store]]:
    """Settings, keys and store of this hall, closed afterwards."""
    from kiosk.ports import SystemClock, SystemIds
    from kiosk.settings import load
    from kiosk.store import open_store
    from kiosk.store.keystore import choose_keystore

    settings, keys = load(profile), choose_keystore(profile)
    clock = SystemClock(settings.centre.time_zone)
    store = open_store(settings.store.url or None, profile, keys, clock, SystemIds())
    try:
        yield settings, keys, store
    finally:
        store.close()


@contextmanager
def _engine(args: argparse.Namespace) -> Iterator[SyncEngine]:
    from sync.client.engine import Tempo, connect
    from sync.client.enrolment import load_enrolment

    with _hall(args.profile) as (settings, keys, store):
        enrolment = load_enrolment(args.profile)
        if enrolment is None:
            raise WorldError(
                "hall_not_enrolled",
                "This hall has not joined a central server.",
                "Run 'sync enrol' with a bundle first.",
            )
        chosen = settings.sync
        engine = connect(store, keys, enrolment, Tempo(chosen.push_seconds, chosen.pull_seconds, chosen.batch))
        try:
            yield engine
        finally:
            engine.close()


class _StopWish:
    """Ctrl-C or a polite end from the system. Made first, so that an end during the start leaves no database behind."""

    def __init__(self) -> None:
        self._wished = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._wished.set())

    def wait(self) -> None:
        """Block until somebody wishes the end; in short sleeps, because a signal does not wake a lock everywhere."""
        while not self._wished.wait(0.5):
            pass


def _say(args: argparse.Namespace, values: dict[str, Any]) -> None:
    """Print for a program or for a person."""
    if args.json:
        print(json.dumps(values, default=_plain, ensure_ascii=False), flush=True)
        return
    for name, value in values.items():
        print(f"{name}: {json.dumps(value, default=_plain, ensure_ascii=False).strip(chr(34))}", flush=True)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
