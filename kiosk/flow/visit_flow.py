"""The visit machine (DECISIONS 17): arrived -> identified or anonymous -> ticketed -> served -> closed."""

from __future__ import annotations

from enum import StrEnum

from kiosk.flow.machine import Edge, Flow
from kiosk.model.visit import VisitState as S


class VisitEvent(StrEnum):
    """What can happen in a visit."""

    IDENTIFY = "identify"
    STAY_ANONYMOUS = "stay_anonymous"
    WITHDRAW_IDENTITY = "withdraw_identity"
    TICKET = "ticket"
    SERVE = "serve"
    UNDO_SERVE = "undo_serve"
    CLOSE = "close"
    REOPEN = "reopen"
    RETURN = "return"
    LEAVE = "leave"
    RESET = "reset"


E = VisitEvent
ENDED = frozenset({S.CLOSED, S.LEFT, S.RESET})
"""The person is gone, or nobody knows who it was. A desk may take its own last step back."""

VISIT_FLOW: Flow[S, E] = Flow(
    "visit",
    S.ARRIVED,
    [
        Edge(S.ARRIVED, E.IDENTIFY, S.IDENTIFIED, "D17 the person confirmed who they are"),
        Edge(S.ARRIVED, E.STAY_ANONYMOUS, S.ANONYMOUS, "D17 no name is asked"),
        Edge(S.IDENTIFIED, E.WITHDRAW_IDENTITY, S.ARRIVED, "D17 'not me' or another way chosen"),
        Edge(S.ANONYMOUS, E.IDENTIFY, S.IDENTIFIED, "D7 the clerk ticks 'identity checked' before a number is taken"),
        Edge(S.IDENTIFIED, E.TICKET, S.TICKETED, "4.2 a number is taken"),
        Edge(S.ANONYMOUS, E.TICKET, S.TICKETED, "4.2 a number is taken"),
        Edge(S.TICKETED, E.SERVE, S.SERVED, "4.2 the desk pressed 'arrived'"),
        Edge(S.SERVED, E.UNDO_SERVE, S.TICKETED, "D17 undo, transfer or hold: waiting again"),
        Edge(S.SERVED, E.CLOSE, S.CLOSED, "4.2 finish"),
        Edge(S.CLOSED, E.REOPEN, S.SERVED, "D17 undo of a finish"),
        Edge(S.LEFT, E.REOPEN, S.SERVED, "D17 undo: the person is still here"),
        Edge(S.TICKETED, E.CLOSE, S.CLOSED, "4.2 the ticket ended without service"),
        Edge(S.LEFT, E.RETURN, S.TICKETED, "D17 undo: the person came to the call after all"),
        Edge(S.CLOSED, E.RETURN, S.TICKETED, "D17 undo: the pass that ended the number was too early"),
        *(
            Edge(state, E.LEAVE, S.LEFT, "D17 the person walks away")
            for state in (S.ARRIVED, S.IDENTIFIED, S.ANONYMOUS, S.TICKETED, S.SERVED)
        ),
        *(
            Edge(state, E.RESET, S.RESET, "T18 the kiosk wiped an unfinished visit")
            for state in (S.ARRIVED, S.IDENTIFIED, S.ANONYMOUS)
        ),
    ],
)
