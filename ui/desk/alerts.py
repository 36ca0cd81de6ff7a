"""What somebody must take note of: calls for help, small services, enrolments to witness. Plain Python, GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.model.staff import Actor
from ui.desk.session import Session

if TYPE_CHECKING:
    from kiosk.services import Services
    from kiosk.services.consents import PendingRelease


class Alerting:
    """Takes the alert on top."""

    def __init__(self, session: Session, refresh: Callable[[], None]) -> None:
        self._session, self._refresh = session, refresh

    def acknowledge(self) -> None:
        """Take the alert on top: going to a call for help, bringing what was asked, or witnessing an enrolment."""
        alerts = self._session.state.alerts
        if alerts.help:
            call = alerts.help[0].id
            self._session.do(lambda services, actor: services.staff.answer_help(call, actor), self._taken)
        elif alerts.releases:
            self._release(alerts.releases[0])
        elif alerts.care:
            task = alerts.care[0].task.id
            self._session.do(lambda services, actor: services.care.done(task, actor), self._taken)

    def _release(self, release: PendingRelease) -> None:
        """Witness an enrolment; where somebody enrolled looks the same, only after a second look at the card."""
        consent, doubles = release.consent_id, release.doubles > 0
        if doubles and self._session.state.doubted != consent:
            self._session.put(doubted=consent)
            return

        def witness(services: Services, actor: Actor) -> None:
            services.consents.release(consent, actor, confirmed=doubles)

        self._session.do(witness, self._taken)

    def _taken(self, _nothing: object) -> None:
        self._session.put(doubted=None)
        self._refresh()
