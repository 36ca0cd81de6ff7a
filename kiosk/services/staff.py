"""Staff at the screens: signing in, answering help calls."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from kiosk.errors import AccessError
from kiosk.model.hall import HelpCall
from kiosk.model.staff import Actor, StaffMember
from kiosk.services.context import Context, one_transaction
from kiosk.store import Sought, Work


def answer_call(work: Work, call_id: UUID, actor: Actor) -> None:
    """Note who goes to a call for help, once: the screen that called says so to the visitor."""
    call = work.help.get(call_id)
    if call is not None and call.answered_at is None:
        work.help.put(replace(call, answered_at=work.now, answered_by=actor.id))
        work.journal.record("help", call_id, "answered", actor, {"terminal": call.terminal})


class Staff:
    """Verbs of signed-in people. Call on the database thread (the password check is slow on purpose)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def sign_in(self, login: str, password: str) -> StaffMember:
        """The member. Raises AccessError for a wrong password or a locked account, with the same words for both
        an unknown login and a wrong password."""
        self._context.store.seek(Sought.LOGIN, login)
        with self._context.store.write() as work:
            member = work.staff.check_password(login, password)
        if member is None or not member.active:
            raise AccessError("sign_in_failed", "Login or password is wrong.", "Try again or ask the administrator.")
        with self._context.store.write() as work:
            work.audit.add(self.actor(member), "staff.signed_in", None, "sign in")
        return member

    def actor(self, member: StaffMember) -> Actor:
        """The member acting at this terminal."""
        return Actor("staff", member.id, member.roles, self._context.terminal)

    def visitor(self) -> Actor:
        """Whoever stands at this terminal."""
        return Actor("visitor", None, frozenset(), self._context.terminal)

    def system(self) -> Actor:
        """The program itself."""
        return Actor("system", None, frozenset(), self._context.terminal)

    def help_calls(self) -> tuple[HelpCall, ...]:
        """Unanswered calls, urgent ones first, then oldest first."""
        with self._context.store.read() as work:
            return tuple(sorted(work.help.open(), key=lambda call: (not call.urgent, call.at)))

    def coming(self, terminal: str) -> bool:
        """Did somebody set out for the newest call from this terminal? The visitor sees it there, nobody hears it."""
        with self._context.store.read() as work:
            call = work.help.last_of(terminal)
            return call is not None and call.answered_by is not None

    @one_transaction
    def answer_help(self, work: Work, call_id: UUID, actor: Actor) -> None:
        """Somebody goes there now."""
        answer_call(work, call_id, actor)
