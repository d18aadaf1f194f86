"""Who may do and see what in enforcement: roles, and what concerns the reader's own unit."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy import Connection

from chassis.errors import Forbidden
from chassis.http.identity import Role, allow
from contracts.catalogue import CatalogueVersion
from contracts.envelope import Actor
from contracts.ids import UnitCode
from services.enforcement.domain.operation.policies import must_not_be_recused
from services.enforcement.domain.operation.state import Begun
from services.enforcement.views.cases import recused_from
from services.enforcement.views.sight import Sight

UNIT_ROLES: frozenset[Role] = frozenset({"officer", "leader", "director"})
"""These act for their own unit, and see what concerns it; the other readers see everything."""

Reader = Annotated[Actor, Depends(allow(*UNIT_ROLES, "auditor", "operator", "service"))]


class OperationNotYours(Forbidden):
    """联合执法不可见: the unit neither whistled nor was called, and does not watch the district."""

    code = "operation_not_yours"
    zh = (
        "{unit} 不是联合执法 {operation_no} 的吹哨街道、应哨单位或所在区，不能查看；"
        "请联系吹哨街道。"
    )
    en = (
        "{unit} neither whistled for operation {operation_no} nor was called to it, and it is not "
        "of its district, so it cannot see it; contact the street that whistled."
    )


class QueueNotYours(Forbidden):
    """他单位待办: a unit sees its own queue."""

    code = "queue_not_yours"
    zh = "只能查看本单位（{own}）的待办，不能查看 {unit} 的；请去掉 unit 参数后重试。"
    en = "You see the queue of your own unit ({own}), not that of {unit}; leave `unit` out."


def watched_by(unit: str, version: CatalogueVersion) -> UnitCode | None:
    """Give the district that a unit is or is the operations centre of; None for any other."""
    for row in version.unit_rows:
        if row.code == unit and row.kind in {"district", "centre"}:
            return UnitCode(row.code if row.kind == "district" else row.parent)
    return None


def sight_of(actor: Actor, version: CatalogueVersion) -> Sight | None:
    """Give what a reader sees; None for one who sees everything."""
    if actor.role not in UNIT_ROLES:
        return None
    return Sight(UnitCode(actor.unit), watched_by(actor.unit, version))


def must_see_queue(sight: Sight | None, unit: UnitCode | None) -> None:
    """Allow the queue of the own unit, and of any to who watches a district.

    Raises: QueueNotYours.
    """
    if sight and not sight.watched and unit not in {None, sight.unit}:
        raise QueueNotYours(own=sight.unit, unit=unit)


def must_see(connection: Connection, actor: Actor, sight: Sight | None, operation: Begun) -> None:
    """Allow the units called, the street that whistled, its district, and who sees everything.

    Raises: OperationNotYours, OfficerRecused.
    """
    fact = operation.fact
    must_not_be_recused(actor, recused_from(connection, fact.case_no), fact)
    concerned = {*operation.tasks, fact.street, fact.district}
    if sight and concerned.isdisjoint({sight.unit, sight.watched}):
        raise OperationNotYours(unit=sight.unit, operation_no=fact.operation_no)
