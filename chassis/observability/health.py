"""Whether a service does its work, measured against the truth.

A thread of its own compares, every second, what was dealt with to the true head of every source,
and what is noticed to the deadlines that are due. Readiness is then a look into memory, however
often it is asked; and this thread has a heartbeat as well, so that it cannot freeze on green.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import Connection, Select, func, select

from chassis.clock import Clock
from chassis.heartbeat import STALL_S, Heartbeat, Monotonic, Problem, StallDetector
from chassis.inbox.checkpoint import Lag
from chassis.inbox.held import count_held
from chassis.loop import Loop
from chassis.store.port import Store
from chassis.store.reading import head_position
from chassis.store.tables import deadlines
from contracts.instant import format_instant, parse_instant

__all__ = ["INTERVAL_S", "HealthMonitor", "HealthSnapshot", "Monitored", "Watch"]

log = structlog.get_logger(__name__)

INTERVAL_S = 1.0

_DUE = select(func.count()).select_from(deadlines)
_ORDER = ("due_at", "stream", "milestone", "round")
_FRONT = select(deadlines).order_by(*(deadlines.c[name] for name in _ORDER)).limit(1)


class Monitored(Protocol):
    """A thread that shows its heartbeat."""

    @property
    def heartbeat(self) -> Heartbeat: ...
    def is_alive(self) -> bool: ...


class Watch(Protocol):
    """Watches something that a person should know of, although the service does its work."""

    def look(self, connection: Connection, now: datetime) -> None:
        """Measure; called once in every round."""
        ...

    def problems(self) -> Iterable[Problem]:
        """Say what is the matter, from memory."""
        ...


@dataclass(frozen=True, slots=True)
class HealthSnapshot:
    """What was last measured."""

    head: int = 0
    due_count: int = 0
    open_count: int = 0
    late_s: float = 0.0
    """How long the oldest deadline that is due has been so, on the service's clock."""
    held: Mapping[str, int] = field(default_factory=dict)
    lags: Mapping[str, Lag] = field(default_factory=dict)


class HealthMonitor(Loop):
    """Measures one service and says what is wrong with it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        parts: Callable[[], Iterable[Monitored]],
        lags: Callable[[], Mapping[str, Lag]],
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        super().__init__("health", Heartbeat("vitals", monotonic))
        self.snapshot = HealthSnapshot()
        self._store = store
        self._clock = clock
        self._parts = parts
        self._lags = lags
        self._monotonic = monotonic
        self._checks: list[Callable[[], Iterable[Problem]]] = []
        self._watches: list[Watch] = []
        self._overdue = StallDetector(monotonic)
        self._behind: dict[str, StallDetector] = {}

    def add(self, check: Callable[[], Iterable[Problem]]) -> None:
        """Ask `check` too whenever somebody wants to know; it has to answer at once."""
        self._checks.append(check)

    def watch(self, watch: Watch) -> None:
        """Let `watch` look in every round."""
        self._watches.append(watch)

    def go_round(self) -> float:
        """Measure. What cannot be measured shows in the heartbeat."""
        try:
            self.measure()
        except Exception as error:  # noqa: BLE001  # the next round tries again
            log.warning("measuring_failed", error=type(error).__name__)
        return INTERVAL_S

    def measure(self) -> None:
        """Measure everything. Raises: Fault, and database errors."""
        now = self._clock.now()
        due = _DUE.where(deadlines.c.due_at <= format_instant(now))
        with self._store.reading() as connection:
            front = connection.execute(_FRONT).first()
            due_count = _count(connection, due) if front else 0
            open_count = _count(connection, _DUE) if front else 0
            head, held = head_position(connection), count_held(connection)
            for one in self._watches:
                one.look(connection, now)
        late_s = (now - parse_instant(front.due_at)).total_seconds() if front and due_count else 0.0
        self._overdue.see((due_count, tuple(front)) if front and due_count else None)
        lags = self._lags()
        for source, lag in lags.items():
            watch = self._behind.setdefault(source, StallDetector(self._monotonic))
            # An unreachable source counts as standing still, also while a broker brings its events.
            mark = "unknown" if lag.head is None else lag.done
            watch.see(mark if lag.behind else None)
        self.snapshot = HealthSnapshot(head, due_count, open_count, late_s, held, lags)
        self.heartbeat.beat()

    def problems(self) -> list[Problem]:
        """Say what is wrong now; a look into memory."""
        found = [problem for part in (*self._parts(), self) for problem in _of_thread(part)]
        found += self._of_sources()
        if self._overdue.stood_s >= STALL_S:
            what = f"{self.snapshot.due_count} deadlines are due and none is noticed"
            do = "look for tick_failed in the logs; if it stays so, restart the service"
            found.append(Problem("ticker", self._overdue.stood_s, what, do))
        return found + [problem for check in self._checks for problem in check()]

    def attention(self) -> list[Problem]:
        """Say what a person should look at, although the service is ready; a look into memory."""
        return [problem for one in self._watches for problem in one.problems()]

    def _of_sources(self) -> Iterator[Problem]:
        for source, lag in self.snapshot.lags.items():
            stood_s = self._behind[source].stood_s
            if stood_s < STALL_S:
                continue
            if lag.head is None:
                what, do = f"{source} does not say how far its log goes", f"see that {source} runs"
            else:
                what = f"{lag.behind} events of {source} are to come and none is dealt with"
                do = "look for feed_stalled in the logs; if it stays so, restart the service"
            yield Problem("consumer", stood_s, what, do)


def _of_thread(part: Monitored) -> Iterator[Problem]:
    if not part.is_alive():
        yield Problem(
            part.heartbeat.part, part.heartbeat.quiet_s, "does not run", "restart the service"
        )
    elif problem := part.heartbeat.problem():
        yield problem


def _count(connection: Connection, query: Select[int]) -> int:
    return connection.execute(query).scalar_one()
