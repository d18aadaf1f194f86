"""Versions of enforcement's events that nobody writes any more, and what they became."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.calendar import DeadlineV1, with_warning
from contracts.event import Event, upcast
from contracts.events.enforcement.operation import (
    OperationConcluded,
    OperationOpened,
    UnitAcknowledgementMissed,
    UnitReportMissed,
    UnitTask,
)
from contracts.ids import CaseNo, OperationNo, SubjectId, UnitCode
from contracts.instant import Instant
from contracts.values import UnitRole, WhistleKind

__all__ = [
    "OperationConcludedV1",
    "OperationOpenedV1",
    "UnitAcknowledgementMissedV1",
    "UnitReportMissedV1",
]

_ONLY_DISTRICT = UnitCode("district")
"""Of the one catalogue that there was."""


class UnitTaskV1(BaseModel):
    """What one unit owes: to acknowledge and to report, each by its own deadline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: UnitCode
    role: UnitRole
    acknowledge: DeadlineV1
    report: DeadlineV1


class OperationOpenedV1(Event):
    """联合执法启动, when the clocks ran from its own beginning."""

    wire: ClassVar[str] = "enforcement.operation_opened.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    street: UnitCode
    kind: WhistleKind
    subject: SubjectId | None
    tasks: tuple[UnitTaskV1, ...]
    opened_at: Instant


@upcast(OperationOpenedV1, OperationOpened)
def _blown_when_opened(old: OperationOpenedV1) -> OperationOpened:
    tasks = tuple(
        UnitTask(
            unit=task.unit,
            role=task.role,
            acknowledge=with_warning(task.acknowledge),
            report=with_warning(task.report),
        )
        for task in old.tasks
    )
    told = {**dict(old), "tasks": tasks}
    return OperationOpened(**told, district=_ONLY_DISTRICT, blown_at=old.opened_at)


class UnitAcknowledgementMissedV1(Event):
    """签哨超时."""

    wire: ClassVar[str] = "enforcement.unit_acknowledgement_missed.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    due_at: Instant
    noticed_at: Instant


@upcast(UnitAcknowledgementMissedV1, UnitAcknowledgementMissed)
def _counted_acknowledgement(old: UnitAcknowledgementMissedV1) -> UnitAcknowledgementMissed:
    return UnitAcknowledgementMissed(**dict(old), counts=True)


class UnitReportMissedV1(Event):
    """未按时报到."""

    wire: ClassVar[str] = "enforcement.unit_report_missed.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    due_at: Instant
    noticed_at: Instant


@upcast(UnitReportMissedV1, UnitReportMissed)
def _counted_report(old: UnitReportMissedV1) -> UnitReportMissed:
    return UnitReportMissed(**dict(old), counts=True)


class OperationConcludedV1(Event):
    """联合执法完结, when nobody said of which units."""

    wire: ClassVar[str] = "enforcement.operation_concluded.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    concluded_at: Instant


@upcast(OperationConcludedV1, OperationConcluded)
def _of_all_units(old: OperationConcludedV1) -> OperationConcluded:
    return OperationConcluded(**dict(old), units=())
