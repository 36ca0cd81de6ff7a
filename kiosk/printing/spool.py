"""Prints slips in the background and reports what became of the paper. Owns one thread; knows no rule of tickets.

The ticket stands whatever happens to the paper. Each job ends in exactly one report, ``printed`` or ``fault``; if a
slip that was given up comes out after all, ``printed`` follows the fault, because that is then the truth.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread, Timer
from uuid import UUID

from kiosk.errors import WorldError
from kiosk.model.ticket import TicketSlip
from kiosk.ports import SlipPrinter
from kiosk.printing.faults import PrinterFault, fault_error

_log = logging.getLogger(__name__)

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
        self._broken = ""
        self._thread = Thread(target=self._run, name="print-spool", daemon=True)
        self._thread.start()

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
        while (job := self._jobs.get()) is not None:
            if not job.closed:
                self._print(job)

    def _print(self, job: _Job) -> None:
        try:
            self._printer.print_slip(job.slip)
        except WorldError as error:
            self._settle(job, error)
        except Exception:
            _log.exception("the printer %s raised what it should not", self._printer.name)
            self._settle(job, fault_error(PrinterFault.BROKEN))
        else:
            self._settle(job, None)

    def _settle(self, job: _Job, error: WorldError | None) -> None:
        """Report the end of a job; a fault that was already reported as too slow is not reported twice."""
        self._note(error.code if error else "")
        late = not self._close(job)
        if error is None:
            self._printed(job.ticket_id)
        elif not late:
            self._failed(job.ticket_id, error)

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
        """Log a fault once when it comes and once when it is over."""
        with self._lock:
            before, self._broken = self._broken, code
        if code and code != before:
            _log.warning("ticket printer %s: %s", self._printer.name, code)
        elif before and not code:
            _log.info("ticket printer %s works again", self._printer.name)
