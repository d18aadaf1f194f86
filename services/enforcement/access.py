"""Who may do and see what in enforcement: roles, and what concerns the reader's own unit."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy import Connection

from chassis.errors import Forbidden
from chassis.http.identity import Role, allow
from contracts.envelope import Actor
from contracts.ids import UnitCode
from services.enforcement.domain.operation.policies import must_not_be_recused
from services.enforcement.domain.operation.state import Concluded, Underway
from services.enforcement.views.cases import recused_from

UNIT_ROLES: frozenset[Role] = frozenset({"officer", "leader"})
"""These act for their own unit, and see what concerns it; the other readers see everything."""

Reader = Annotated[Actor, Depends(allow(*UNIT_ROLES, "auditor", "operator", "service"))]


class OperationNotYours(Forbidden):
    """联合执法不可见: the unit neither whistled nor was called."""

    code = "operation_not_yours"
    zh = "{unit} 不是联合执法 {operation_no} 的吹哨街道或应哨单位，不能查看；请联系吹哨街道。"
    en = (
        "{unit} neither whistled for operation {operation_no} nor was called to it, so it cannot "
        "see it; contact the street that whistled."
    )


class QueueNotYours(Forbidden):
    """他单位待办: a unit sees its own queue."""

    code = "queue_not_yours"
    zh = "只能查看本单位（{own}）的待办，不能查看 {unit} 的；请去掉 unit 参数后重试。"
    en = "You see the queue of your own unit ({own}), not that of {unit}; leave `unit` out."


def own_unit(actor: Actor) -> UnitCode | None:
    """Give the unit whose operations a reader sees; None for one who sees everything."""
    return UnitCode(actor.unit) if actor.role in UNIT_ROLES else None


def queue_of(actor: Actor, unit: UnitCode | None) -> UnitCode | None:
    """Give the unit whose queue is read; None for that of every unit. Raises: QueueNotYours."""
    own = own_unit(actor)
    if own is None:
        return unit
    if unit not in {None, own}:
        raise QueueNotYours(own=own, unit=unit)
    return own


def must_see(connection: Connection, actor: Actor, operation: Underway | Concluded) -> None:
    """Allow the units called, the street that whistled, and who sees everything, but no recused.

    Raises: OperationNotYours, OfficerRecused.
    """
    own, fact = own_unit(actor), operation.fact
    must_not_be_recused(actor, recused_from(connection, fact.case_no), fact)
    if own is not None and own != fact.street and own not in operation.tasks:
        raise OperationNotYours(unit=own, operation_no=fact.operation_no)
