"""What operators do to held events and views, each with a reason that is written down.

Releasing tries a whole key again in order. Discarding gives up one event for good.
"""

from sqlalchemy import insert

from chassis.inbox.held import discard_held, key_of
from chassis.store.tables import operator_log
from chassis.unit_of_work.session import Session
from contracts.instant import format_instant

__all__ = ["discard", "note"]


def note(session: Session, action: str, subject: str, reason: str) -> None:
    """Write down what an operator does and why."""
    sealed = session.texts.seal(reason, "operators")
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
    discard_held(session.connection, held_id, session.now)
