"""A joint operation (联合执法): the units' side of a whistle, until the street releases them."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.ids import CaseNo, OperationNo, SubjectId, UnitCode
from contracts.instant import Instant
from contracts.sealed import Sealed
from contracts.values import UnitRole, WhistleKind

__all__ = [
    "ContestRuled",
    "DeadlinesLifted",
    "OperationCancelled",
    "OperationConcluded",
    "OperationOpened",
    "UnitAcknowledged",
    "UnitAcknowledgementMissed",
    "UnitChased",
    "UnitContested",
    "UnitLeftEarly",
    "UnitNamedAbsent",
    "UnitReleased",
    "UnitReportMissed",
    "UnitReported",
    "UnitTask",
    "UnitTaskAdded",
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

    wire: ClassVar[str] = "enforcement.operation_opened.v2"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    street: UnitCode
    district: UnitCode
    kind: WhistleKind
    subject: SubjectId | None
    tasks: tuple[UnitTask, ...]
    blown_at: Instant
    """The clocks run from here."""
    opened_at: Instant
    """When the units could see it: what was due before is no miss of theirs."""


class UnitTaskAdded(Event):
    """加派任务: one more unit was called."""

    wire: ClassVar[str] = "enforcement.unit_task_added.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    task: UnitTask
    added_at: Instant
    """When the unit could see it."""


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

    wire: ClassVar[str] = "enforcement.unit_acknowledgement_missed.v2"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    due_at: Instant
    counts: bool
    """False when it was due before the unit could see the whistle, or only provisionally."""
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

    wire: ClassVar[str] = "enforcement.unit_report_missed.v2"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    due_at: Instant
    counts: bool
    """False when it was due before the unit could see the whistle, or only provisionally."""
    noticed_at: Instant


class UnitChased(Event):
    """催哨: the street, the centre or the district reminds a unit that has not reported in."""

    wire: ClassVar[str] = "enforcement.unit_chased.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    chased_by: str
    chased_at: Instant


class UnitContested(Event):
    """哨单异议: the unit says that it has no part in this; it still has to come (先办后议)."""

    wire: ClassVar[str] = "enforcement.unit_contested.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    basis: Sealed
    contested_by: str
    contested_at: Instant


class ContestRuled(Event):
    """异议裁定, by the district: upheld, the unit is free; rejected, it may not contest again."""

    wire: ClassVar[str] = "enforcement.contest_ruled.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    outcome: Literal["upheld", "rejected"]
    reason: Sealed
    ruled_by: str
    ruled_at: Instant


class UnitNamedAbsent(Event):
    """认定未报到: the street goes on without a unit that did not come; the district is told."""

    wire: ClassVar[str] = "enforcement.unit_named_absent.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    named_by: str
    named_at: Instant


class UnitLeftEarly(Event):
    """提前离场: a unit that had reported in left before the street released it."""

    wire: ClassVar[str] = "enforcement.unit_left_early.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    noted_by: str
    noted_at: Instant


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
    """联合执法完结: every unit was released, excused, named absent, or left early."""

    wire: ClassVar[str] = "enforcement.operation_concluded.v2"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    units: tuple[UnitCode, ...]
    """Those that had a task; none in the first version. A unit called meanwhile is not among them:
    its task opens the operation again, and a later conclusion names it."""
    concluded_at: Instant


class OperationCancelled(Event):
    """联合执法取消: the whistle was cancelled; nobody has to come any more."""

    wire: ClassVar[str] = "enforcement.operation_cancelled.v1"

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    cancelled_at: Instant
