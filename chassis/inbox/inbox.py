"""Foreign events arriving: each has its effect exactly once, in order per stream, whatever happens.

An inbound ends done, refused, waiting, parked, or behind another event of its key that waits or is
parked. Dedupe is by stream version, which holds for every transport and any order of streams; the
ledger (`chassis.inbox.checkpoint`) only says where to go on reading, and what is still to come.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from sqlalchemy import Connection, bindparam, delete, func, insert, select, tuple_, update

from chassis.errors import EpochChanged, FeedGap, Refusal
from chassis.inbox.checkpoint import Checkpoint, read_checkpoint, read_checkpoints, write_checkpoint
from chassis.store.rows import put, replace
from chassis.store.tables import events, held, inbox, refusals
from contracts.envelope import Envelope, Recorded
from contracts.instant import format_instant

__all__ = [
    "Hold",
    "InboundEvent",
    "Inbox",
    "checkpoint_of",
    "give_up",
    "given_up",
    "holds_any",
    "reaction_id",
    "ready_to_release",
]

HoldKind = Literal["waiting", "parked", "behind"]

_DISCARDED = "discarded"
"""Stands in the place of a refusal's code when an operator gave an event up."""

_KEY = tuple_(held.c.source, held.c.key)
_SEEN = select(inbox).where(
    tuple_(inbox.c.source, inbox.c.stream).in_(bindparam("streams", expanding=True))
)
_HELD = (
    select(held.c.id, held.c.source, held.c.key)
    .where(_KEY.in_(bindparam("keys", expanding=True)))
    .order_by(held.c.id)
)
_WHOLE_KEYS = select(held).where(_KEY.in_(bindparam("keys", expanding=True))).order_by(held.c.id)
_ANY_HELD = select(held.c.id).limit(1)

_EARLIEST = select(func.min(held.c.id)).group_by(held.c.source, held.c.key)
_BEGUN = select(events.c.position).where(events.c.stream == held.c.wants, events.c.version == 1)
_READY = select(held.c.source, held.c.key).where(
    held.c.id.in_(_EARLIEST),
    (held.c.kind == "behind") | ((held.c.kind == "waiting") & _BEGUN.exists()),
)


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """An event of another service, and the held row it comes from if it was held before."""

    source: str
    recorded: Recorded
    envelope: Envelope
    held_id: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an event cannot be dealt with now."""

    kind: HoldKind
    wants: str = ""
    """The stream that has to exist first, when waiting."""
    reason: str = ""


@dataclass
class Inbox:
    """The inbox of one service within one transaction, loaded once per batch."""

    connection: Connection
    now: datetime
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    marks: dict[str, Checkpoint] = field(default_factory=dict)
    blocked: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _moved: set[str] = field(default_factory=set)

    def load(self, inbound_events: Sequence[InboundEvent]) -> None:
        """Read all that the inbound_events of a batch need to be judged by."""
        if not inbound_events:
            return
        streams = {(inbound.source, inbound.envelope.stream) for inbound in inbound_events}
        keys = {(inbound.source, inbound.envelope.key) for inbound in inbound_events}
        for row in self.connection.execute(_SEEN, {"streams": list(streams)}):
            self.versions[row.source, row.stream] = row.version
        for row in self.connection.execute(_HELD, {"keys": list(keys)}):
            self.blocked.setdefault((row.source, row.key), []).append(row.id)
        self.marks = read_checkpoints(self.connection)

    def is_new(self, inbound: InboundEvent) -> bool:
        """Say whether the event is still to be dealt with.

        Raises: FeedGap when an earlier version of its stream has not been seen, EpochChanged when
        the followed log is not the one that was followed so far.
        """
        if inbound.held_id is not None:
            return inbound.held_id in self.blocked.get(self._key(inbound), [])
        envelope = inbound.envelope
        followed = self.marks.get(inbound.source)
        if followed is not None and followed.log_id != envelope.log_id:
            raise EpochChanged(inbound.source, followed.log_id, envelope.log_id)
        last = self.versions.get((inbound.source, envelope.stream), 0)
        if envelope.version > last + 1:
            raise FeedGap(inbound.source, envelope.stream, last, envelope.version)
        return envelope.version == last + 1

    def is_blocked(self, inbound: InboundEvent) -> bool:
        """Say whether an earlier event of the same key is held."""
        ahead = self.blocked.get(self._key(inbound), [])
        return bool(ahead) and ahead[0] != inbound.held_id

    def mark(self, inbound: InboundEvent) -> None:
        """Note that an event and its position were seen.

        Raises: Fault when too much before it is missing.
        """
        if inbound.held_id is not None:
            return
        envelope, source = inbound.envelope, inbound.source
        before = self.marks.get(source) or Checkpoint(envelope.log_id)
        after = before.add(inbound.recorded.position)
        if after is not before:
            self.marks[source] = after
            self._moved.add(source)
        stream = (source, envelope.stream)
        if envelope.version > self.versions.get(stream, 0):
            self.versions[stream] = envelope.version
            self._seen.add(stream)

    def hold(self, inbound: InboundEvent, hold: Hold) -> None:
        """Keep an event for later, in its place among those of its key."""
        values = {"kind": hold.kind, "wants": hold.wants, "reason": hold.reason}
        if inbound.held_id is not None:
            self.connection.execute(update(held).where(held.c.id == inbound.held_id).values(values))
            return
        row = self.connection.execute(
            insert(held).values(
                source=inbound.source,
                key=inbound.envelope.key,
                position=inbound.recorded.position,
                held_at=format_instant(self.now),
                meta=inbound.recorded.meta,
                data=inbound.recorded.data,
                **values,
            )
        )
        key = row.inserted_primary_key
        self.blocked.setdefault(self._key(inbound), []).append(key[0] if key else 0)

    def let_go(self, inbound: InboundEvent) -> None:
        """Forget a held event that has been dealt with."""
        if inbound.held_id is not None:
            self.connection.execute(delete(held).where(held.c.id == inbound.held_id))
            self.blocked[self._key(inbound)].remove(inbound.held_id)

    def refuse(self, inbound: InboundEvent, refusal: Refusal) -> None:
        """Record a refusal that the reaction names."""
        envelope = inbound.envelope
        key = {"source": inbound.source, "stream": envelope.stream, "version": envelope.version}
        put(
            self.connection,
            refusals,
            key,
            code=refusal.code,
            refused_at=format_instant(self.now),
        )

    def flush(self) -> None:
        """Write versions and read_checkpoints."""
        replace(
            self.connection,
            inbox,
            [
                {"source": source, "stream": stream, "version": self.versions[source, stream]}
                for source, stream in sorted(self._seen)
            ],
        )
        for source in sorted(self._moved):
            write_checkpoint(self.connection, source, self.marks[source])

    def _key(self, inbound: InboundEvent) -> tuple[str, str]:
        return (inbound.source, inbound.envelope.key)


def reaction_id(envelope: Envelope, service: str) -> UUID:
    """Name a service's reaction to an event: the same one whenever it hears of it."""
    return uuid5(envelope.event_id, service)


def checkpoint_of(connection: Connection, source: str) -> int:
    """Give the position up to which all of a source was dealt with; 0 at the start."""
    ledger = read_checkpoint(connection, source)
    return ledger.position if ledger else 0


def give_up(connection: Connection, held_id: int, now: datetime) -> None:
    """Record that a held event was discarded, for the views that will be rebuilt."""
    row = connection.execute(select(held).where(held.c.id == held_id)).one()
    envelope = Recorded(row.position, row.meta, row.data).envelope
    key = {"source": row.source, "stream": envelope.stream, "version": envelope.version}
    put(connection, refusals, key, code=_DISCARDED, refused_at=format_instant(now))


def given_up(connection: Connection, source: str) -> set[tuple[str, int]]:
    """Give (stream, version) of every event of a source that was discarded."""
    query = select(refusals.c.stream, refusals.c.version).where(
        refusals.c.source == source, refusals.c.code == _DISCARDED
    )
    return {(row.stream, row.version) for row in connection.execute(query)}


def holds_any(connection: Connection) -> bool:
    """Say whether any event is held."""
    return connection.execute(_ANY_HELD).first() is not None


def ready_to_release(
    connection: Connection, keys: Iterable[tuple[str, str]] = ()
) -> list[InboundEvent]:
    """Give held events that may be tried again, in order.

    Those are whole keys: the ones named, and every key whose first event waits for a stream that
    exists by now (or, further back, lost the event that it stood behind).
    """
    found = {(row.source, row.key) for row in connection.execute(_READY)} | set(keys)
    if not found:
        return []
    return [
        InboundEvent(
            row.source,
            recorded := Recorded(row.position, row.meta, row.data),
            recorded.envelope,
            row.id,
        )
        for row in connection.execute(_WHOLE_KEYS, {"keys": list(found)})
    ]
