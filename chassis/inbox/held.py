"""Events that cannot be dealt with yet, each in its place among those of its key.

`waiting` for a stream that has to exist first, `upgrade` for a release that knows the version,
`parked` for an operator, `behind` for an earlier event of the key that is held.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, tuple_, update

from chassis.errors import Unknown
from chassis.inbox.inbound_event import InboundEvent
from chassis.store.rows import upsert
from chassis.store.tables import events, held, refusals
from contracts.envelope import Recorded
from contracts.instant import format_instant

__all__ = [
    "HeldEvent",
    "HeldUnknown",
    "HoldKind",
    "count_held",
    "discard_held",
    "discarded",
    "holds_any",
    "key_of",
    "list_held",
    "ready_to_release",
]

HoldKind = Literal["waiting", "upgrade", "parked", "behind"]

_DISCARDED = "discarded"
"""Stands in the place of a refusal's code when an operator gave an event up."""

_KEY = tuple_(held.c.source, held.c.key)
_ANY = select(held.c.id).limit(1)
_EARLIEST = select(func.min(held.c.id)).group_by(held.c.source, held.c.key)
_BEGUN = select(events.c.position).where(events.c.stream == held.c.wants, events.c.version == 1)
_READY = select(held.c.source, held.c.key, held.c.kind, held.c.reason).where(
    held.c.id.in_(_EARLIEST),
    or_(
        held.c.kind == "behind",
        and_(held.c.kind == "waiting", _BEGUN.exists()),
        held.c.kind == "upgrade",
    ),
)
_WHOLE_KEYS = select(held).where(_KEY.in_(bindparam("keys", expanding=True))).order_by(held.c.id)


class HeldUnknown(Unknown):
    """There is no held event of that number."""

    code = "held_event_unknown"
    zh = "没有编号为 {held_id} 的滞留事件；可能已处理，请刷新列表。"
    en = "There is no held event {held_id}; it may have been dealt with, list them again."


class HeldEvent(BaseModel):
    """A held event as an operator sees it; `event` is its canonical JSON, without texts."""

    id: int
    source: str
    key: str
    kind: HoldKind
    wants: str
    """The stream that has to exist first; empty unless it is waiting."""
    reason: str
    held_at: str
    type: str
    stream: str
    version: int
    position: int
    event: str


def list_held(connection: Connection) -> list[HeldEvent]:
    """List held events, oldest first."""
    return [
        HeldEvent(
            id=row.id,
            source=row.source,
            key=row.key,
            kind=row.kind,
            wants=row.wants,
            reason=row.reason,
            held_at=row.held_at,
            type=(envelope := Recorded(row.position, row.meta, row.data).envelope).type,
            stream=envelope.stream,
            version=envelope.version,
            position=row.position,
            event=row.data.decode(),
        )
        for row in connection.execute(select(held).order_by(held.c.id))
    ]


def count_held(connection: Connection) -> dict[str, int]:
    """Count held events by kind."""
    rows = connection.execute(select(held.c.kind, func.count()).group_by(held.c.kind))
    return {row[0]: row[1] for row in rows}


def holds_any(connection: Connection) -> bool:
    """Say whether any event is held."""
    return connection.execute(_ANY).first() is not None


def key_of(connection: Connection, held_id: int) -> tuple[str, str]:
    """Give the source and key of a held event. Raises: HeldUnknown."""
    row = connection.execute(select(held.c.source, held.c.key).where(held.c.id == held_id)).first()
    if row is None:
        raise HeldUnknown(held_id=held_id)
    return row.source, row.key


def ready_to_release(
    connection: Connection, known: Collection[str], keys: Iterable[tuple[str, str]] = ()
) -> list[InboundEvent]:
    """Give held events that may be tried again, in order.

    Those are whole keys: the ones named, and every key whose first event waits for nothing any
    more. `known` are the wire names that this release reads.
    """
    ready = connection.execute(_READY)
    found = set(keys).union(
        (row.source, row.key) for row in ready if row.kind != "upgrade" or row.reason in known
    )
    if not found:
        return []
    return [
        InboundEvent.of(row.source, Recorded(row.position, row.meta, row.data), row.id)
        for row in connection.execute(_WHOLE_KEYS, {"keys": list(found)})
    ]


def discard_held(connection: Connection, held_id: int, now: datetime) -> None:
    """Give up a held event for good; what stood behind it may go on. Raises: HeldUnknown.

    It is recorded as discarded, for the views that will be rebuilt.
    """
    row = connection.execute(select(held).where(held.c.id == held_id)).first()
    if row is None:
        raise HeldUnknown(held_id=held_id)
    envelope = Recorded(row.position, row.meta, row.data).envelope
    refusal = {
        "source": row.source,
        "stream": envelope.stream,
        "version": envelope.version,
        "code": _DISCARDED,
        "refused_at": format_instant(now),
    }
    upsert(connection, refusals, [refusal])
    connection.execute(delete(held).where(held.c.id == held_id))
    rest = select(func.min(held.c.id)).where(held.c.source == row.source, held.c.key == row.key)
    following = connection.execute(rest).scalar()
    if following is not None:
        connection.execute(update(held).where(held.c.id == following).values(kind="behind"))


def discarded(connection: Connection, source: str) -> set[tuple[str, int]]:
    """Give (stream, version) of every event of a source that was discarded."""
    query = select(refusals.c.stream, refusals.c.version).where(
        refusals.c.source == source, refusals.c.code == _DISCARDED
    )
    return {(row.stream, row.version) for row in connection.execute(query)}
