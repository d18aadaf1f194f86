"""What one command sees and may do while it is being decided.

A session sees the log as it stands plus what earlier commands of the same batch will append. What
it does itself is kept apart until it succeeds, so that a refusal leaves nothing behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid5

from sqlalchemy import Connection

from chassis.decider import Aggregates, Meta, decider_of
from chassis.errors import Stale, Unknown
from chassis.store.reading import read_streams
from chassis.unit_of_work.names import Names
from chassis.unit_of_work.texts import Texts
from chassis.unit_of_work.transaction import Transaction
from chassis.unit_of_work.work import Loaded, Origin, Pending, fold
from contracts.envelope import Actor
from contracts.event import Event, ordering_key

__all__ = ["Session"]


@dataclass(slots=True)
class Session:
    """The world as one command sees it."""

    origin: Origin
    now: datetime
    aggregates: Aggregates
    transaction: Transaction
    names: Names
    texts: Texts
    _folded: dict[str, Loaded]
    """Shared by the batch; only read here."""
    changed: dict[str, Loaded] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)
    reindexed: set[str] = field(default_factory=set)
    """Streams whose row in the index of deadlines is taken from their state again."""
    answer: str = ""
    """The stream that the reply speaks of: the first commanded, or what `reply_with` names."""

    @property
    def actor(self) -> Actor:
        """Who is acting."""
        return self.origin.actor

    @property
    def meta(self) -> Meta:
        """Who commands, and when."""
        return Meta(self.origin.actor, self.now)

    @property
    def connection(self) -> Connection:
        """The transaction's connection, for writing."""
        return self.transaction.writing

    def state(self, stream: str) -> Any:  # noqa: ANN401  # each aggregate has its own state
        """Give the current state of a stream, its initial state if it does not exist."""
        return self.load(stream).state

    def require(self, stream: str, missing: Unknown) -> Any:  # noqa: ANN401  # as above
        """Give the current state of a stream that exists. Raises: `missing`."""
        loaded = self.load(stream)
        if not loaded.version:
            missing.stream = stream
            raise missing
        return loaded.state

    def load(self, stream: str) -> Loaded:
        """Give a stream with its version."""
        loaded = self.changed.get(stream) or self._folded.get(stream)
        if loaded is None:
            recorded = read_streams(self.transaction.reading, [stream])[stream]
            loaded = self._folded[stream] = fold(self.aggregates, stream, recorded)
        return loaded

    def execute(self, command: object, *streams: str) -> None:
        """Let the aggregate of every named stream decide; all agree or nothing happens.

        Deadlines that have passed are recorded as missed before the command is looked at.
        Raises: Refusal.
        """
        for stream in streams:
            self.answer = self.answer or stream
            self.record_missed(stream)
            try:
                events = decider_of(self.aggregates, stream).decide(command, self.state(stream))
            except Unknown as unknown:
                unknown.stream = stream
                raise
            self._stage(stream, events)

    def record_missed(self, stream: str) -> None:
        """Record the deadlines of a stream that have passed and are not recorded yet."""
        decider = decider_of(self.aggregates, stream)
        self._stage(stream, decider.missed(self.state(stream), self.now))

    def tick(self, stream: str) -> None:
        """Record missed deadlines, and write the stream's index of deadlines from its state."""
        self.record_missed(stream)
        self.reindexed.add(stream)

    def expect(self, stream: str, version: int) -> None:
        """Check that a stream is at the version the caller saw. Raises: Stale."""
        actual = self.load(stream).version
        if actual != version:
            raise Stale(expected=version, actual=actual)

    def reply_with(self, stream: str) -> None:
        """Answer about a stream although nothing was commanded on it."""
        self.answer = stream

    def _stage(self, stream: str, events: Sequence[Event]) -> None:
        decider = decider_of(self.aggregates, stream)
        for event in events:
            before = self.load(stream)
            after = replace(
                before,
                state=decider.evolve(before.state, event),
                version=before.version + 1,
                key=before.key or ordering_key(event, stream),
            )
            event_id = uuid5(self.origin.command_id, str(len(self.pending)))
            self.changed[stream] = after
            self.pending.append(
                Pending(event, event_id, stream, after.version, after.key, self.origin)
            )
