"""The street names a unit absent (认定未报到), and goes on without it; the district is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.enforcement import UnitNamedAbsent
from contracts.ids import OperationNo, UnitCode
from services.enforcement.domain.operation.concluding import and_its_end
from services.enforcement.domain.operation.policies import (
    existing,
    local_time,
    must_be_the_street,
    must_not_be_there,
    open_task_named,
)
from services.enforcement.domain.operation.state import OperationEvent, OperationState, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAbsent:
    """认定未报到 (街道条例 art. 44): a unit that did not come keeps nobody else waiting."""

    operation_no: OperationNo
    unit: UnitCode
    recused: frozenset[str]
    meta: Meta


def name_absent(command: NameAbsent, state: OperationState) -> Sequence[OperationEvent]:
    """Name a unit absent once its time to report in is over, also while its contest waits.

    It may still come as long as the operation is underway. A contest that is upheld later excuses
    it all the same.
    Raises: NotTheStreet, UnitHasNoTask, UnitOnTheSpot, AlreadyAbsent, AbsentTooEarly, and what
    `open_task_named` raises.
    """
    found = existing(command.operation_no, state)
    must_be_the_street(command.meta.by, found.fact)
    operation, task = open_task_named(command.unit, found)
    must_not_be_there(task)
    if task.absent:
        raise AlreadyAbsent(unit=command.unit, at=local_time(task.absent.named_at))
    if not operation.are_deadlines_lifted:
        _must_be_late(task, command.meta.at)
    absent = UnitNamedAbsent(
        operation_no=operation.fact.operation_no,
        case_no=operation.fact.case_no,
        round=operation.fact.round,
        unit=command.unit,
        named_by=command.meta.by.person,
        named_at=command.meta.at,
    )
    return and_its_end(operation, absent, command.meta.at)


def _must_be_late(task: Task, now: datetime) -> None:
    absent_from = _absent_from(task)
    if task.report_missed is None or now < absent_from:
        raise AbsentTooEarly(unit=task.owed.unit, at=local_time(absent_from))


def _absent_from(task: Task) -> datetime:
    """Give when its time is over: a unit that saw the whistle too late has as long from there."""
    report = task.owed.report
    if report.due_at <= task.seen_at:
        return task.seen_at + (report.due_at - report.started_at)
    return report.due_at


class AbsentTooEarly(Refusal):
    """未到认定时间 (our default): a unit is absent once its time to report in is over."""

    code = "absent_too_early"
    zh = "{unit} 须于 {at} 前报到，此前不能认定未报到；请先催哨，届时仍未到场的再认定。"
    en = (
        "{unit} has until {at} (UTC+8) to report in and cannot be named absent before; chase it "
        "now, and name it absent if it has not come by then."
    )


class AlreadyAbsent(Refusal):
    """已认定未报到: once is enough."""

    code = "already_absent"
    zh = "{unit} 已于 {at} 认定未报到，无需重复；如其随后到场，可直接报到。"
    en = (
        "{unit} was named absent at {at} (UTC+8) already; if it comes after all, it may still "
        "report in."
    )
