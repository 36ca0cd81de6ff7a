"""The appeal machine: DOMAIN 4.1 with the exits that DECISIONS 17 adds (docs/adr/0005)."""

from __future__ import annotations

from enum import StrEnum

from kiosk.flow.machine import ANYONE, Edge, Flow
from kiosk.model.appeal import AppealState as S
from kiosk.model.staff import Role


class AppealEvent(StrEnum):
    """What can happen to an appeal."""

    REGISTER = "register"
    ASK_INFO = "ask_info"
    INFO_GIVEN = "info_given"
    INFO_MISSING = "info_missing"
    ACCEPT = "accept"
    EXPLAIN_SCOPE = "explain_scope"
    MERGE = "merge"
    ANSWER_ON_SPOT = "answer_on_spot"
    DISPATCH = "dispatch"
    RETURN = "return"
    REDISPATCH = "redispatch"
    SIGN = "sign"
    CONVENE = "convene"
    DECIDE = "decide"
    LEGAL_REVIEW = "legal_review"
    LEGAL_OPINION = "legal_opinion"
    RESOLVE = "resolve"
    DEFER = "defer"
    RECHECK = "recheck"
    FEED_BACK = "feed_back"
    RATE = "rate"
    UNRATED = "unrated"
    REDO = "redo"
    RESTART = "restart"
    DELIBERATE = "deliberate"
    OPINION = "opinion"
    REOPEN = "reopen"
    REASSIGN = "reassign"
    CLOSE = "close"
    ARCHIVE = "archive"
    WITHDRAW = "withdraw"


E = AppealEvent
_DESK = frozenset({Role.DESK, Role.DISPATCHER, Role.REVIEWER})
_REVIEW = frozenset({Role.REVIEWER, Role.DESK})
_DISPATCH = frozenset({Role.DISPATCHER, Role.DESK})
_HANDLE = frozenset({Role.HANDLER, Role.DESK, Role.COUNSELLOR, Role.LIAISON, Role.LAWYER, Role.DISCIPLINE})
_SUPERVISE = frozenset({Role.SUPERVISOR, Role.HEAD})
_HEAD = frozenset({Role.HEAD})
_COUNCIL = frozenset({Role.SECRETARY})
_LAW = frozenset({Role.LAWYER})

_WITHDRAWABLE = (
    S.REGISTERED, S.NEED_INFO, S.ACCEPTED, S.DISPATCHED, S.RETURNED, S.PROCESSING, S.COUNCIL, S.LEGAL_REVIEW,
    S.DEFERRED, S.RESOLVED, S.REDO, S.DELIBERATION, S.REOPENED,
)  # fmt: skip

APPEAL_FLOW: Flow[S, E] = Flow(
    "appeal",
    S.DRAFT,
    [
        Edge(S.DRAFT, E.REGISTER, S.REGISTERED, "4.1 登记", ANYONE),
        Edge(S.REGISTERED, E.ASK_INFO, S.NEED_INFO, "4.1 审核: the clock stops", _REVIEW),
        Edge(S.NEED_INFO, E.INFO_GIVEN, S.REGISTERED, "D17 exit: the papers came", _DESK),
        Edge(S.NEED_INFO, E.INFO_MISSING, S.CLOSED, "D17 exit: 5 working days without papers", _HEAD),
        Edge(S.REGISTERED, E.ACCEPT, S.ACCEPTED, "4.1 统一受理", _REVIEW),
        Edge(S.REGISTERED, E.EXPLAIN_SCOPE, S.OUT_OF_SCOPE, "4.1 解释工作: the right channel is told", _REVIEW),
        Edge(S.OUT_OF_SCOPE, E.FEED_BACK, S.FED_BACK, "D17 exit: the explanation was given", _DESK),
        Edge(S.REGISTERED, E.MERGE, S.MERGED, "4.1 汇总", _REVIEW),
        Edge(S.MERGED, E.ARCHIVE, S.ARCHIVED, "D17 exit: lives on in its target", _HEAD),
        Edge(S.REGISTERED, E.ANSWER_ON_SPOT, S.RESOLVED, "D17 a simple matter, one person", _DESK),
        Edge(S.ACCEPTED, E.DISPATCH, S.DISPATCHED, "4.1 分拨", _DISPATCH),
        Edge(S.DISPATCHED, E.RETURN, S.RETURNED, "4.1 reason compulsory, twice at most", _HANDLE),
        Edge(S.RETURNED, E.REDISPATCH, S.DISPATCHED, "D17 exit: another office", _DISPATCH),
        Edge(S.RETURNED, E.CONVENE, S.COUNCIL, "D17 exit: returned twice", _DISPATCH),
        Edge(S.DISPATCHED, E.SIGN, S.PROCESSING, "4.1 办理: the handler signs", _HANDLE),
        Edge(S.PROCESSING, E.CONVENE, S.COUNCIL, "4.1 议事委员会", _DISPATCH | _HANDLE),
        Edge(S.COUNCIL, E.DECIDE, S.PROCESSING, "4.1 binding owners and dates", _COUNCIL),
        Edge(S.PROCESSING, E.LEGAL_REVIEW, S.LEGAL_REVIEW, "4.1 法律评议", _LAW | _HANDLE),
        Edge(S.LEGAL_REVIEW, E.LEGAL_OPINION, S.PROCESSING, "D17 exit: the opinion is written", _LAW),
        Edge(S.PROCESSING, E.RESOLVE, S.RESOLVED, "4.1 待反馈", _HANDLE),
        Edge(S.PROCESSING, E.DEFER, S.DEFERRED, "4.1 短时期无法解决: recheck within 90 days", _HANDLE),
        Edge(S.DEFERRED, E.RECHECK, S.PROCESSING, "D17 exit: the recheck date came", _HANDLE | _SUPERVISE),
        Edge(S.RESOLVED, E.FEED_BACK, S.FED_BACK, "4.1 受理反馈", _DESK | _HANDLE),
        Edge(S.FED_BACK, E.RATE, S.RATED, "4.1 评价", ANYONE),
        Edge(S.FED_BACK, E.UNRATED, S.RATED, "4.1 automatically after 10 working days", ANYONE),
        Edge(S.RATED, E.REDO, S.REDO, "4.1 不满意: once", _SUPERVISE),
        Edge(S.REDO, E.RESTART, S.PROCESSING, "D17 exit: the new owner signs", _HANDLE),
        Edge(S.RATED, E.DELIBERATE, S.DELIBERATION, "4.1 民事民议 with the person's agreement", _SUPERVISE),
        Edge(S.DELIBERATION, E.OPINION, S.RESOLVED, "D17 exit: the opinion is the result", _COUNCIL | _SUPERVISE),
        Edge(S.RATED, E.CLOSE, S.CLOSED, "4.1 总结: the head", _HEAD),
        Edge(S.CLOSED, E.REOPEN, S.REOPENED, "D17 the person says it is not solved", _SUPERVISE | _DESK),
        Edge(S.REOPENED, E.REASSIGN, S.DISPATCHED, "D17 exit: dispatched again", _DISPATCH),
        Edge(S.CLOSED, E.ARCHIVE, S.ARCHIVED, "4.1 归档", _HEAD),
        *(Edge(state, E.WITHDRAW, S.WITHDRAWN, "4.1 已撤回", ANYONE) for state in _WITHDRAWABLE),
    ],
)
