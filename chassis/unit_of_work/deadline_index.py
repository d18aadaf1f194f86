"""The index of open deadlines.

It commits with the append and equals what the folded states hold open.
"""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Connection, bindparam, delete, func, select

from chassis.decider import Aggregates, decider_of
from chassis.store.rows import add
from chassis.store.tables import deadlines
from chassis.unit_of_work.batch import Batch
from contracts.instant import format_instant, parse_instant

__all__ = ["deadline_id", "next_due", "reindex"]

_NAMESPACE = uuid5(NAMESPACE_URL, "whistle/deadline")
_COLUMNS = ("stream", "milestone", "round", "due_at")
_FORGET = delete(deadlines).where(deadlines.c.stream.in_(bindparam("streams", expanding=True)))


def deadline_id(stream: str, milestone: str, round_no: int, due_at: datetime) -> UUID:
    """Name a deadline: the same for every ticker that ever notices it."""
    return uuid5(_NAMESPACE, f"{stream}|{milestone}|{round_no}|{format_instant(due_at)}")


def reindex(batch: Batch, aggregates: Aggregates) -> None:
    """Write the index for the streams of a batch whose open deadlines changed."""
    changed = set(batch.reindexed)
    for stream, before in batch.before.items():
        open_in = decider_of(aggregates, stream).deadlines
        if open_in(before.state) != open_in(batch.folded[stream].state):
            changed.add(stream)
    if not changed:
        return
    batch.connection.execute(_FORGET, {"streams": list(changed)})
    # Several parts of one state may be due at the same moment: one row stands for them all.
    rows = {
        (stream, due.milestone, due.round, format_instant(due.due_at))
        for stream in changed
        for due in decider_of(aggregates, stream).deadlines(batch.folded[stream].state)
    }
    dicts = [dict(zip(_COLUMNS, row, strict=True)) for row in sorted(rows)]
    add(batch.connection, deadlines, dicts)


def next_due(connection: Connection) -> datetime | None:
    """Give the earliest open deadline; None when there is none."""
    moment = connection.execute(select(func.min(deadlines.c.due_at))).scalar()
    return None if moment is None else parse_instant(moment)
