"""The ticker turns due deadlines into commands.

It only brings time to an aggregate's attention; the aggregate decides, and one that was commanded
in the meantime has already recorded the miss.
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import select

from chassis.clock import Clock
from chassis.errors import Fault
from chassis.failpoints import failpoint
from chassis.heartbeat import Heartbeat
from chassis.listeners import notify
from chassis.loop import Loop
from chassis.store.port import Store
from chassis.store.tables import deadlines
from chassis.unit_of_work.deadline_index import deadline_id
from chassis.unit_of_work.outcomes import Failed
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.work import Origin
from chassis.unit_of_work.writer import Writer
from contracts.envelope import Actor
from contracts.instant import format_instant, parse_instant

__all__ = ["Ticker"]

log = structlog.get_logger(__name__)

_PAGE = 500


class Ticker(Loop):
    """Looks for due deadlines at every interval."""

    def __init__(
        self, store: Store, writer: Writer, clock: Clock, actor: Actor, interval_s: float = 0.2
    ) -> None:
        super().__init__(f"ticker-{actor.person}", Heartbeat("ticker"))
        self._store = store
        self._writer = writer
        self._clock = clock
        self._actor = actor
        self._interval_s = interval_s
        self.on_miss: list[Callable[[float], None]] = []
        """Called with every deadline that was noticed: how many seconds late."""

    def go_round(self) -> float:
        """Tick; a fault is logged and the next tick tries again."""
        self.heartbeat.begin("noticing deadlines")
        try:
            self.tick()
        except Exception:
            log.exception("tick_failed", service=self._actor.person)
        self.heartbeat.beat()
        return self._interval_s

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
        requests = [
            self._request(row.stream, row.milestone, row.round, parse_instant(row.due_at))
            for row in rows
        ]
        if requests:
            failpoint("after_deadline_found")
        for waiting in self._writer.submit(requests):
            outcome = waiting.result()
            if isinstance(outcome, Failed):
                raise Fault("a deadline could not be noticed") from outcome.error
        for row in rows:
            notify(self.on_miss, (now - parse_instant(row.due_at)).total_seconds())
        return len(requests)

    def _request(
        self, stream: str, milestone: str, round_no: int, due_at: datetime
    ) -> CommandRequest:
        identity = deadline_id(stream, milestone, round_no, due_at)
        return CommandRequest(
            origin=Origin(identity, self._actor, identity, identity),
            run=lambda session: session.tick(stream),
            streams=(stream,),
        )
