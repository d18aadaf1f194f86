"""The street releases the units (放行), none before it is done (事不完、人不撤)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Forbidden, Refusal
from contracts.events.enforcement import OperationConcluded, OperationOpened, UnitReleased
from contracts.ids import OperationNo, UnitCode
from services.enforcement.domain.operation.policies import existing, local_time, underway
from services.enforcement.domain.operation.state import (
    Concluded,
    OperationState,
    Task,
    Underway,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseUnit:
    """放行 (art. 16): the street that directs the operation releases a unit."""

    operation_no: OperationNo
    unit: UnitCode
    recused: frozenset[str]
    meta: Meta


def release(
    command: ReleaseUnit, state: OperationState
) -> Sequence[UnitReleased | OperationConcluded]:
    """Release a unit that has completed its task; the last release concludes the operation."""
    operation = existing(command.operation_no, state)
    _must_be_the_street(command.meta.by.unit, operation)
    _must_be_done(_task_of(command.unit, operation))
    released = _released(command, operation.fact)
    others = (task for unit, task in operation.tasks.items() if unit != command.unit)
    if not all(task.released for task in others):
        return [released]
    return [released, _concluded(command, operation.fact)]


def _must_be_the_street(acting_unit: str, operation: Underway | Concluded) -> None:
    street = operation.fact.street
    if acting_unit != street:
        raise NotTheStreet(unit=acting_unit, street=street)


def _task_of(unit: UnitCode, operation: Underway | Concluded) -> Task:
    if unit not in operation.tasks:
        units = ", ".join(operation.tasks)
        raise UnitHasNoTask(unit=unit, operation_no=operation.fact.operation_no, units=units)
    return underway(operation).tasks[unit]


def _must_be_done(task: Task) -> None:
    if task.released:
        at = local_time(task.released.released_at)
        raise AlreadyReleased(unit=task.owed.unit, at=at)
    if not task.completed:
        raise TaskNotCompleted(unit=task.owed.unit)


class NotTheStreet(Forbidden):
    """非吹哨街道 (art. 16): units act under the direction of the street that whistled."""

    code = "not_the_street"
    zh = "只有吹哨街道 {street} 可以放行，{unit} 不能；请联系该街道，放行前请留在现场。"
    en = (
        "Only the street that whistled, {street}, can release units, not {unit}; ask the street, "
        "and stay on the spot until it does."
    )


class UnitHasNoTask(Refusal):
    """该单位无任务: the unit to release was not called."""

    code = "unit_has_no_task"
    status = 404
    zh = "联合执法 {operation_no} 没有 {unit} 的任务；请从应哨单位中选择：{units}。"
    en = "{unit} has no task in operation {operation_no}; choose one of its units: {units}."


class AlreadyReleased(Refusal):
    """已放行: once is enough."""

    code = "already_released"
    zh = "{unit} 已于 {at} 放行，无需重复；请查看其余单位是否已可放行。"
    en = "{unit} was released at {at} (UTC+8) already; see whether the other units can be."


class TaskNotCompleted(Refusal):
    """任务未完成: nobody leaves before it is done (事不完、人不撤)."""

    code = "task_not_completed"
    zh = "{unit} 尚未提交处置结果，不能放行（事不完、人不撤）；请待其完成任务后再放行。"
    en = (
        "{unit} has not completed its task and cannot be released (nobody leaves before it is "
        "done); release it once it has sent its result."
    )


def _released(command: ReleaseUnit, fact: OperationOpened) -> UnitReleased:
    return UnitReleased(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        unit=command.unit,
        released_by=command.meta.by.person,
        released_at=command.meta.at,
    )


def _concluded(command: ReleaseUnit, fact: OperationOpened) -> OperationConcluded:
    return OperationConcluded(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        concluded_at=command.meta.at,
    )
