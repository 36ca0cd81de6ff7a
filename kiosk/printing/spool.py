"""Prints slips in the background and reports what became of the paper. Owns one thread; knows no rule of tickets.

The ticket stands whatever happens to the paper. Each job ends in exactly one report, ``printed`` or ``fault``; if a
slip that was given up comes out after all, ``printed`` follows the fault, because that is then the truth. Nobody
else talks to the printer: how it is, is asked here between two slips, so that a hung one holds up this thread only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread, Timer
from uuid import UUID

from kiosk.errors import WorldError
from kiosk.model.ticket import TicketSlip
from kiosk.ports import SlipPrinter
from kiosk.printing.faults import HEALTHY, PrinterFault, fault_error

_log = logging.getLogger(__name__)

IDLE_S = 3.0
"""While nothing is printed, the printer is asked so often how it is."""

Printed = Callable[[UUID], None]
Failed = Callable[[UUID, WorldError], None]


@dataclass(slots=True)
class _Job:
    """A slip on its way. ``timer`` gives it up; ``closed`` (reported or dropped) changes under the spool's lock."""

    ticket_id: UUID
    slip: TicketSlip
    timer: Timer
    closed: bool = False


class PrintSpool:
    """A queue in front of one printer. ``submit`` from any thread; reports come from the spool's own threads."""

    def __init__(self, printer: SlipPrinter, printed: Printed, failed: Failed, timeout_seconds: float = 8.0) -> None:
        self._printer = printer
        self._printed = printed
        self._failed = failed
        self._timeout = timeout_seconds
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._open: list[_Job] = []
        self._lock = Lock()
        self._health = HEALTHY
        self._thread = Thread(target=self._run, name="print-spool", daemon=True)
        self._thread.start()

    @property
    def health(self) -> str:
        """``ok`` or the code of the printer's fault, as last known. Any thread; never waits."""
        return self._health

    def submit(self, ticket_id: UUID, slip: TicketSlip) -> None:
        """Print ``slip`` as soon as possible; returns at once. After the timeout ``failed`` is called."""
        timer = Timer(self._timeout, lambda: self._give_up(job))
        timer.daemon = True
        job = _Job(ticket_id, slip, timer)
        with self._lock:
            self._open.append(job)
        timer.start()
        self._jobs.put(job)

    def stop(self, wait_seconds: float = 2.0) -> None:
        """Finish the slip being printed, drop the others unreported, end the thread; waits at most so long."""
        with self._lock:
            for job in self._open:
                job.closed = True
                job.timer.cancel()
            self._open.clear()
        self._jobs.put(None)
        self._thread.join(wait_seconds)

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=IDLE_S)
            except Empty:
                self._note(self._printer.health())
                continue
            if job is None:
                return
            if not job.closed:
                self._print(job)

    def _print(self, job: _Job) -> None:
        """Report the end of a job; a fault that was already reported as too slow is not reported twice."""
        error = self._attempt(job.slip)
        late = not self._close(job)
        if error is None:
            self._printed(job.ticket_id)
            self._note(self._printer.health())
            return
        self._note(error.code)
        if not late:
            self._failed(job.ticket_id, error)

    def _attempt(self, slip: TicketSlip) -> WorldError | None:
        """Print; what went wrong, or None."""
        try:
            self._printer.print_slip(slip)
        except WorldError as error:
            return error
        except Exception:
            _log.exception("the printer %s raised what it should not", self._printer.name)
            return fault_error(PrinterFault.BROKEN)
        return None

    def _give_up(self, job: _Job) -> None:
        """The timer rang before the slip was out."""
        if self._close(job):
            error = fault_error(PrinterFault.TIMEOUT)
            self._note(error.code)
            self._failed(job.ticket_id, error)

    def _close(self, job: _Job) -> bool:
        """Take the job from the open ones; False when it was given up before."""
        with self._lock:
            if job.closed:
                return False
            job.closed = True
            job.timer.cancel()
            self._open.remove(job)
            return True

    def _note(self, code: str) -> None:
        """Remember how the printer is; log a fault once when it comes and once when it is over."""
        with self._lock:
            before, self._health = self._health, code
        if code not in (before, HEALTHY):
            _log.warning("ticket printer %s: %s", self._printer.name, code)
        elif code == HEALTHY != before:
            _log.info("ticket printer %s works again", self._printer.name)
