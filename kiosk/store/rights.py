"""What each kind of terminal may do in a hall on PostgreSQL, as data (docs/adr/0018).

Owns grants, row policies and who may call which function of ``guard.sql``, through which a terminal asks for one
person. ``keeper`` applies them; a new table or view that a terminal needs gets its line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.store.login import TerminalKind
from kiosk.store.schema_views import VIEWS

TOUCH, DESK, WALL = TerminalKind.TOUCH, TerminalKind.DESK, TerminalKind.WALL
READ, ADD, CHANGE, REMOVE = "SELECT", "INSERT", "UPDATE", "DELETE"
APPEND_ONLY = ("audit", "consent", "consent_witness", "outbox")
"""No terminal may change or delete here; triggers refuse it to the owner too (migration 0001)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """``verbs`` on ``table``; with ``columns`` on these only."""

    table: str
    verbs: tuple[str, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """Rows a kind may see (``using``) and leave behind (``check``, default: the same)."""

    table: str
    kind: TerminalKind
    verb: str
    using: str
    check: str = ""


def _all(verbs: tuple[str, ...], *tables: str) -> tuple[Grant, ...]:
    return tuple(Grant(table, verbs) for table in tables)


_ORIGIN_HEADS = ("last_seq", "last_hash", "audit_seq", "audit_hash")
_EVENT = (
    "seq", "event_id", "entity", "entity_id", "entity_rev", "type", "occurred_at_utc", "actor", "terminal_id",
    "payload",
)  # fmt: skip
"""What a kiosk sees of an event: not the person, not the ciphertext, not the clerk."""

GRANTS: dict[TerminalKind, tuple[Grant, ...]] = {
    WALL: (
        *_all((READ,), *(view.name for view in VIEWS)),
        Grant("alembic_version", (READ,)),
        Grant("origin", (READ,), ("id", "epoch", "last_seq")),
        Grant("call_mark", (ADD,)),
        *_all((READ, ADD, CHANGE), "terminal", "terminal_order"),
    ),
    TOUCH: (
        *_all((READ,), *(view.name for view in VIEWS)),
        *_all((READ,), "alembic_version", "meta", "unit", "service_category", "counter", "pace", "consent_witness"),
        *_all((READ,), "terminal_order", "number_block", "audit"),
        Grant("employee", (READ,), ("id", "staff_number", "birth_date", "unit_id", "status", "source", "rev")),
        Grant(
            "appeal",
            (READ,),
            ("id", "number", "query_code", "state", "office", "registered_at", "due_date", "outcome", "answer"),
        ),
        Grant("outbox", (READ,), _EVENT),
        *_all((ADD,), "outbox", "outbox_delivery", "audit", "call_mark"),
        Grant("origin", (READ,)),
        Grant("origin", (CHANGE,), _ORIGIN_HEADS),
        Grant("business_day", (READ,)),
        Grant("business_day", (CHANGE,), ("service_date",)),  # to lock the row; the policy refuses every change
        *_all((READ, ADD), "consent"),
        *_all((READ, ADD, CHANGE), "visit", "ticket", "numbering", "seat", "help_call", "care_task", "booking"),
        *_all((READ, ADD, CHANGE), "enrolment", "terminal", "terminal_order", "number_block", "visit_rating"),
        *_all((READ, ADD, CHANGE, REMOVE), "face_block", "face_strike"),
    ),
    DESK: (
        *_all((READ,), *(view.name for view in VIEWS)),
        *_all((READ,), "alembic_version", "meta", "setting", "unit", "service_category", "employee", "staff"),
        *_all((READ,), "employee_token", "sync_state"),
        *_all((READ, ADD), *APPEND_ONLY),
        Grant("outbox_delivery", (READ, ADD)),
        Grant("staff_password", (READ,)),
        Grant("staff_password", (CHANGE,), ("failures", "locked_until")),
        Grant("origin", (READ,)),
        Grant("origin", (CHANGE,), _ORIGIN_HEADS),
        Grant("call_mark", (READ, ADD)),
        *_all((READ, ADD, CHANGE), "visit", "ticket", "numbering", "seat", "help_call", "care_task", "booking"),
        *_all((READ, ADD, CHANGE), "enrolment", "terminal", "terminal_order", "number_block", "visit_rating"),
        *_all((READ, ADD, CHANGE), "business_day", "counter", "notice", "pace", "lease", "appeal", "appeal_sealed"),
        *_all((READ, ADD, CHANGE, REMOVE), "face_block", "face_strike"),
    ),
}

_OPEN = "service_date IN (SELECT open.service_date FROM business_day open WHERE open.closed_at IS NULL)"
"""Looked up once for a statement; a function would be called for every row."""
_HERE = "terminal = (SELECT guard.terminal())"
_EVENT_OF_KIOSK = "entity IN ('visit', 'ticket', 'consent', 'help', 'care', 'seat', 'booking', 'block', 'terminal')"
_RECENT = "(entity IN ('consent', 'booking') OR occurred_at_utc > now() - interval '30 days')"
"""Consents and bookings go on after months; whoever goes on must see their revisions."""
_CAPTURE = (
    "action IN ('face.compared', 'enrolment.released', 'face.dropped')"
    " AND EXISTS (SELECT 1 FROM consent c WHERE c.id = subject_id)"
)
"""Of consents this kiosk may see itself."""
_MY_ACT = "actor IN ('visitor', 'system') AND actor_id IS NULL"
_VISIT = f"({_HERE} AND (ended_at > now() - interval '10 minutes' OR (ended_at IS NULL AND {_OPEN})))"
_NUMBER = f"({_OPEN} OR (state = 'expired' AND guard.own_spare(service_date, letter, number, visit_id)))"
_BLOCK = "guard.block_stands(id, service_date, letter, first, last)"
_OF_PERSON = "guard.knows('person', employee_id)"
_ENROLLED = "(device = (SELECT guard.terminal()) OR guard.knows('person', employee_id))"
_STANDS = "guard.order_stands(id, verb, argument)"

POLICIES: tuple[Policy, ...] = (
    *(
        Policy("terminal", kind, verb, "code = (SELECT guard.terminal())")
        for kind in (WALL, TOUCH)
        for verb in (READ, ADD, CHANGE)
    ),
    *(Policy("terminal_order", kind, READ, _HERE) for kind in (WALL, TOUCH)),
    *(Policy("terminal_order", kind, ADD, "", _STANDS) for kind in (WALL, TOUCH)),
    *(Policy("terminal_order", kind, CHANGE, _HERE, _STANDS) for kind in (WALL, TOUCH)),
    *(Policy("call_mark", kind, ADD, "", _HERE) for kind in (WALL, TOUCH)),
    Policy("employee", TOUCH, READ, "guard.knows('person', id)"),
    Policy("appeal", TOUCH, READ, "guard.knows('appeal', id)"),
    *(Policy("booking", TOUCH, verb, "guard.knows('booking', id)") for verb in (READ, ADD, CHANGE)),
    Policy("visit", TOUCH, READ, f"{_VISIT} OR guard.to_print(id)"),
    *(
        Policy("visit", TOUCH, verb, _VISIT, f"{_HERE} AND guard.visit_fits(id, employee_id, proof, identity_checked)")
        for verb in (ADD, CHANGE)
    ),
    *(Policy("ticket", TOUCH, verb, _NUMBER) for verb in (READ, ADD, CHANGE)),
    *(Policy("numbering", TOUCH, verb, "name LIKE 'ticket/%'") for verb in (READ, ADD, CHANGE)),
    Policy("number_block", TOUCH, READ, _HERE),
    Policy("number_block", TOUCH, ADD, "", f"{_HERE} AND ({_OPEN} OR {_BLOCK})"),
    Policy("number_block", TOUCH, CHANGE, _HERE, _BLOCK),
    *(Policy("help_call", TOUCH, verb, _HERE, f"{_HERE} AND answered_by IS NULL") for verb in (READ, ADD, CHANGE)),
    *(Policy("visit_rating", TOUCH, verb, _OPEN) for verb in (READ, ADD, CHANGE)),
    Policy("business_day", TOUCH, READ, "true"),
    Policy("business_day", TOUCH, CHANGE, "true", "false"),
    Policy("consent", TOUCH, READ, f"{_OF_PERSON} OR guard.enrolled_here(employee_id)"),
    Policy("consent", TOUCH, ADD, "", f"{_HERE} AND {_OF_PERSON}"),
    Policy("enrolment", TOUCH, READ, _ENROLLED),
    Policy("enrolment", TOUCH, ADD, "", f"{_OF_PERSON} OR guard.enrolled_here(employee_id)"),
    Policy("enrolment", TOUCH, CHANGE, _ENROLLED),
    Policy("audit", TOUCH, READ, f"{_CAPTURE} OR (action = 'card.opened' AND guard.knows('person', subject_id))"),
    Policy("audit", TOUCH, ADD, "", f"{_HERE} AND {_MY_ACT}"),
    Policy("outbox", TOUCH, READ, f"{_EVENT_OF_KIOSK} AND {_RECENT}"),
    Policy("outbox", TOUCH, ADD, "", f"terminal_id = (SELECT guard.terminal()) AND {_MY_ACT} AND {_EVENT_OF_KIOSK}"),
    Policy("audit", DESK, READ, "true"),
    *(Policy(table, DESK, ADD, "", "terminal = (SELECT guard.terminal())") for table in ("audit", "consent")),
    Policy("outbox", DESK, READ, "true"),
    Policy("outbox", DESK, ADD, "", "terminal_id = (SELECT guard.terminal())"),
    Policy("staff_password", DESK, READ, "guard.knows('login', staff_id)"),
    Policy("staff_password", DESK, CHANGE, "guard.knows('login', staff_id)"),
)
"""A table named here shows nothing to a kind without a policy, unless ``every_policy`` gives it the whole."""

FUNCTIONS: dict[TerminalKind, tuple[str, ...]] = {
    WALL: ("terminal", "order_stands"),
    TOUCH: (
        "terminal", "seek_number", "seek_token", "seek_enrolled", "seek_appeal", "seek_booking", "knows",
        "enrolled_here", "owner_of", "masked_name", "works_here", "visit_fits", "order_stands", "to_print",
        "own_spare", "block_stands",
    ),
    DESK: ("terminal", "seek_login", "knows"),
}  # fmt: skip
"""What a kind may call in the schema ``guard``; ``within`` and ``spend`` are called by the functions only."""


def guarded_tables() -> tuple[str, ...]:
    """Tables whose rows are not for everybody who may read the table."""
    return tuple(dict.fromkeys(policy.table for policy in POLICIES))


def every_policy() -> Iterator[Policy]:
    """``POLICIES``, and the whole of a guarded table for a kind with rights on it that no policy narrows."""
    yield from POLICIES
    narrowed = {(policy.table, policy.kind) for policy in POLICIES}
    for kind, grants in GRANTS.items():
        verbs = {(grant.table, verb) for grant in grants for verb in grant.verbs}
        for table, verb in sorted(verbs):
            if table in guarded_tables() and (table, kind) not in narrowed:
                yield Policy(table, kind, verb, "" if verb == ADD else "true", "true" if verb != READ else "")
    yield Policy("consent", DESK, READ, "true")
