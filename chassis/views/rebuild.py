"""Rebuilds a view beside the one in use, and swaps it in.

The logs are read page by page while the service goes on. What remains at the end, and the swap,
are one exclusive task of the writer: nothing is appended and nothing is dealt with meanwhile, so
the new view is at exactly the event where the old one stood. The task reads no feed: it applies
what was fetched before, and when that is not enough it ends without effect and is submitted again.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select

from chassis.errors import Fault, FeedGap
from chassis.failpoints import failpoint
from chassis.feeds.feed import Feed
from chassis.heartbeat import Monotonic
from chassis.inbox.checkpoint import Checkpoint, read_checkpoint
from chassis.inbox.held import discarded
from chassis.store.port import Staging, Store
from chassis.store.reading import head_position, read_types
from chassis.store.tables import held
from chassis.unit_of_work.definition import View
from contracts.envelope import Recorded
from contracts.event import parse_event

__all__ = [
    "PAGE",
    "Cancelled",
    "Dealt",
    "Progress",
    "RunAlone",
    "ViewRebuild",
    "run_without_writer",
]

PAGE = 1_000
"""As much as a feed gives over HTTP at once."""

RunAlone = Callable[[Callable[[Connection], None]], None]
"""Runs something in one transaction, while nothing else is written."""


class Cancelled(Fault):
    """The process ends; the view in use stays, and the rebuild can be started again."""


def run_without_writer(store: Store) -> RunAlone:
    """Run it directly where no writer runs: at the start, and in tests."""

    def run_alone(run: Callable[[Connection], None]) -> None:
        with store.writing() as connection:
            run(connection)

    return run_alone


@dataclass
class Progress:
    """How far a rebuild is: written by its thread, read by any."""

    monotonic: Monotonic = time.monotonic
    positions: dict[str, int] = field(default_factory=dict)
    """Per log: read up to here."""
    heads: dict[str, int] = field(default_factory=dict)
    """Per log: to be read up to here, as last seen."""
    event_count: int = 0
    cancelled: threading.Event = field(default_factory=threading.Event)
    last_progress: float = field(init=False)
    """When it last moved, on the monotonic clock."""

    def __post_init__(self) -> None:
        self.last_progress = self.monotonic()

    def move(self, log: str, position: int, event_count: int) -> None:
        """Note a page. Raises: Cancelled."""
        self.positions[log] = position
        self.event_count += event_count
        self.live()

    def live(self) -> None:
        """Note that it goes on. Raises: Cancelled when the rebuild was stopped."""
        self.last_progress = self.monotonic()
        if self.cancelled.is_set():
            raise Cancelled("the rebuild was stopped; the view in use is unchanged, start it again")


_HELD = select(held.c.position).where(held.c.source == bindparam("source"))


@dataclass(frozen=True, slots=True)
class Dealt:
    """What the inbox has dealt with of one source, at one moment.

    Only ever grows, but for what is held: that is dealt with, or discarded, at some later moment.
    """

    checkpoint: Checkpoint | None
    held: frozenset[int]
    """Positions."""
    discarded: frozenset[tuple[str, int]]
    """Streams and versions."""

    @classmethod
    def now(cls, connection: Connection, source: str) -> "Dealt":
        """Read it."""
        return cls(
            read_checkpoint(connection, source),
            frozenset(connection.execute(_HELD, {"source": source}).scalars()),
            frozenset(discarded(connection, source)),
        )

    @property
    def until(self) -> int:
        """Everything up to here was dealt with."""
        return self.checkpoint.position if self.checkpoint else 0

    @property
    def last(self) -> int:
        """The highest position that was dealt with."""
        return self.checkpoint.last if self.checkpoint else 0

    def waits(self, position: int) -> bool:
        """Say whether an event is not dealt with yet."""
        return position in self.held or not (self.checkpoint and self.checkpoint.has(position))

    def shows(self, recorded: Recorded) -> bool:
        """Say whether a view shows an event that does not wait."""
        if not self.discarded:
            return True
        envelope = recorded.envelope
        return (envelope.stream, envelope.version) not in self.discarded


@dataclass
class _Source:
    """Another service's log on its way into the view."""

    name: str
    feed: Feed
    after: int = 0
    """Fetched up to here."""
    waiting: dict[int, Recorded] = field(default_factory=dict)
    """Fetched and not dealt with when last looked at."""

    def due(self, dealt: Dealt) -> list[Recorded]:
        """Take what waited and has been dealt with since, in order."""
        ready = sorted(position for position in self.waiting if not dealt.waits(position))
        return [one for one in map(self.waiting.pop, ready) if dealt.shows(one)]


class ViewRebuild:
    """One view being built, once."""

    def __init__(
        self, store: Store, view: View, feeds: Mapping[str, Feed], progress: Progress
    ) -> None:
        self._store = store
        self._view = view
        self._after = 0
        self._sources = [
            _Source(name, feed) for name, feed in feeds.items() if _reads_from(view, name)
        ]
        self._progress = progress
        self._fetched_ahead = 0
        self._left_max = PAGE
        self._is_swapped = False

    def run(self, run_alone: RunAlone, finish: Callable[[Connection], None]) -> int:
        """Build and switch; `finish` is what commits with the switch. Gives the events read.

        Raises: Cancelled, FeedGap, Fault, and database errors; the view in use stays as it was.
        """
        with self._store.staging() as staging:
            with staging.writing() as connection:
                self._view.tables.create_all(connection)
            self._catch_up(staging)
            staging.load_bulk(self._view.tables, self._progress.live)
            while not self._is_swapped:
                self._catch_up(staging)
                run_alone(lambda connection: self._swap(staging, connection, finish))
                # More is allowed each time, so that this ends under any load.
                self._fetched_ahead = max(PAGE, self._fetched_ahead * 2)
                self._left_max *= 2
        return self._progress.event_count

    def _catch_up(self, staging: Staging) -> None:
        self._follow_own(staging)
        for source in self._sources:
            with self._store.reading() as connection:
                dealt = Dealt.now(connection, source.name)
            self._follow(staging, source, dealt)
            self._fetch_ahead(source, dealt)

    def _follow_own(self, staging: Staging) -> None:
        """Apply the own log, which the database itself searches for what the view reads."""
        with self._store.reading() as connection:
            head = head_position(connection)
        self._progress.heads["own"] = head
        while self._after < head:
            until = min(self._after + PAGE, head)
            with self._store.reading() as connection:
                page = read_types(connection, self._view.reads, self._after, until)
            with staging.writing() as connection:
                self._apply(connection, page)
            passed, self._after = until - self._after, until
            self._progress.move("own", until, passed)

    def _follow(self, staging: Staging, source: _Source, dealt: Dealt) -> None:
        """Apply what has been dealt with.

        What waited comes first: an event behind another of its key is dealt with after it, and so
        is never seen as done before what it stood behind.
        """
        self._progress.heads[source.name] = dealt.until
        with staging.writing() as connection:
            self._apply(connection, source.due(dealt))
        for page in _pages(source.feed, source.after, dealt.until):
            source.waiting.update(self._read_by_view(page))
            with staging.writing() as connection:
                self._apply(connection, source.due(dealt))
            source.after = page[-1].position
            self._progress.move(source.name, source.after, len(page))

    def _fetch_ahead(self, source: _Source, dealt: Dealt) -> None:
        """Have at hand what was dealt with out of order, and what may be before the turn comes."""
        until = max(source.after, dealt.last) + self._fetched_ahead
        while source.after < until:
            page = source.feed.read(source.after, min(PAGE, until - source.after))
            if not page:
                return
            source.waiting.update(self._read_by_view(page))
            source.after = page[-1].position
            self._progress.move(source.name, source.after, len(page))

    def _read_by_view(self, page: Sequence[Recorded]) -> dict[int, Recorded]:
        reads = self._view.reads
        return {one.position: one for one in page if one.type in reads}

    def _swap(
        self, staging: Staging, connection: Connection, finish: Callable[[Connection], None]
    ) -> None:
        """Do what is left and switch, if what is left is at hand and not much."""
        dealt = [(source, Dealt.now(connection, source.name)) for source in self._sources]
        head = head_position(connection)
        left = head - self._after
        if left > self._left_max or any(now.last > source.after for source, now in dealt):
            return
        with staging.writing() as beside:
            if left:
                rest = read_types(connection, self._view.reads, self._after, head)
                self._apply(beside, rest)
                self._after = head
                self._progress.event_count += left
            for source, now in dealt:
                self._apply(beside, source.due(now))
        staging.swap_in(connection, self._view.tables)
        finish(connection)
        failpoint("before_view_switch")
        self._is_swapped = True

    def _apply(self, connection: Connection, page: Sequence[Recorded]) -> None:
        for recorded in page:
            self._view.project(connection, parse_event(recorded.type, recorded.data))


def _reads_from(view: View, source: str) -> bool:
    """Say whether a view reads anything of a source: wire names begin with their service."""
    return any(wire.startswith(f"{source}.") for wire in view.reads)


def _pages(feed: Feed, after: int, until: int) -> Iterator[list[Recorded]]:
    while after < until:
        page = feed.read(after, min(PAGE, until - after))
        if not page:
            raise FeedGap(f"the feed ends at {after}, {until} had been dealt with")
        yield page
        after = page[-1].position
