"""Follows the feeds of other services and brings every event through the unit of work, in order.

A fault is tried again from the checkpoint with growing pauses and never skipped; everything else
has been decided by the inbox when it comes back. Held events are tried again after progress.

Where a broker carries the feeds, it is the backstop: it reads a log itself when there is more to
hear and nothing has come for a while, or when an event arrived without one before it.
"""

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future

import structlog

from chassis.errors import Fault
from chassis.failpoints import failpoint
from chassis.feeds.feed import Feed
from chassis.heartbeat import Heartbeat, StallDetector
from chassis.inbox.checkpoint import read_checkpoints
from chassis.inbox.inbox import InboundEvent, holds_any, ready_to_release
from chassis.observability.health import Lag
from chassis.store.port import Store
from chassis.unit_of_work.unit_of_work import Failed, Outcome
from chassis.unit_of_work.writer import CommitSignal, Writer

__all__ = ["BACKSTOP_PATIENCE_S", "PAGE", "Consumer"]

log = structlog.get_logger(__name__)

PAGE = 200
_POLL_S = 0.05
_GATHER_S = 0.005
"""After something was heard: what the busy say meanwhile makes one batch, not many small ones."""
_BACK_OFF_FIRST_S = 0.05
_BACK_OFF_LAST_S = 5.0
BACKSTOP_PATIENCE_S = 2.0
"""How long a broker may bring nothing, although there is more, before the log itself is read."""
_BACKSTOP_POLL_S = 1.0


class Consumer(threading.Thread):
    """One thread per service, all of its sources in turn."""

    def __init__(
        self,
        service: str,
        store: Store,
        writer: Writer,
        feeds: Mapping[str, Feed],
        commit_signal: CommitSignal,
    ) -> None:
        super().__init__(name=f"consumer-{service}", daemon=True)
        self._service = service
        self._store = store
        self._writer = writer
        self._feeds = feeds
        self._bell = commit_signal
        self._stopped = threading.Event()
        self._back_off_s = 0.0
        self._done: dict[str, int] = {}
        """Checkpoints as long as nothing went wrong; empty: to be read."""
        self._may_hold = True
        self.is_backstop = False
        """Whether a broker carries the feeds; set before it starts."""
        self._stands = {source: StallDetector() for source in feeds}
        self.is_filling = False
        """Whether it reads the logs to their ends at the moment, as the backstop."""
        self._looked_at = float("-inf")
        self.fault: str = ""
        """What stands in the way at the moment; empty when nothing does."""
        self.fault_kind: str = ""
        """The same for anybody to read: the name of the error alone."""
        self.heartbeat = Heartbeat("consumer")

    def run(self) -> None:
        """Follow until stopped."""
        while not self._stopped.is_set():
            rung = self._bell.count
            self.heartbeat.begin("reading feeds and bringing in what they say")
            moved = self._step()
            self.heartbeat.beat()
            if self._back_off_s:
                self._stopped.wait(self._back_off_s)
            elif moved:
                self._stopped.wait(_GATHER_S)
            else:
                self._bell.wait(rung, _BACKSTOP_POLL_S if self.is_backstop else _POLL_S)

    def _step(self) -> bool:
        try:
            moved = self._fill() if self.is_backstop else self.drain_once()
        except Exception as error:  # noqa: BLE001  # whatever it is, nothing may be skipped
            self._back_off_s = min(max(self._back_off_s * 2, _BACK_OFF_FIRST_S), _BACK_OFF_LAST_S)
            if str(error) != self.fault:
                log.warning("feed_stalled", service=self._service, error=repr(error))
            self.fault = str(error) or type(error).__name__
            self.fault_kind = type(error.__cause__ or error).__name__
            return False
        self._back_off_s, self.fault, self.fault_kind = 0.0, "", ""
        return moved

    def _fill(self) -> bool:
        """Try held events; read the logs only while the broker does not bring what there is."""
        if time.monotonic() - self._looked_at >= _BACKSTOP_POLL_S and not self.is_filling:
            self._looked_at = time.monotonic()
            self.is_filling = self._is_needed()
        if self.is_filling:
            self._done = {}
            self.is_filling = self.drain_once()
            return self.is_filling
        released = self._released()
        self._bring(released)
        return bool(released)

    def _is_needed(self) -> bool:
        """Say whether any source has more and stands at the same place for too long.

        The place is what all before was heard of: one event that the broker lost holds it, however
        much comes behind it.
        """
        with self._store.reading() as connection:
            heard = read_checkpoints(connection)
        for source, feed in self._feeds.items():
            ledger = heard.get(source)
            at, count = (ledger.position, ledger.count) if ledger else (0, 0)
            head = _head(feed)
            self._stands.setdefault(source, StallDetector()).see(
                at if head and head > count else None
            )
        return any(watch.stood_s >= BACKSTOP_PATIENCE_S for watch in self._stands.values())

    def catch_up_now(self) -> None:
        """Read the logs now: an event came without one before it."""
        self.is_filling = True
        self._bell.notify()

    def held_may_exist(self) -> None:
        """Hear that others brought something in, which may have to be held."""
        self._may_hold = True

    def drain_once(self) -> bool:
        """Take one page from every source; say whether there was anything.

        Raises: what stood in the way of a source, after the others had their turn.
        """
        done = self._done or self._checkpoints()
        inbound_events, reached, errors = self._released(), dict(done), list[Exception]()
        for source, feed in self._feeds.items():
            try:
                page = [
                    InboundEvent(source, one, one.envelope) for one in feed.read(done[source], PAGE)
                ]
            except Exception as error:  # noqa: BLE001  # raised below
                errors.append(error)
                continue
            inbound_events += page
            reached[source] = page[-1].recorded.position if page else done[source]
        # All sources in one batch: a commit each would cost more than what they say.
        self._bring(inbound_events)
        self._done = reached
        if errors:
            raise errors[0]
        return bool(inbound_events)

    def release(self, keys: Collection[tuple[str, str]] = ()) -> bool:
        """Try held events again: those whose wait is over, and whole keys an operator names."""
        with self._store.reading() as connection:
            inbound_events = ready_to_release(connection, keys)
        self._bring(inbound_events)
        return bool(inbound_events)

    def _bring(self, inbound_events: Sequence[InboundEvent]) -> None:
        if inbound_events:
            self._done, self._may_hold = {}, True
            _await(self._writer.submit(inbound_events))
            failpoint("after_commit_before_acknowledge")

    def _released(self) -> list[InboundEvent]:
        """Give held events whose wait is over; no need to look while nothing is held."""
        if not self._may_hold:
            return []
        with self._store.reading() as connection:
            self._may_hold = holds_any(connection)
            return ready_to_release(connection) if self._may_hold else []

    def _checkpoints(self) -> dict[str, int]:
        with self._store.reading() as connection:
            heard = read_checkpoints(connection)
        return {name: heard[name].position if name in heard else 0 for name in self._feeds}

    def behind(self) -> dict[str, int]:
        """Give per source how many events are still to come, against the source's true head.

        -1 when the source cannot be reached: how much is to come is not known then.
        """
        return {source: lag.behind for source, lag in self.lags().items()}

    def lags(self) -> dict[str, Lag]:
        """Measure every source: what was dealt with, and where its log ends by its own account."""
        with self._store.reading() as connection:
            heard = read_checkpoints(connection)
        counts = {name: heard[name].count if name in heard else 0 for name in self._feeds}
        return {name: Lag(counts[name], _head(feed)) for name, feed in self._feeds.items()}

    def stop(self) -> None:
        """End after the page under way."""
        self._stopped.set()
        self._bell.notify()


def _head(feed: Feed) -> int | None:
    try:
        return feed.head()
    except Fault:
        return None


def _await(futures: list[Future[Outcome]]) -> None:
    for future in futures:
        outcome = future.result()
        if isinstance(outcome, Failed):
            if isinstance(outcome.error, Fault):
                raise outcome.error
            raise Fault(repr(outcome.error)) from outcome.error
