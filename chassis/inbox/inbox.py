"""Events of other services: each has its effect exactly once, in order per stream.

Two calls deal with an event: `admit` says whether it is new, `record` writes what became of it.
Duplicates are recognised by the version of the stream, which holds for every transport and any
order of streams; the checkpoint (`chassis.inbox.checkpoint`) only says where to go on reading, and
what is still to come.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update

from chassis.errors import EpochChanged, FeedGap, Refusal
from chassis.inbox.checkpoint import Checkpoint, read_checkpoints, write_checkpoint
from chassis.inbox.held import HoldKind
from chassis.inbox.inbound_event import InboundEvent
from chassis.inbox.verdict import (
    Admission,
    NotUnderstood,
    Parked,
    Reacted,
    RefusedBy,
    Verdict,
    WaitsBehind,
    WaitsFor,
)
from chassis.store.rows import upsert
from chassis.store.tables import held, inbox, refusals
from contracts.instant import format_instant

__all__ = ["Inbox"]

_SEEN = select(inbox).where(
    tuple_(inbox.c.source, inbox.c.stream).in_(bindparam("streams", expanding=True))
)
_HELD = (
    select(held.c.id, held.c.source, held.c.key)
    .where(tuple_(held.c.source, held.c.key).in_(bindparam("keys", expanding=True)))
    .order_by(held.c.id)
)


@dataclass
class Inbox:
    """The inbox of one service within one transaction, loaded once per batch."""

    connection: Connection
    now: datetime
    _versions: dict[tuple[str, str], int] = field(default_factory=dict)
    """Last version dealt with, by source and stream."""
    _checkpoints: dict[str, Checkpoint] = field(default_factory=dict)
    _held: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """Ids of held events, by source and key, in order."""
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _moved: set[str] = field(default_factory=set)

    def load(self, batch: Sequence[InboundEvent]) -> None:
        """Read all that the events of a batch need to be judged by."""
        if not batch:
            return
        streams = {(one.source, one.envelope.stream) for one in batch}
        for row in self.connection.execute(_SEEN, {"streams": list(streams)}):
            self._versions[row.source, row.stream] = row.version
        for row in self.connection.execute(_HELD, {"keys": list({one.key for one in batch})}):
            self._held.setdefault((row.source, row.key), []).append(row.id)
        self._checkpoints = read_checkpoints(self.connection)

    def admit(self, event: InboundEvent) -> Admission:
        """Say how an event stands.

        Raises: FeedGap when an earlier version of its stream has not been seen, EpochChanged when
        the followed log is not the one that was followed so far.
        """
        ahead = self._held.get(event.key, [])
        if event.held_id is not None:
            if event.held_id not in ahead:
                return Admission.SEEN
            return Admission.NEW if ahead[0] == event.held_id else Admission.BLOCKED
        envelope, source = event.envelope, event.source
        followed = self._checkpoints.get(source)
        if followed is not None and followed.log_id != envelope.log_id:
            raise EpochChanged(source, followed.log_id, envelope.log_id)
        last = self._versions.get((source, envelope.stream), 0)
        if envelope.version > last + 1:
            raise FeedGap(source, envelope.stream, last, envelope.version)
        if envelope.version <= last:
            return Admission.SEEN
        return Admission.BLOCKED if ahead else Admission.NEW

    def record(self, event: InboundEvent, verdict: Verdict) -> None:
        """Write what became of an event. Raises: Fault when too much before it is missing."""
        match verdict:
            case Reacted():
                self._release(event)
            case RefusedBy(refusal):
                self._count(event, refusal)
                self._release(event)
            case WaitsFor(stream, code):
                self._hold(event, "waiting", stream, code)
            case WaitsBehind():
                self._hold(event, "behind")
            case NotUnderstood(wire):
                self._hold(event, "upgrade", reason=wire)
            case Parked(reason):
                self._hold(event, "parked", reason=reason)
            case _:
                assert_never(verdict)
        self.mark_seen(event)

    def mark_seen(self, event: InboundEvent) -> None:
        """Note that an event and its position were seen.

        Raises: Fault when too much before it is missing.
        """
        if event.held_id is not None:
            return
        envelope, source = event.envelope, event.source
        before = self._checkpoints.get(source) or Checkpoint(envelope.log_id)
        after = before.add(event.recorded.position)
        if after is not before:
            self._checkpoints[source] = after
            self._moved.add(source)
        stream = (source, envelope.stream)
        if envelope.version > self._versions.get(stream, 0):
            self._versions[stream] = envelope.version
            self._seen.add(stream)

    def flush(self) -> None:
        """Write the versions and checkpoints that changed."""
        rows = [
            {"source": source, "stream": stream, "version": self._versions[source, stream]}
            for source, stream in sorted(self._seen)
        ]
        upsert(self.connection, inbox, rows)
        for source in sorted(self._moved):
            write_checkpoint(self.connection, source, self._checkpoints[source])

    def _hold(self, event: InboundEvent, kind: HoldKind, wants: str = "", reason: str = "") -> None:
        """Keep an event for later, in its place among those of its key."""
        values = {"kind": kind, "wants": wants, "reason": reason}
        if event.held_id is not None:
            self.connection.execute(update(held).where(held.c.id == event.held_id).values(values))
            return
        row = self.connection.execute(
            insert(held).values(
                source=event.source,
                key=event.envelope.key,
                position=event.recorded.position,
                held_at=format_instant(self.now),
                meta=event.recorded.meta,
                data=event.recorded.data,
                **values,
            )
        )
        key = row.inserted_primary_key
        self._held.setdefault(event.key, []).append(key[0] if key else 0)

    def _release(self, event: InboundEvent) -> None:
        """Forget a held event that has been dealt with."""
        if event.held_id is not None:
            self.connection.execute(delete(held).where(held.c.id == event.held_id))
            self._held[event.key].remove(event.held_id)

    def _count(self, event: InboundEvent, refusal: Refusal) -> None:
        envelope = event.envelope
        row = {
            "source": event.source,
            "stream": envelope.stream,
            "version": envelope.version,
            "code": refusal.code,
            "refused_at": format_instant(self.now),
        }
        upsert(self.connection, refusals, [row])
