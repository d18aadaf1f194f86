"""The list of what operators did, for auditors and for themselves; the reasons stay sealed."""

from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy import Connection, select

from chassis.store.tables import operator_log
from chassis.views.keyset import Page, page

__all__ = ["ActionFilter", "OperatorAction", "list_actions"]

_SHOWN = ("id", "action", "subject", "person", "acted_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFilter:
    """What the list may be narrowed to; None means all."""

    person: str | None = None
    action: str | None = None


class OperatorAction(BaseModel):
    """What an operator did, to what, and when."""

    id: int
    action: str
    subject: str
    """What it was done to, such as `view/cases`; never a person."""
    person: str
    acted_at: str


def list_actions(
    connection: Connection, wanted: ActionFilter, after: str | None, limit: int
) -> Page[OperatorAction]:
    """List actions in the order in which they were done. Raises: CursorUnreadable."""
    query = select(*(operator_log.c[name] for name in _SHOWN))
    for column in ("person", "action"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(operator_log.c[column] == value)
    order = (operator_log.c.id,)
    return page(
        connection,
        query,
        order,
        after,
        limit,
        lambda row: OperatorAction.model_validate(row._asdict()),
    )
