"""Who may do and see what in feedback: by role, as no call-back belongs to a unit, and 回避."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy import Connection

from chassis.http.identity import Role, allow
from contracts.envelope import Actor
from contracts.events.feedback import CallbackScheduled
from services.feedback.domain.callback import policies
from services.feedback.views.conflicts import recused_from

VISITORS: frozenset[Role] = frozenset({"visitor"})
"""回访员: these ask the callers."""

_STAFF: tuple[Role, ...] = (
    "auditor",
    "operator",
    "director",
    "leader",
    "officer",
    "visitor",
    "agent",
    "dispatcher",
)

ReaderOfCallbacks = Annotated[
    Actor, Depends(allow(*VISITORS, "operator", "auditor", "agent", "dispatcher"))
]
Staff = Annotated[Actor, Depends(allow(*_STAFF))]
Anyone = Annotated[Actor, Depends(allow(*_STAFF, "integrator"))]


def must_not_be_recused(connection: Connection, actor: Actor, fact: CallbackScheduled) -> None:
    """Keep out who has a conflict of interest in the case. Raises: OfficerRecused."""
    policies.must_not_be_recused(actor, recused_from(connection, fact.case_no), fact)
