"""A unit leaves before the street releases it (提前离场): the street notes it, and goes on."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.enforcement import UnitLeftEarly
from contracts.ids import OperationNo, UnitCode
from services.enforcement.domain.operation.concluding import and_its_end
from services.enforcement.domain.operation.policies import (
    existing,
    must_be_the_street,
    open_task_named,
)
from services.enforcement.domain.operation.releasing import must_not_be_released
from services.enforcement.domain.operation.state import OperationEvent, OperationState


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEarlyDeparture:
    """登记提前离场 (事不完、人不撤; art. 33: it lowers the street's rating of the unit)."""

    operation_no: OperationNo
    unit: UnitCode
    recused: frozenset[str]
    meta: Meta


def note_departure(command: NoteEarlyDeparture, state: OperationState) -> Sequence[OperationEvent]:
    """Note that a unit left that had reported in; a result that it sent before stays.

    Raises: NotTheStreet, UnitHasNoTask, UnitNotThere, AlreadyReleased, and what `open_task_named`
    raises.
    """
    found = existing(command.operation_no, state)
    must_be_the_street(command.meta.by, found.fact)
    operation, task = open_task_named(command.unit, found)
    if not task.reported:
        raise UnitNotThere(unit=command.unit)
    must_not_be_released(task)
    left = UnitLeftEarly(
        operation_no=operation.fact.operation_no,
        case_no=operation.fact.case_no,
        round=operation.fact.round,
        unit=command.unit,
        noted_by=command.meta.by.person,
        noted_at=command.meta.at,
    )
    return and_its_end(operation, left, command.meta.at)


class UnitNotThere(Refusal):
    """单位未到场: only who has reported in can leave."""

    code = "unit_not_there"
    zh = "{unit} 尚未报到，不能登记提前离场；报到时限已过的，请认定未报到。"
    en = (
        "{unit} has not reported in, so it cannot have left; once its time to report in is over, "
        "name it absent."
    )
