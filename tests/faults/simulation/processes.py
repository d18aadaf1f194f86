"""The processes of the simulation: the product's own parts, without threads and brokers.

A process takes small steps and loses everything but its database when it is killed. The unit of
work, the inbox, the writer's execution of a batch, the consumer that catches up, the ticker and the
rebuild of views are the product's.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field

from chassis.clock import Clock
from chassis.commit_signal import CommitSignal
from chassis.errors import Fault
from chassis.failpoints import failpoint
from chassis.feeds.feed import LogFeed
from chassis.hosting.assembly import Ground, assemble
from chassis.inbox.inbound_event import InboundEvent
from chassis.service import Service
from chassis.store.reading import read_after
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Failed, Outcome
from chassis.unit_of_work.requests import CommandRequest
from chassis.views.versions import rebuild
from contracts.envelope import Recorded
from tests.faults.simulation.bus import PARTITION_COUNT, Bus
from tests.faults.simulation.chance import Chance, Killed
from tests.faults.simulation.databases import Database
from tests.harness.inline_writer import InlineWriter

__all__ = ["PublishedPositions", "RelayProcess", "ServiceProcess", "Subscriber"]

PAGE_MAX = 4
BATCH_MAX = 3


@dataclass
class ServiceProcess:
    """A service that starts again from its database whenever it was killed."""

    model: ServiceModel
    database: Database
    clock: Clock
    sources: Mapping[str, Database] = field(default_factory=dict)
    """The databases of the services that it follows."""
    service: Service = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Start with nothing but what is in the database."""
        ground = Ground(self.database.store, self.database.vault, self.clock, CommitSignal())
        self.service = assemble(self.model, ground, self._feeds(), InlineWriter)

    def _feeds(self) -> dict[str, LogFeed]:
        return {name: LogFeed(one.store) for name, one in self.sources.items()}

    def execute(self, request: CommandRequest) -> Outcome:
        """Execute one command and give its outcome. Raises: Killed."""
        (future,) = self.service.writer.submit([request])
        return future.result()

    def catch_up(self) -> bool:
        """Read a page of every source's log; say whether there was anything."""
        return self.service.consumer.drain_once()

    def rebuild(self) -> None:
        """Rebuild every view."""
        for view in self.model.views:
            rebuild(self.database.store, view, self._feeds())


@dataclass
class PublishedPositions:
    """How far each log is published: moved by compare-and-set, and outlives the relays."""

    positions: dict[str, int] = field(default_factory=dict)

    def of(self, source: str) -> int:
        """Give the position."""
        return self.positions.get(source, 0)

    def move(self, source: str, before: int, after: int) -> bool:
        """Move it, unless another relay has; say whether it was moved."""
        if self.of(source) != before:
            return False
        self.positions[source] = after
        return True


@dataclass
class RelayProcess:
    """One of several relays of a log: reads a page, publishes it, then moves the checkpoint."""

    source: str
    database: Database
    bus: Bus
    published: PublishedPositions
    moves_early: bool = False
    """Control arm: moves the checkpoint before it publishes."""
    _page: Generator[None] | None = None

    def step(self) -> None:
        """Go on to the next call on a port. Raises: Killed."""
        self._page = self._page or self._publish_page()
        try:
            next(self._page)
        except (StopIteration, Fault):
            self._page = None
        except Killed:
            self._page = None
            raise

    def _publish_page(self) -> Generator[None]:
        before = self.published.of(self.source)
        yield
        with self.database.store.reading() as connection:
            page = read_after(connection, before, PAGE_MAX)
        if not page:
            return
        if self.moves_early:
            self.published.move(self.source, before, page[-1].position)
            failpoint("after_publish_before_checkpoint")
        for one in page:
            yield
            self.bus.publish(self.source, one)
        failpoint("after_publish_before_checkpoint")
        yield
        if not self.moves_early:
            self.published.move(self.source, before, page[-1].position)


@dataclass
class Subscriber:
    """The reader of all partitions, within the process of a service."""

    process: ServiceProcess
    bus: Bus
    chance: Chance
    acknowledges_early: bool = False
    """Control arm: acknowledges before the effects are committed."""
    catches_up: bool = True
    """Control arm: without it, it goes on with a new topic as if nothing were missing."""
    at: dict[tuple[str, int], int] = field(default_factory=dict)
    """The next offset, by source and partition."""
    generation: int = 0

    def restart(self) -> None:
        """Go on from the group's offsets, after a kill or a rebalance."""
        self.at = dict(self.bus.offsets)

    def _turn_to_new_topic(self) -> None:
        """Read the logs to their ends, then turn to the recreated topic.

        Without that, an event that was only in the deleted topic would come after a later event of
        its key from another stream.
        """
        if self.catches_up:
            while self.process.catch_up():
                pass
        self.restart()
        self.generation = self.bus.generation

    def step(self) -> None:
        """Take a few messages of one partition. Raises: Killed."""
        if self.generation != self.bus.generation:
            self._turn_to_new_topic()
        place = (
            self.chance.source.choice(self.process.model.sources),
            self.chance.source.randrange(PARTITION_COUNT),
        )
        try:
            self._take_page(place)
        except Fault:
            self.restart()

    def _take_page(self, place: tuple[str, int]) -> None:
        source, partition = place
        offset = self.at.get(place, 0)
        limit = self.chance.source.randint(1, BATCH_MAX)
        batch = self.bus.poll(source, partition, offset, limit)
        if not batch:
            return
        if self.acknowledges_early:
            self._acknowledge(place, offset + len(batch))
            self.chance.pass_moment("after acknowledging")
        self._submit(source, batch)
        failpoint("after_commit_before_acknowledge")
        self._acknowledge(place, offset + len(batch))

    def _submit(self, source: str, batch: Sequence[Recorded]) -> None:
        inbound = [InboundEvent.of(source, one) for one in batch]
        for future in self.process.service.writer.submit(inbound):
            outcome = future.result()
            if isinstance(outcome, Failed):
                raise Fault(repr(outcome.error))

    def _acknowledge(self, place: tuple[str, int], offset: int) -> None:
        self.at[place] = offset
        self.bus.commit(*place, offset, self.generation)
