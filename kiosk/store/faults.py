"""Turns a database error into an error a person can act on.

Owns the mapping from SQLite and PostgreSQL error codes to ``kiosk.errors``. The original exception is not chained:
its text may contain the values of a row, and error texts reach logs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kiosk.errors import AccessError, ConflictError, WorldError

_BUSY_STATES = {"40001", "40P01", "55P03"}
"""PostgreSQL: serialization failure, deadlock, lock not available."""


def wrong_key(place: str) -> WorldError:
    """The file is there, the key does not open it."""
    return WorldError(
        "wrong_key",
        f"The key of this installation does not open {place}.",
        "Restore the key from the key backup, or restore file and key together; nothing was changed.",
        place=place,
    )


def damaged(place: str) -> WorldError:
    """The file is not (any more) a store of ours."""
    return WorldError(
        "store_damaged",
        f"{place} is damaged or not a store of this program.",
        "Stop the terminals and restore the last backup; keep the damaged file for examination.",
        place=place,
    )


def unreachable(place: str, why: str) -> WorldError:
    """The store cannot be opened, reached or written at all."""
    return WorldError(
        "store_unreachable",
        f"{place} cannot be reached: {why}.",
        "Check that the folder can be written or the database server runs and the network is up, then try again.",
        place=place,
    )


def disk_full(place: str) -> WorldError:
    """No room; the reserve has been released by the caller."""
    return WorldError(
        "disk_full",
        f"The disk of {place} is full; the last step was not saved.",
        "Free some space, then repeat the step; a reserve was released so that work can go on for a while.",
        place=place,
    )


def busy() -> ConflictError:
    """Somebody else held the lock too long, or two transactions crossed; nothing was changed."""
    return ConflictError("store_busy", "Another desk was changing the same thing.", "Try the step again.")


@contextmanager
def told_plainly(place: str) -> Iterator[None]:
    """Turn database errors of the body into errors of ours; ``place`` names the store for people."""
    try:
        yield
    except SQLAlchemyError as error:
        raise translate(error, place) from None


def is_busy(error: BaseException) -> bool:
    """True when the whole transaction may simply be tried again."""
    return _name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or _state(error) in _BUSY_STATES


def translate(error: Exception, place: str) -> Exception:
    """The error to raise instead of ``error`` (SQLAlchemy's or the driver's own); a fault of our code stays one."""
    if isinstance(error, PoolTimeout) or is_busy(error):
        return busy()
    if isinstance(error, IntegrityError):
        return ConflictError(
            "store_conflict", f"The store refused a row ({_rule(error)}).", "Reload and check what is already there."
        )
    if _name(error):
        return _sqlite(_name(error), place)
    if hasattr(_driver_error(error), "sqlstate"):
        return _postgres(error, place)
    if isinstance(error, StatementError) and isinstance(error.orig, Exception):
        return error.orig
    return error


def _sqlite(name: str, place: str) -> Exception:
    if name in {"SQLITE_FULL", "SQLITE_IOERR_WRITE"}:
        return disk_full(place)
    if name == "SQLITE_NOTADB":
        return wrong_key(place)
    if name.startswith("SQLITE_CORRUPT"):
        return damaged(place)
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_PERM", "SQLITE_NOLFS")):
        return unreachable(place, name.removeprefix("SQLITE_").lower())
    return RuntimeError(f"store: {name}")


def _postgres(error: Exception, place: str) -> Exception:
    state = _state(error)
    if state in {"53100", "53200"}:
        return disk_full(place)
    if state.startswith(("XX", "58")):
        return damaged(place)
    if state == "42501":
        return AccessError(
            "store_right_missing",
            f"{place} does not allow this to the login of this terminal.",
            "Run hall roles on the hall's server, or use a login that may do it.",
            place=place,
        )
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if not state or lost or state.startswith(("08", "28", "3D", "57", "53")):
        return unreachable(place, f"the server answered {state}" if state else "no connection")
    return RuntimeError(f"store: SQLSTATE {state}")


def _driver_error(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, StatementError) else error


def _name(error: BaseException) -> str:
    return str(getattr(_driver_error(error), "sqlite_errorname", None) or "")


def _state(error: BaseException) -> str:
    return str(getattr(_driver_error(error), "sqlstate", None) or "")


def _rule(error: IntegrityError) -> str:
    """Name of the violated constraint, without values."""
    diagnosis = getattr(error.orig, "diag", None)
    return str(diagnosis.constraint_name) if diagnosis is not None else str(error.orig)
