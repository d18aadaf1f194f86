"""A joint operation (联合执法): the units' side of a whistle, until the street releases them."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.ids import CaseNo, OperationNo, SubjectId, UnitCode
from contracts.instant import Instant
from contracts.sealed import Sealed
from contracts.values import UnitRole, WhistleKind

__all__ = [
    "DeadlinesLifted",
    "OperationConcluded",
    "OperationOpened",
    "UnitAcknowledged",
    "UnitAcknowledgementMissed",
    "UnitReleased",
    "UnitReportMissed",
    "UnitReported",
    "UnitTask",
    "UnitTaskCompleted",
]


class UnitTask(BaseModel):
    """What one unit owes: to acknowledge and to report, each by its own deadline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: UnitCode
    role: UnitRole
    acknowledge: Deadline
    report: Deadline


class OperationOpened(Event):
    """联合执法启动: a whistle was heard; one task and its clocks per unit."""

    wire: ClassVar[str] = "enforcement.operation_opened.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    street: UnitCode
    kind: WhistleKind
    subject: SubjectId | None
    tasks: tuple[UnitTask, ...]
    opened_at: Instant


class DeadlinesLifted(Event):
    """解除时限: the callers of the case were erased, so no clock runs for the units any more.

    They still come, complete and are released; a deadline that was missed before stays missed.
    """

    wire: ClassVar[str] = "enforcement.deadlines_lifted.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    lifted_at: Instant


class UnitAcknowledged(Event):
    """签哨."""

    wire: ClassVar[str] = "enforcement.unit_acknowledged.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    acknowledged_by: str
    acknowledged_at: Instant


class UnitAcknowledgementMissed(Event):
    """签哨超时."""

    wire: ClassVar[str] = "enforcement.unit_acknowledgement_missed.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    due_at: Instant
    noticed_at: Instant


class UnitReported(Event):
    """报到: the unit is on the spot."""

    wire: ClassVar[str] = "enforcement.unit_reported.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    officer_count: int
    reported_by: str
    reported_at: Instant


class UnitReportMissed(Event):
    """未按时报到."""

    wire: ClassVar[str] = "enforcement.unit_report_missed.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    due_at: Instant
    noticed_at: Instant


class UnitTaskCompleted(Event):
    """任务完成, as the unit says; it stays until the street releases it (事不完、人不撤)."""

    wire: ClassVar[str] = "enforcement.unit_task_completed.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    result: Sealed
    completed_by: str
    completed_at: Instant


class UnitReleased(Event):
    """放行: the street lets a unit go."""

    wire: ClassVar[str] = "enforcement.unit_released.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    released_by: str
    released_at: Instant


class OperationConcluded(Event):
    """联合执法完结: every unit has been released."""

    wire: ClassVar[str] = "enforcement.operation_concluded.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    concluded_at: Instant
