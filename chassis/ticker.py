"""The ticker turns due deadlines into commands.

It only brings time to an aggregate's attention; the aggregate decides, and one that was addressed
in the meantime has already noticed by itself.
"""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import select

from chassis.clock import Clock
from chassis.errors import Fault
from chassis.failpoints import failpoint
from chassis.heartbeat import Heartbeat
from chassis.store.port import Store
from chassis.store.tables import deadlines
from chassis.unit_of_work.deadline_index import deadline_id
from chassis.unit_of_work.session import CommandRequest
from chassis.unit_of_work.unit_of_work import Failed
from chassis.unit_of_work.writer import Writer
from contracts.envelope import Actor
from contracts.instant import format_instant, parse_instant

__all__ = ["Ticker"]

log = structlog.get_logger(__name__)

_PAGE = 500


class Ticker(threading.Thread):
    """Looks for due deadlines at every interval, and at once when the clock is moved by hand."""

    def __init__(
        self, store: Store, writer: Writer, clock: Clock, actor: Actor, interval_s: float = 0.2
    ) -> None:
        super().__init__(name=f"ticker-{actor.person}", daemon=True)
        self._store = store
        self._writer = writer
        self._clock = clock
        self._actor = actor
        self._interval_s = interval_s
        self._wake = threading.Event()
        self._stopped = False
        self.heartbeat = Heartbeat("ticker")
        self.observer: Callable[[float], None] | None = None
        """Told of every deadline that was noticed, how many seconds late."""

    def run(self) -> None:
        """Tick until stopped; a fault is logged and the next tick tries again."""
        while not self._stopped:
            self._wake.wait(self._interval_s)
            self._wake.clear()
            self.heartbeat.begin("noticing deadlines")
            try:
                self.tick()
            except Exception:
                log.exception("tick_failed", service=self._actor.person)
            self.heartbeat.beat()

    def tick(self) -> int:
        """Notice everything that is due now; give how many deadlines that was. Raises: Fault."""
        now = self._clock.now()
        query = (
            select(deadlines)
            .where(deadlines.c.due_at <= format_instant(now))
            .order_by(deadlines.c.due_at)
            .limit(_PAGE)
        )
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        works = [
            self._work(row.stream, row.milestone, row.round, parse_instant(row.due_at))
            for row in rows
        ]
        if works:
            failpoint("after_deadline_found")
        for waiting in self._writer.submit(works):
            outcome = waiting.result()
            if isinstance(outcome, Failed):
                raise Fault("a deadline could not be noticed") from outcome.error
        if self.observer is not None:
            for row in rows:
                self.observer((now - parse_instant(row.due_at)).total_seconds())
        return len(works)

    def nudge(self) -> None:
        """Tick now."""
        self._wake.set()

    def stop(self) -> None:
        """End the thread after the tick under way."""
        self._stopped = True
        self._wake.set()

    def _work(self, stream: str, milestone: str, round_no: int, due_at: datetime) -> CommandRequest:
        identity = deadline_id(stream, milestone, round_no, due_at)
        return CommandRequest(
            command_id=identity,
            run=lambda session: session.tick(stream),
            actor=self._actor,
            correlation_id=identity,
            causation_id=identity,
            streams=(stream,),
        )
