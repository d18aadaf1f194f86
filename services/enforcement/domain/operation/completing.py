"""A unit on the spot completes its task and says how (处置结果); it stays until its release."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.enforcement import UnitTaskCompleted
from contracts.ids import OperationNo
from contracts.sealed import Sealed
from services.enforcement.domain.operation.policies import local_time, own_task
from services.enforcement.domain.operation.state import OperationState


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask:
    """提交处置结果 (art. 14): the acting unit gives its result to the street that leads."""

    operation_no: OperationNo
    result: Sealed
    recused: frozenset[str]
    meta: Meta


def complete(command: CompleteTask, state: OperationState) -> Sequence[UnitTaskCompleted]:
    """Complete once, and only after reporting in."""
    operation, task = own_task(command.operation_no, command.meta.by, state)
    if not task.reported:
        raise TaskNotReported(unit=task.owed.unit)
    if task.completed:
        at = local_time(task.completed.completed_at)
        raise AlreadyCompleted(unit=task.owed.unit, at=at)
    return [
        UnitTaskCompleted(
            operation_no=operation.fact.operation_no,
            case_no=operation.fact.case_no,
            round=operation.fact.round,
            unit=task.owed.unit,
            result=command.result,
            completed_by=command.meta.by.person,
            completed_at=command.meta.at,
        )
    ]


class TaskNotReported(Refusal):
    """尚未报到: a result comes from the spot, so reporting in comes first."""

    code = "task_not_reported"
    zh = "{unit} 尚未报到，不能提交处置结果；请先到现场报到，再提交。"
    en = "{unit} has not reported in; report in on the spot first, then send the result."


class AlreadyCompleted(Refusal):
    """已提交处置结果: once is enough."""

    code = "already_completed"
    zh = "{unit} 已于 {at} 提交处置结果，无需重复；未经街道放行请留在现场。"
    en = (
        "{unit} sent its result at {at} (UTC+8) already; stay on the spot until the street "
        "releases it."
    )
