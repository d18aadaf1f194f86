"""Somebody reminds a unit that has not reported in (催哨)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.decider import Meta
from chassis.errors import Forbidden, Refusal
from contracts.events.enforcement import OperationOpened, UnitChased
from contracts.ids import OperationNo, UnitCode
from services.enforcement.domain.operation.policies import (
    existing,
    local_time,
    must_not_be_there,
    open_task_named,
)
from services.enforcement.domain.operation.state import OperationState, Task

_CHASE_EVERY = timedelta(minutes=10)
"""Our default: the unit gets time to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseUnit:
    """催哨 (our default): the street, its district or the district's centre reminds a unit."""

    operation_no: OperationNo
    unit: UnitCode
    watched: UnitCode | None
    """The district that the acting unit is or whose operations centre it is; else None."""
    recused: frozenset[str]
    meta: Meta


def chase(command: ChaseUnit, state: OperationState) -> Sequence[UnitChased]:
    """Chase a unit that has not reported in, named absent or not, at most every ten minutes.

    Raises: ChaseNotYours, UnitHasNoTask, UnitOnTheSpot, ChasedJustNow, and what `open_task_named`
    raises.
    """
    found = existing(command.operation_no, state)
    _must_watch(command, found.fact)
    operation, task = open_task_named(command.unit, found)
    must_not_be_there(task)
    _must_be_a_while_ago(task, command.meta.at)
    return [
        UnitChased(
            operation_no=operation.fact.operation_no,
            case_no=operation.fact.case_no,
            round=operation.fact.round,
            unit=command.unit,
            chased_by=command.meta.by.person,
            chased_at=command.meta.at,
        )
    ]


def _must_watch(command: ChaseUnit, fact: OperationOpened) -> None:
    acting = command.meta.by.unit
    if acting not in {fact.street, fact.district} and command.watched != fact.district:
        raise ChaseNotYours(unit=acting, street=fact.street, district=fact.district)


def _must_be_a_while_ago(task: Task, now: datetime) -> None:
    if task.chased and now < (again := task.chased.chased_at + _CHASE_EVERY):
        at = local_time(task.chased.chased_at)
        raise ChasedJustNow(unit=task.owed.unit, at=at, again=local_time(again))


class ChaseNotYours(Forbidden):
    """无权催哨 (our default): units do not chase one another."""

    code = "chase_not_yours"
    zh = (
        "只有吹哨街道 {street}、{district} 及其运行管理中心可以催哨，{unit} 不能；"
        "需要催办的，请联系吹哨街道。"
    )
    en = (
        "Only the street that whistled, {street}, its district {district} and the district's "
        "operations centre chase units, not {unit}; ask the street to do it."
    )


class ChasedJustNow(Refusal):
    """催哨过于频繁 (our default): at most once in ten minutes per unit."""

    code = "chased_just_now"
    zh = "{unit} 已于 {at} 催哨，每 10 分钟最多一次；请于 {again} 后再催，紧急时请电话联系。"
    en = (
        "{unit} was chased at {at} (UTC+8), and once in ten minutes is the most; chase it again "
        "from {again} on, and telephone if it is urgent."
    )
