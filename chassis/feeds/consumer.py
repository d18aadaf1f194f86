"""Follows the feeds of other services and submits every event to the writer, in order.

A fault is tried again from the checkpoint with growing pauses and never skipped; everything else is
recorded by the inbox with its verdict. Held events are tried again after progress.

Where a broker brings the events, the consumer only catches up: it reads a log itself when there is
more to hear and nothing has come for a while, or when an event arrived without one before it.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future

import structlog

from chassis.backoff import Backoff
from chassis.errors import Fault
from chassis.failpoints import failpoint
from chassis.feeds.feed import Feed
from chassis.heartbeat import Heartbeat, StallDetector
from chassis.inbox.checkpoint import Lag, read_checkpoints
from chassis.inbox.held import holds_any, ready_to_release
from chassis.inbox.inbound_event import InboundEvent
from chassis.loop import Loop
from chassis.store.port import Store
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Failed, Outcome
from chassis.unit_of_work.writer import Writer

__all__ = ["CATCH_UP_PATIENCE_S", "PAGE", "Consumer"]

log = structlog.get_logger(__name__)

PAGE = 200
"""Events per source and round."""
_POLL_S = 0.05
_GATHER_S = 0.005
"""After events came: what arrives meanwhile makes one batch, not many small ones."""
_BACK_OFF_FIRST_S = 0.05
_BACK_OFF_LAST_S = 5.0
CATCH_UP_PATIENCE_S = 2.0
"""How long a broker may bring nothing, although there is more, before the log itself is read."""
_CATCH_UP_POLL_S = 1.0


class Consumer(Loop):
    """One thread per service, all of its sources in turn."""

    def __init__(
        self,
        model: ServiceModel,
        store: Store,
        writer: Writer,
        feeds: Mapping[str, Feed],
        *,
        has_broker: bool = False,
    ) -> None:
        """`has_broker` says that a broker brings the events, and the consumer only catches up."""
        super().__init__(f"consumer-{model.name}", Heartbeat("consumer"))
        self._model = model
        self._store = store
        self._writer = writer
        self._feeds = feeds
        self._commit_signal = writer.commit_signal
        self._has_broker = has_broker
        self._back_off = Backoff(_BACK_OFF_FIRST_S, _BACK_OFF_LAST_S)
        self._positions: dict[str, int] = {}
        """Where to read on while nothing goes wrong; empty: to be read from the checkpoints."""
        self._may_hold = True
        self._stands = {source: StallDetector() for source in feeds}
        self.is_catching_up = False
        """Whether it reads the logs to their ends although a broker brings the events."""
        self._looked_at = float("-inf")
        self.fault: str = ""
        """What stands in the way at the moment; empty when nothing does."""
        self.fault_kind: str = ""
        """The same for anybody to read: the name of the error alone."""

    def go_round(self) -> float:
        """Take a step; wait for the next commit when there was nothing to do."""
        seen = self._commit_signal.count
        self.heartbeat.begin("reading feeds and submitting their events")
        moved = self.step()
        self.heartbeat.beat()
        if self._back_off.pause_s:
            return self._back_off.pause_s
        if moved:
            return _GATHER_S
        self._commit_signal.wait(seen, _CATCH_UP_POLL_S if self._has_broker else _POLL_S)
        return 0

    def step(self) -> bool:
        """Do one round; say whether there was anything. What fails is noted and tried again."""
        try:
            moved = self._catch_up() if self._has_broker else self.drain_once()
        except Exception as error:  # noqa: BLE001  # nothing may be skipped
            self._back_off.fail()
            if str(error) != self.fault:
                log.warning("feed_stalled", service=self._model.name, error=repr(error))
            self.fault = str(error) or type(error).__name__
            self.fault_kind = type(error.__cause__ or error).__name__
            return False
        self._back_off.succeed()
        self.fault = self.fault_kind = ""
        return moved

    def _catch_up(self) -> bool:
        """Try held events; read the logs only while the broker does not bring what there is."""
        if time.monotonic() - self._looked_at >= _CATCH_UP_POLL_S and not self.is_catching_up:
            self._looked_at = time.monotonic()
            self.is_catching_up = self._is_left_behind()
        if self.is_catching_up:
            self._positions = {}
            self.is_catching_up = self.drain_once()
            return self.is_catching_up
        released = self._released()
        self._submit(released)
        return bool(released)

    def _is_left_behind(self) -> bool:
        """Say whether any source has more and has stood at the same position for too long.

        The position is that up to which everything was dealt with: one event that the broker lost
        holds it, however many come behind it.
        """
        with self._store.reading() as connection:
            checkpoints = read_checkpoints(connection)
        for source, feed in self._feeds.items():
            checkpoint = checkpoints.get(source)
            at, count = (checkpoint.position, checkpoint.count) if checkpoint else (0, 0)
            head = _head(feed)
            self._stands[source].see(at if head and head > count else None)
        return any(one.stood_s >= CATCH_UP_PATIENCE_S for one in self._stands.values())

    def catch_up_now(self) -> None:
        """Read the logs now: an event came without one before it."""
        self.is_catching_up = True
        self._commit_signal.notify()

    def held_may_exist(self) -> None:
        """Call after another thread submitted events: some may be held now."""
        self._may_hold = True

    def drain_once(self) -> bool:
        """Take one page from every source; say whether there was anything.

        Raises: what stood in the way of a source, after the others had their turn.
        """
        done = self._positions or self._read_positions()
        inbound, reached, errors = self._released(), dict(done), list[Exception]()
        for source, feed in self._feeds.items():
            try:
                page = [InboundEvent.of(source, one) for one in feed.read(done[source], PAGE)]
            except Exception as error:  # noqa: BLE001  # raised below
                errors.append(error)
                continue
            inbound += page
            reached[source] = page[-1].recorded.position if page else done[source]
        # All sources in one batch: a commit each would cost more than the events do.
        self._submit(inbound)
        self._positions = reached
        if errors:
            raise errors[0]
        return bool(inbound)

    def release(self, keys: Collection[tuple[str, str]] = ()) -> bool:
        """Try held events again: those whose wait is over, and whole keys an operator names."""
        with self._store.reading() as connection:
            inbound = ready_to_release(connection, self._model.receives, keys)
        self._submit(inbound)
        return bool(inbound)

    def _submit(self, inbound: Sequence[InboundEvent]) -> None:
        if inbound:
            self._positions, self._may_hold = {}, True
            _await(self._writer.submit(inbound))
            failpoint("after_commit_before_acknowledge")

    def _released(self) -> list[InboundEvent]:
        """Give held events whose wait is over; no need to look while nothing is held."""
        if not self._may_hold:
            return []
        with self._store.reading() as connection:
            self._may_hold = holds_any(connection)
            return ready_to_release(connection, self._model.receives) if self._may_hold else []

    def _read_positions(self) -> dict[str, int]:
        with self._store.reading() as connection:
            checkpoints = read_checkpoints(connection)
        return {
            name: checkpoints[name].position if name in checkpoints else 0 for name in self._feeds
        }

    def lags(self) -> dict[str, Lag]:
        """Measure every source: what was dealt with, and where its log ends by its own account."""
        with self._store.reading() as connection:
            checkpoints = read_checkpoints(connection)
        counts = {
            name: checkpoints[name].count if name in checkpoints else 0 for name in self._feeds
        }
        return {name: Lag(counts[name], _head(feed)) for name, feed in self._feeds.items()}

    def stop(self) -> None:
        """End after the page under way."""
        super().stop()
        self._commit_signal.notify()


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
