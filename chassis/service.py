"""One running service: its store, its writer, its consumer, its ticker, and the door to it."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from chassis.clock import Clock
from chassis.errors import Fault
from chassis.feeds.consumer import Consumer
from chassis.feeds.feed import Feed
from chassis.heartbeat import STALL_S, Problem
from chassis.observability.gauges import gauges_of
from chassis.observability.health import HealthMonitor, Lag, Monitored
from chassis.observability.metrics import Metrics
from chassis.store.opening import open_store
from chassis.store.port import Store
from chassis.store.reading import head_position, read_streams
from chassis.ticker import Ticker
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.session import CommandRequest, Loaded, Session, fold
from chassis.unit_of_work.unit_of_work import Failed, Outcome, Refused, UnitOfWork, system_actor
from chassis.unit_of_work.writer import CommitSignal, Writer
from chassis.vault import Vault, load_master_key
from chassis.views.rebuild_jobs import RebuildJobs
from chassis.views.versions import prepare
from contracts.envelope import Actor
from contracts.event import Event, parse_event

if TYPE_CHECKING:
    from chassis.kafka.subscriber import Subscriber
    from chassis.observability.tracing import Tracing

__all__ = ["Carrier", "Service", "open_service"]

Carrier = Callable[[Writer, Consumer], "Subscriber"]
"""Makes what hears the sources by a broker, given the writer and the backstop behind it."""


@dataclass
class Service:
    """Everything that runs for one model in this process."""

    model: ServiceModel
    store: Store
    vault: Vault
    clock: Clock
    commit_signal: CommitSignal
    unit_of_work: UnitOfWork = field(init=False)
    writer: Writer = field(init=False)
    ticker: Ticker = field(init=False)
    rebuilds: RebuildJobs = field(init=False)
    health: HealthMonitor = field(init=False)
    metrics: Metrics = field(init=False)
    parts: list[str] = field(default_factory=lambda: ["consumer", "rebuild", "ticker", "writer"])
    """What may fail; a part that joins adds its name, for the metrics."""
    consumer: Consumer | None = None
    subscriber: "Subscriber | None" = None
    """Hears the sources by a broker, with the consumer as backstop. None: there is no broker."""
    tracing: "Tracing | None" = None
    """None: nobody looks at traces, and none are made."""

    def __post_init__(self) -> None:
        self.unit_of_work = UnitOfWork(self.model, self.store, self.clock, self.vault)
        self.writer = Writer(self.model.name, self.unit_of_work, self.commit_signal)
        self.ticker = Ticker(self.store, self.writer, self.clock, system_actor(self.model.name))
        self.rebuilds = RebuildJobs(self.store, self.model, self.writer)
        self.health = HealthMonitor(self.store, self.clock, self._parts, self._lags)
        self.health.add(self._faults)
        self.metrics = Metrics(self.model.name)
        self.metrics.follow(lambda: gauges_of(self))

    @property
    def name(self) -> str:
        """The service's name, as in its wire names."""
        return self.model.name

    def trace(self, tracing: "Tracing | None") -> None:
        """Emit the spans of what is done here from now on."""
        self.tracing = tracing
        self.unit_of_work.observer = tracing.batch if tracing else None

    def start(self, feeds: Mapping[str, Feed], carrier: Carrier | None = None) -> None:
        """Bring the views up to this release, then take work, follow feeds and watch the clock."""
        prepare(self.store, self.model, feeds)
        self.rebuilds.feeds = feeds
        self.consumer = Consumer(self.name, self.store, self.writer, feeds, self.commit_signal)
        if carrier is not None:
            self.consumer.is_backstop = True
            self.subscriber = carrier(self.writer, self.consumer)
            self.subscriber.tracing = self.tracing
            self.parts.append("subscriber")
        self.writer.observer, self.ticker.observer = self.metrics.batch, self.metrics.noticed
        self.writer.start()
        self.consumer.start()
        if self.subscriber is not None:
            self.subscriber.start()
        self.ticker.start()
        self.health.start()

    def stop(self) -> None:
        """Finish what was accepted, then let go of everything."""
        self.rebuilds.stop()
        self.health.stop()
        if self.subscriber is not None:
            self.subscriber.stop()
            self.subscriber.join()
        if self.consumer is not None:
            self.consumer.stop()
            self.consumer.join()
        self.ticker.stop()
        self.ticker.join()
        self.writer.stop()
        self.health.join()

    def _parts(self) -> list[Monitored]:
        found = (self.writer, self.ticker, self.consumer, self.subscriber)
        return [part for part in found if part is not None]

    def _lags(self) -> Mapping[str, Lag]:
        return self.consumer.lags() if self.consumer else {}

    def _faults(self) -> Iterator[Problem]:
        if self.consumer is not None and (kind := self.consumer.fault_kind):
            do = "see that the services it follows run; the logs say more (feed_stalled)"
            yield Problem("consumer", 0.0, f"a feed is stuck: {kind}", do)
        moved_at = self.rebuilds.last_progress
        if moved_at is not None and (for_s := time.monotonic() - moved_at) >= STALL_S:
            do = "see that the services it reads run; restarting keeps the view that is in use"
            yield Problem("rebuild", for_s, f"{self.rebuilds.underway} does not get on", do)

    async def submit(self, work: CommandRequest) -> Outcome:
        """Bring one command through the unit of work. Raises: Busy when too many wait."""
        (future,) = self.writer.submit([work])
        return await asyncio.wrap_future(future)

    async def ask(self, actor: Actor, run: Callable[[Session], None]) -> None:
        """Bring a question through the unit of work that leaves a trace but is no command.

        Raises: Refusal, or whatever broke.
        """
        identity = uuid4()
        outcome = await self.submit(CommandRequest(identity, run, actor, identity, identity))
        if isinstance(outcome, Refused):
            raise outcome.refusal
        if isinstance(outcome, Failed):
            raise outcome.error

    def load(self, stream: str, as_of: int | None = None) -> Loaded:
        """Fold a stream, up to a version if one is given."""
        with self.store.reading() as connection:
            recorded = read_streams(connection, [stream])[stream]
        return fold(self.model, stream, recorded[:as_of])

    def history(self, stream: str) -> list[Event]:
        """Give a stream's events in order."""
        with self.store.reading() as connection:
            recorded = read_streams(connection, [stream])[stream]
        return [parse_event(one.envelope.type, one.data) for one in recorded]

    def head(self) -> int:
        """Give the last position of this service's log."""
        with self.store.reading() as connection:
            return head_position(connection)


def open_service(
    model: ServiceModel, folder: Path, clock: Clock, commit_signal: CommitSignal, database: str = ""
) -> Service:
    """Open (or make) a service's keys in a data folder, and its database there or where named."""
    store = open_store(model.name, folder, database)
    with suppress(Fault):
        store.scrub()  # whoever ran before may have been killed between erasing and this
    vault = Vault(load_master_key(folder / "keys" / f"{model.name}.key"))
    return Service(model, store, vault, clock, commit_signal)
