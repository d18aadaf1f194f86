"""Publishes a service's log, in order and at least once.

A page is read, sent, acknowledged as a whole, and only then does the mark move, by compare and set.
After any failure the page is sent again from the mark: the first copy of every event stands in the
order of the log, and readers recognise copies by their stream's version. So several relays on one
log do no harm; leader election only saves the double work.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

import structlog
from sqlalchemy import Connection, bindparam, select, update

from chassis.backoff import Backoff
from chassis.errors import EpochChanged
from chassis.failpoints import failpoint
from chassis.heartbeat import STALL_S, Heartbeat, Problem, StallDetector
from chassis.listeners import notify
from chassis.store.port import Store
from chassis.store.reading import head_position, read_after
from chassis.store.rows import add
from chassis.store.tables import relay as marks
from contracts.envelope import Recorded

__all__ = ["PAGE", "Publisher", "Relay"]

log = structlog.get_logger(__name__)

PAGE = 500
_POLL_FIRST_S = 0.01
_POLL_LAST_S = 0.05
"""Between looks at a log that does not grow: short after the last event, longer as it rests."""
_LEAD_S = 1.0
"""Between looks at whether it still leads: leading saves work, so looking must not cost much."""
_CHECK_S = 5.0
"""Between looks at how much the topic holds: a recreated topic is noticed within that time."""
_MEASURE_S = 1.0
_MARK_S = 0.1
"""Between moves of the mark: a mark for every page would cost the log's writer more than a copy
sent twice after a crash costs a reader."""
_BACK_OFF_FIRST_S = 0.05
_BACK_OFF_LAST_S = 2.0

_MARK = select(marks.c.position, marks.c.log_id)
_MOVE = (
    update(marks)
    .where(marks.c.position == bindparam("before"), marks.c.log_id == bindparam("of_log"))
    .values(position=bindparam("after"))
)


class Publisher(Protocol):
    """The broker, as the relay needs it."""

    async def publish(self, page: Sequence[Recorded]) -> None:
        """Send events in order and return when all are safe. Raises: Fault."""
        ...

    async def held_count(self) -> int:
        """How many messages the topic ever took, those long deleted too."""
        ...

    async def reset(self) -> None:
        """Start over after something went wrong: nothing half-sent may follow later."""
        ...


class Relay:
    """One relay of one log. `run` goes on until `stop`; `step` is one page of it."""

    def __init__(self, store: Store, publisher: Publisher, page: int = PAGE) -> None:
        self._store = store
        self._publisher = publisher
        self._page = page
        self._stopped = asyncio.Event()
        self._next: asyncio.Future[list[Recorded]] | None = None
        self._marked = -1
        """Where the stored mark is; -1: to be read."""
        self._marked_at = self._checked_at = self._asked_at = float("-inf")
        self._watch = StallDetector()
        self.heartbeat = Heartbeat("relay")
        self.published = 0
        """Everything up to here is safe on the broker."""
        self.head = 0
        self.is_leading = False
        self.fault = ""
        self.on_page: list[Callable[[Sequence[Recorded], tuple[int, int]], None]] = []
        """Called with every page that was sent, and when it began and ended (ns)."""

    async def run(self) -> None:
        """Publish until stopped; a failure is tried again."""
        measuring = asyncio.create_task(self._measure())
        try:
            await self._run()
        finally:
            measuring.cancel()

    async def _measure(self) -> None:
        """Measure where the log ends, also while publishing waits: the lag has to show."""
        while not self._stopped.is_set():
            with suppress(Exception):  # the publishing meets the same and says so
                self.head = await asyncio.to_thread(lambda: self._store.newest)
            self._watch_lag()
            await self._pause(_MEASURE_S)

    async def _stand_for_election(self, leads: Callable[[], bool]) -> None:
        if time.monotonic() - self._asked_at >= _LEAD_S:
            self.is_leading = await asyncio.to_thread(leads)
            self._asked_at = time.monotonic()

    def _watch_lag(self) -> None:
        is_behind = self.is_leading and self.published < self.head
        self._watch.see(self.published if is_behind else None)

    async def _run(self) -> None:
        idle_s, back_off = _POLL_FIRST_S, Backoff(_BACK_OFF_FIRST_S, _BACK_OFF_LAST_S)
        with self._store.leading("relay") as leads:
            while not self._stopped.is_set():
                try:
                    await self._stand_for_election(leads)
                    moved = await self.step() if self.is_leading else await self._follow()
                    self.fault = ""
                    back_off.succeed()
                except Exception as error:  # noqa: BLE001  # nothing may be skipped
                    back_off.fail()
                    await self._note_failure(error)
                    moved = False
                idle_s = _POLL_FIRST_S if moved else min(idle_s * 1.5, _POLL_LAST_S)
                if not moved:
                    await self._pause(back_off.pause_s or idle_s)
            if self._marked >= 0:
                await self._write_mark()

    async def step(self) -> bool:
        """Publish one page; say whether there was any.

        Raises: EpochChanged when the log ends before what was published, or what went wrong.
        """
        self.heartbeat.begin("publishing")
        if self._marked < 0:
            await asyncio.to_thread(self._read_mark)
        await self._check_topic()
        page = await self._read()
        if page:
            await self._publish(page)
        elif self._marked != self.published:
            await self._write_mark()
        self._watch_lag()
        self.heartbeat.beat()
        return bool(page)

    async def _publish(self, page: list[Recorded]) -> None:
        began_ns = time.time_ns()
        self.head = max(self.head, page[-1].position)
        if len(page) == self._page:
            # There is likely more: it is read while this page is under way.
            following = asyncio.to_thread(self._read_after, page[-1].position)
            self._next = asyncio.ensure_future(following)
        await self._publisher.publish(page)
        failpoint("after_publish_before_checkpoint")
        self.published = page[-1].position
        times_ns = (began_ns, time.time_ns())
        notify(self.on_page, page, times_ns)
        if time.monotonic() - self._marked_at >= _MARK_S:
            await self._write_mark()

    async def _read(self) -> list[Recorded]:
        if self._next is not None:
            ahead, self._next = self._next, None
            return await ahead
        return await asyncio.to_thread(self._read_after, self.published)

    def _read_after(self, after: int) -> list[Recorded]:
        self.head = max(after, self._store.newest)
        if self.head == after:
            return []
        with self._store.reading() as connection:
            return read_after(connection, after, self._page)

    def _read_mark(self) -> None:
        """Go on where the last relay of this log was, the first time from the start."""
        log_id = str(self._store.log_id)
        with self._store.marking() as connection:
            found = connection.execute(_MARK).first()
            if found is None:
                add(connection, marks, [{"id": 1, "log_id": log_id, "position": 0}])
            elif found.log_id != log_id:
                # A log restored under a name of its own: all of it is new to everybody.
                connection.execute(update(marks).values(log_id=log_id, position=0))
            self.head = head_position(connection)
            self._marked = found.position if found and found.log_id == log_id else 0
        self.published = self._marked
        if self.head < self.published:
            raise EpochChanged(
                f"the log ends at {self.head}, but was published up to {self.published}: it was"
                " restored from an older copy; restore the newest one"
            )

    async def _check_topic(self) -> None:
        """Start over when the topic holds less than was sent to it: it was recreated."""
        if time.monotonic() - self._checked_at < _CHECK_S:
            return
        held_count = await self._publisher.held_count()
        self._checked_at = time.monotonic()
        if held_count < self.published:
            log.warning("topic_recreated", held=held_count, published=self.published)
            self._forget_page()
            self.published = 0
            await self._write_mark()

    async def _write_mark(self) -> None:
        if not await asyncio.to_thread(self._move_mark, self._marked, self.published):
            # Another relay was here. Going on from its mark at worst sends something twice.
            self._forget_page()
            self._marked = -1
            return
        self._marked, self._marked_at = self.published, time.monotonic()

    def _move_mark(self, before: int, after: int) -> bool:
        values = {"before": before, "after": after, "of_log": str(self._store.log_id)}
        with self._store.marking() as connection:
            return _changed(connection, values)

    async def _note_failure(self, error: Exception) -> None:
        fault = str(error) or type(error).__name__
        if fault != self.fault:
            log.warning("relay_stalled", error=repr(error))
        self.fault, self._marked = fault, -1
        self._checked_at = self._asked_at = float("-inf")
        self._forget_page()
        await self._publisher.reset()

    def _forget_page(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None

    async def _follow(self) -> bool:
        """Leave the publishing to the relay that leads."""
        self._marked = -1
        self.heartbeat.beat()
        return False

    async def _pause(self, for_s: float) -> None:
        try:
            await asyncio.wait_for(self._stopped.wait(), for_s)
        except TimeoutError:
            return

    def stop(self) -> None:
        """End after the page under way."""
        self._stopped.set()

    def problems(self) -> list[Problem]:
        """Say what is wrong now."""
        found = [one] if (one := self.heartbeat.problem()) else []
        if self._watch.stood_s >= STALL_S and not found:
            what = f"{self.head - self.published} events wait and none is published"
            do = "see that Kafka runs and has the topic; the logs say more (relay_stalled)"
            found.append(Problem("relay", self._watch.stood_s, what, do))
        elif self.fault and not found:
            do = "see that Kafka and the database run; the logs say more (relay_stalled)"
            found.append(
                Problem("relay", self.heartbeat.quiet_s, "cannot publish at the moment", do)
            )
        return found


def _changed(connection: Connection, values: dict[str, object]) -> bool:
    return bool(connection.execute(_MOVE, values).rowcount)
