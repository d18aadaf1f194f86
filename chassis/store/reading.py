"""Reading a log: by stream, by position, and how far it goes."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select

from chassis.store.tables import events, head, relay
from contracts.envelope import Recorded

__all__ = ["head_position", "published_position", "read_after", "read_streams", "read_types"]

_STREAMS = (
    select(events.c.position, events.c.stream, events.c.meta, events.c.data)
    .where(events.c.stream.in_(bindparam("streams", expanding=True)))
    .order_by(events.c.stream, events.c.version)
)
_AFTER = (
    select(events.c.position, events.c.meta, events.c.data)
    .where(events.c.position > bindparam("after"))
    .order_by(events.c.position)
    .limit(bindparam("limit"))
)
_TYPES = (
    select(events.c.position, events.c.meta, events.c.data)
    .where(events.c.position > bindparam("after"), events.c.position <= bindparam("until"))
    .where(events.c.type.in_(bindparam("types", expanding=True)))
    .order_by(events.c.position)
)
_HEAD = select(head.c.position)
_PUBLISHED = select(relay.c.position)


def read_streams(connection: Connection, streams: Collection[str]) -> dict[str, list[Recorded]]:
    """Read whole streams in order of version; a stream without events gives an empty list."""
    found: dict[str, list[Recorded]] = {stream: [] for stream in streams}
    for row in connection.execute(_STREAMS, {"streams": list(streams)}):
        found[row.stream].append(Recorded(row.position, row.meta, row.data))
    return found


def read_after(connection: Connection, after: int, limit: int) -> list[Recorded]:
    """Read up to `limit` events with a position greater than `after`, in order."""
    rows = connection.execute(_AFTER, {"after": after, "limit": limit})
    return [Recorded(row.position, row.meta, row.data) for row in rows]


def read_types(
    connection: Connection, types: Collection[str], after: int, until: int
) -> list[Recorded]:
    """Read the events of some wire names between two positions, in order."""
    rows = connection.execute(_TYPES, {"types": sorted(types), "after": after, "until": until})
    return [Recorded(row.position, row.meta, row.data) for row in rows]


def head_position(connection: Connection) -> int:
    """Give the last position of the log; 0 when it is empty."""
    position: int = connection.execute(_HEAD).scalar_one()
    return position


def published_position(connection: Connection) -> int | None:
    """Give the position up to which a broker has everything; None when no relay ever ran."""
    position: int | None = connection.execute(_PUBLISHED).scalar()
    return position
