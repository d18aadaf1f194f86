"""The processes of the simulation: the product's own parts, with threads and brokers taken out.

A process takes small steps and loses everything but its database when it dies. The door, the inbox,
the writer's execution of a batch, the backstop, the ticker and the rebuilding of views are the ones
that are shipped.
"""

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from chassis.clock import Clock
from chassis.errors import Fault
from chassis.failpoints import failpoint
from chassis.feeds.consumer import Consumer
from chassis.feeds.feed import Feed
from chassis.inbox.inbox import InboundEvent
from chassis.store.reading import read_after
from chassis.ticker import Ticker
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.unit_of_work import Failed, Item, Outcome, UnitOfWork, system_actor
from chassis.unit_of_work.writer import CommitSignal, Writer
from chassis.views.versions import rebuild
from contracts.envelope import Recorded
from tests.faults.simulation.bus import PARTITION_COUNT, Bus
from tests.faults.simulation.fate import Fate, Killed
from tests.faults.simulation.ground import Ground

__all__ = ["Carrier", "Home", "InlineWriter", "Published", "Subscriber"]

PAGE_MAX = 4
BATCH_MAX = 3


class InlineWriter(Writer):
    """Executes what is submitted there and then, as one batch."""

    def submit(self, items: Sequence[Item]) -> list[Future[Outcome]]:
        """Execute."""
        futures: list[Future[Outcome]] = [Future() for _ in items]
        self._execute(list(zip(items, futures, strict=True)))
        return futures


@dataclass
class Home:
    """A service: born again from its database whenever it died."""

    model: ServiceModel
    ground: Ground
    clock: Clock
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    writer: InlineWriter = field(init=False)
    consumer: Consumer = field(init=False)
    ticker: Ticker = field(init=False)

    def __post_init__(self) -> None:
        self.be_born()

    def be_born(self) -> None:
        """Begin with nothing but what is in the database."""
        name, store = self.model.name, self.ground.store
        store.reopen()
        unit_of_work = UnitOfWork(self.model, store, self.clock, self.ground.vault)
        self.writer = InlineWriter(name, unit_of_work, CommitSignal())
        self.consumer = Consumer(name, store, self.writer, self.feeds, CommitSignal())
        self.ticker = Ticker(store, self.writer, self.clock, system_actor(name))

    def execute(self, item: Item) -> Outcome:
        """Bring one command through the unit of work and wait for the answer. Raises: Killed."""
        (future,) = self.writer.submit([item])
        return future.result()

    def rebuild(self) -> None:
        """Build every view anew."""
        for view in self.model.views:
            rebuild(self.ground.store, view, self.feeds)


@dataclass
class Published:
    """How far each log has been published; moves by compare-and-set, outlives the relays."""

    positions: dict[str, int] = field(default_factory=dict)

    def of(self, source: str) -> int:
        """Give the position."""
        return self.positions.get(source, 0)

    def move(self, source: str, before: int, after: int) -> bool:
        """Move on, if nobody else did."""
        if self.of(source) != before:
            return False
        self.positions[source] = after
        return True


@dataclass
class Carrier:
    """A relay, one of several on the same log: page, publish all, then move the checkpoint."""

    source: str
    ground: Ground
    bus: Bus
    published: Published
    early: bool = False
    """Control arm: moves the checkpoint before it publishes."""
    _life: Generator[None] | None = None

    def step(self) -> None:
        """Go on to the next port call. Raises: Killed."""
        self._life = self._life or self._carry()
        try:
            next(self._life)
        except (StopIteration, Fault):
            self._life = None
        except Killed:
            self._life = None
            raise

    def _carry(self) -> Generator[None]:
        before = self.published.of(self.source)
        yield
        with self.ground.store.reading() as connection:
            page = read_after(connection, before, PAGE_MAX)
        if not page:
            return
        if self.early:
            self.published.move(self.source, before, page[-1].position)
            failpoint("after_publish_before_checkpoint")
        for one in page:
            yield
            self.bus.publish(self.source, one)
        failpoint("after_publish_before_checkpoint")
        yield
        if not self.early:
            self.published.move(self.source, before, page[-1].position)


@dataclass
class Subscriber:
    """The reader of all partitions, within the process of a service."""

    home: Home
    bus: Bus
    fate: Fate
    early: bool = False
    """Control arm: acknowledges before the effects are committed."""
    catches_up: bool = True
    """Control arm: without it, it goes on with a new topic as if nothing were missing."""
    at: dict[tuple[str, int], int] = field(default_factory=dict)
    generation: int = 0

    def be_born(self) -> None:
        """Go on from the group's offsets, after a death or a rebalance."""
        self.at = dict(self.bus.offsets)

    def _catch_up(self) -> None:
        """Hear from the logs themselves what the old topic may have held, then turn to the new.

        Without that, what follows in another stream of the same key would come first.
        """
        if self.catches_up:
            while self.home.consumer.drain_once():
                pass
        self.be_born()
        self.generation = self.bus.generation

    def step(self) -> None:
        """Deal with a few messages of one partition. Raises: Killed."""
        if self.generation != self.bus.generation:
            self._catch_up()
        place = (
            self.fate.die.choice(self.home.model.sources),
            self.fate.die.randrange(PARTITION_COUNT),
        )
        try:
            self._deal(place)
        except Fault:
            self.be_born()

    def _deal(self, place: tuple[str, int]) -> None:
        source, partition = place
        offset = self.at.get(place, 0)
        batch = self.bus.poll(source, partition, offset, self.fate.die.randint(1, BATCH_MAX))
        if not batch:
            return
        if self.early:
            self._acknowledge(place, offset + len(batch))
            self.fate.passing("after acknowledging")
        self._bring(source, batch)
        failpoint("after_commit_before_acknowledge")
        self._acknowledge(place, offset + len(batch))

    def _bring(self, source: str, batch: Sequence[Recorded]) -> None:
        inbound_events = [InboundEvent(source, one, one.envelope) for one in batch]
        for future in self.home.writer.submit(inbound_events):
            outcome = future.result()
            if isinstance(outcome, Failed):
                raise Fault(repr(outcome.error))

    def _acknowledge(self, place: tuple[str, int], offset: int) -> None:
        self.at[place] = offset
        self.bus.commit(*place, offset, self.generation)
