"""Held events in an operator's hands: look, release, discard with a reason.

Releasing tries a whole key again in order. Discarding gives up one event for good, which is why
it asks for a reason and is written down together with who did it.
"""

from sqlalchemy import Connection, delete, func, insert, select

from chassis.errors import Unknown
from chassis.inbox.inbox import give_up
from chassis.store.rows import put
from chassis.store.tables import held, operator_log
from chassis.unit_of_work.session import Session
from contracts.envelope import Recorded
from contracts.instant import format_instant

__all__ = ["HeldUnknown", "count_held", "discard", "key_of", "list_held"]


class HeldUnknown(Unknown):
    """There is no held event of that number."""

    code = "held_event_unknown"
    zh = "没有编号为 {held_id} 的滞留事件；可能已处理，请刷新列表。"
    en = "There is no held event {held_id}; it may have been dealt with, list them again."


def list_held(connection: Connection) -> list[dict[str, object]]:
    """List held events, oldest first, without what they say."""
    return [
        {
            "id": row.id,
            "source": row.source,
            "key": row.key,
            "kind": row.kind,
            "wants": row.wants,
            "reason": row.reason,
            "held_at": row.held_at,
            "type": (envelope := Recorded(row.position, row.meta, row.data).envelope).type,
            "stream": envelope.stream,
            "version": envelope.version,
            "position": row.position,
            "event": row.data.decode(),
        }
        for row in connection.execute(select(held).order_by(held.c.id))
    ]


def count_held(connection: Connection) -> dict[str, int]:
    """Count held events by kind."""
    rows = connection.execute(select(held.c.kind, func.count()).group_by(held.c.kind))
    return {row[0]: row[1] for row in rows}


def key_of(connection: Connection, held_id: int) -> tuple[str, str]:
    """Give the source and key of a held event. Raises: HeldUnknown."""
    row = connection.execute(select(held.c.source, held.c.key).where(held.c.id == held_id)).first()
    if row is None:
        raise HeldUnknown(held_id=held_id)
    return row.source, row.key


def note(session: Session, action: str, subject: str, reason: str) -> None:
    """Write down what an operator does and why."""
    sealed = session.seal(reason, "operators")
    session.connection.execute(
        insert(operator_log).values(
            action=action,
            subject=subject,
            reason=str(sealed.ref),
            person=session.actor.person,
            acted_at=format_instant(session.now),
        )
    )


def discard(session: Session, held_id: int, reason: str) -> None:
    """Give up one held event. Raises: HeldUnknown."""
    source, key = key_of(session.connection, held_id)
    note(session, "discard", f"{source}/{key}/{held_id}", reason)
    give_up(session.connection, held_id, session.now)
    session.connection.execute(delete(held).where(held.c.id == held_id))
    rest = select(func.min(held.c.id)).where(held.c.source == source, held.c.key == key)
    following = session.connection.execute(rest).scalar()
    if following is not None:
        put(session.connection, held, {"id": following}, kind="behind")
