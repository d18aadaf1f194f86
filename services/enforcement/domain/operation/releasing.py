"""The street releases the units (放行), none before it is done (事不完、人不撤)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.enforcement import UnitReleased
from contracts.ids import OperationNo, UnitCode
from services.enforcement.domain.operation.concluding import and_its_end
from services.enforcement.domain.operation.policies import (
    existing,
    local_time,
    must_be_the_street,
    open_task_named,
)
from services.enforcement.domain.operation.state import OperationEvent, OperationState, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseUnit:
    """放行 (art. 16): the street that directs the operation releases a unit."""

    operation_no: OperationNo
    unit: UnitCode
    recused: frozenset[str]
    meta: Meta


def release(command: ReleaseUnit, state: OperationState) -> Sequence[OperationEvent]:
    """Release a unit that has completed its task, and with the last one end the operation."""
    found = existing(command.operation_no, state)
    must_be_the_street(command.meta.by, found.fact)
    operation, task = open_task_named(command.unit, found)
    must_not_be_released(task)
    if not task.completed:
        raise TaskNotCompleted(unit=command.unit)
    released = UnitReleased(
        operation_no=operation.fact.operation_no,
        case_no=operation.fact.case_no,
        round=operation.fact.round,
        unit=command.unit,
        released_by=command.meta.by.person,
        released_at=command.meta.at,
    )
    return and_its_end(operation, released, command.meta.at)


def must_not_be_released(task: Task) -> None:
    """Ask for a unit that the street has not released. Raises: AlreadyReleased."""
    if task.released:
        at = local_time(task.released.released_at)
        raise AlreadyReleased(unit=task.owed.unit, at=at)


class AlreadyReleased(Refusal):
    """已放行: once is enough."""

    code = "already_released"
    zh = "{unit} 已于 {at} 放行，无需重复；请查看其余单位是否已可放行。"
    en = "{unit} was released at {at} (UTC+8) already; see whether the other units can be."


class TaskNotCompleted(Refusal):
    """任务未完成: nobody leaves before it is done (事不完、人不撤)."""

    code = "task_not_completed"
    zh = (
        "{unit} 尚未提交处置结果，不能放行（事不完、人不撤）；请待其完成任务后再放行。"
        "一直未到场的可认定未报到，擅自离开的可登记提前离场。"
    )
    en = (
        "{unit} has not completed its task and cannot be released (nobody leaves before it is "
        "done); release it once it has sent its result. If it never came, name it absent; if it "
        "went away, note that it left early."
    )
