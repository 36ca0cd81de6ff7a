"""The ticket machine: DOMAIN 4.2 completed by DECISIONS 17 (docs/adr/0005)."""

from __future__ import annotations

from enum import StrEnum

from kiosk.flow.machine import Edge, Flow
from kiosk.model.ticket import TicketState as S


class TicketEvent(StrEnum):
    """What can happen to a ticket after it was issued."""

    CALL = "call"
    RECALL = "recall"
    ARRIVE = "arrive"
    NO_SHOW = "no_show"
    ABSENT = "absent"
    RECHECK = "recheck"
    EXPIRE = "expire"
    HOLD = "hold"
    CALL_BACK = "call_back"
    HELD_TOO_LONG = "held_too_long"
    TRANSFER = "transfer"
    FINISH = "finish"
    LEAVE = "leave"
    ABANDON = "abandon"
    CANCEL = "cancel"
    VOID = "void"
    UNDO_CALL = "undo_call"
    UNDO_CALL_HELD = "undo_call_held"
    UNDO_CALL_PASSED = "undo_call_passed"
    UNDO_ARRIVE = "undo_arrive"
    UNDO_PASS = "undo_pass"
    UNDO_FINISH = "undo_finish"
    UNDO_HOLD = "undo_hold"
    UNDO_TRANSFER = "undo_transfer"
    UNDO_TRANSFER_TALK = "undo_transfer_talk"
    UNDO_ABANDON = "undo_abandon"
    UNDO_LEAVE = "undo_leave"
    UNDO_EXPIRE = "undo_expire"
    DESK_LOST = "desk_lost"
    DAY_END = "day_end"


E = TicketEvent
OPEN = (S.WAITING, S.CALLED, S.SERVING, S.HELD, S.PASSED)
ENDED = frozenset(S) - frozenset(OPEN)
"""The number is over. The desk that ended it may take that back within five minutes."""

TICKET_FLOW: Flow[S, E] = Flow(
    "ticket",
    S.WAITING,
    [
        Edge(S.WAITING, E.CALL, S.CALLED, "4.2 call next"),
        Edge(S.CALLED, E.RECALL, S.CALLED, "4.2 at least 20 s apart, three automatic, five at most"),
        Edge(S.CALLED, E.ARRIVE, S.SERVING, "4.2 the card may open only now"),
        Edge(S.CALLED, E.NO_SHOW, S.PASSED, "4.2 90 s after the last call"),
        Edge(S.CALLED, E.ABSENT, S.PASSED, "D17 the clerk sees that nobody comes"),
        Edge(S.PASSED, E.RECHECK, S.WAITING, "4.2 back three places, twice at most, same day"),
        Edge(S.PASSED, E.CALL_BACK, S.CALLED, "D17 the person stands at the desk after all"),
        Edge(S.PASSED, E.EXPIRE, S.EXPIRED, "4.2 60 minutes or the third pass"),
        Edge(S.SERVING, E.HOLD, S.HELD, "4.2 fetch papers, 30 minutes"),
        Edge(S.HELD, E.CALL_BACK, S.CALLED, "4.2 same desk first"),
        Edge(S.HELD, E.HELD_TOO_LONG, S.WAITING, "D17 back to the head of the line, nobody is forgotten"),
        Edge(S.CALLED, E.TRANSFER, S.WAITING, "4.2 keeps the arrival time"),
        Edge(S.SERVING, E.TRANSFER, S.WAITING, "4.2 keeps the arrival time"),
        Edge(S.SERVING, E.FINISH, S.DONE, "4.2 links appeals, opens the rating"),
        Edge(S.SERVING, E.LEAVE, S.ABANDONED, "D17 the person left while being served"),
        Edge(S.WAITING, E.ABANDON, S.ABANDONED, "4.2"),
        Edge(S.CALLED, E.ABANDON, S.ABANDONED, "4.2"),
        Edge(S.HELD, E.ABANDON, S.ABANDONED, "4.2"),
        Edge(S.PASSED, E.ABANDON, S.ABANDONED, "D17 a passed visitor may give the number up too"),
        Edge(S.WAITING, E.CANCEL, S.CANCELLED, "4.2 by the visitor, not counted as abandoned"),
        Edge(S.WAITING, E.VOID, S.VOIDED, "D20 number taken by mistake or unused in a block"),
        Edge(S.CALLED, E.UNDO_CALL, S.WAITING, "D17 undo: the old place in the line"),
        Edge(S.CALLED, E.UNDO_CALL_HELD, S.HELD, "D17 undo: called back too early, the talk stays held"),
        Edge(S.CALLED, E.UNDO_CALL_PASSED, S.PASSED, "D17 undo: somebody else stood there, it stays passed"),
        Edge(S.SERVING, E.UNDO_ARRIVE, S.CALLED, "D17 undo: somebody else sat down"),
        Edge(S.PASSED, E.UNDO_PASS, S.CALLED, "D17 undo: passed too early"),
        Edge(S.DONE, E.UNDO_FINISH, S.SERVING, "D17 undo: finished by mistake"),
        Edge(S.HELD, E.UNDO_HOLD, S.SERVING, "D17 undo: held by mistake"),
        Edge(S.WAITING, E.UNDO_TRANSFER, S.CALLED, "D17 undo: sent to the wrong queue before the talk"),
        Edge(S.WAITING, E.UNDO_TRANSFER_TALK, S.SERVING, "D17 undo: sent to the wrong queue in the talk"),
        Edge(S.ABANDONED, E.UNDO_ABANDON, S.CALLED, "D17 undo: the visitor is here after all"),
        Edge(S.ABANDONED, E.UNDO_LEAVE, S.SERVING, "D17 undo: the visitor is here after all"),
        Edge(S.EXPIRED, E.UNDO_EXPIRE, S.CALLED, "D17 undo: the pass that ended the number was too early"),
        Edge(S.CALLED, E.DESK_LOST, S.WAITING, "D17 a dead desk returns its ticket to the head of the line"),
        Edge(S.SERVING, E.DESK_LOST, S.HELD, "D17 a talk that began is kept for the same desk"),
        *(Edge(state, E.DAY_END, S.EXPIRED, "4.2 numbers are valid for their day") for state in OPEN),
    ],
)
