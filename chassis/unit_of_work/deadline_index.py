"""The index of open deadlines.

It commits with the append and equals what the folded states hold open.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Connection, bindparam, delete, func, select

from chassis.store.rows import add
from chassis.store.tables import deadlines
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.session import Loaded
from contracts.instant import format_instant, parse_instant

__all__ = ["deadline_id", "next_due", "reindex"]

_NAMESPACE = uuid5(NAMESPACE_URL, "whistle/deadline")

_FORGET = delete(deadlines).where(deadlines.c.stream.in_(bindparam("streams", expanding=True)))


def deadline_id(stream: str, milestone: str, round_no: int, due_at: datetime) -> UUID:
    """Name a deadline: the same for every ticker that ever notices it."""
    return uuid5(_NAMESPACE, f"{stream}|{milestone}|{round_no}|{format_instant(due_at)}")


def reindex(
    connection: Connection,
    model: ServiceModel,
    before: Mapping[str, Loaded],
    after: Mapping[str, Loaded],
    always: Iterable[str],
) -> None:
    """Bring the index in line for streams whose open deadlines changed."""
    changed = set(always)
    for stream, old in before.items():
        open_in = model.decider(stream).deadlines
        if open_in(old.state) != open_in(after[stream].state):
            changed.add(stream)
    if not changed:
        return
    connection.execute(_FORGET, {"streams": list(changed)})
    # Several parts of one state may be due at the same moment: one row stands for them all.
    rows = {
        (stream, due.milestone, due.round, format_instant(due.due_at))
        for stream in changed
        for due in model.decider(stream).deadlines(after[stream].state)
    }
    names = ("stream", "milestone", "round", "due_at")
    add(connection, deadlines, [dict(zip(names, row, strict=True)) for row in sorted(rows)])


def next_due(connection: Connection) -> datetime | None:
    """Give the earliest open deadline."""
    moment = connection.execute(select(func.min(deadlines.c.due_at))).scalar()
    return None if moment is None else parse_instant(moment)
