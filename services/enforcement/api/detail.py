"""One operation as its stream tells it: each unit's deadlines with their arithmetic, and its steps.

Texts are not part of it; reading those leaves a trace.
"""

from pydantic import BaseModel

from contracts.calendar import Deadline
from contracts.ids import CaseNo, OperationNo, UnitCode
from contracts.instant import Instant
from contracts.values import UnitRole, WhistleKind
from services.enforcement.domain.operation.state import (
    Begun,
    Cancelled,
    Concluded,
    ContestStatus,
    OperationStatus,
    Task,
    TaskStatus,
)


class TaskDetail(BaseModel):
    """One unit's part. A moment is None as long as it has not come.

    A miss that does not count was due before the unit could see the whistle, or is void since the
    district upheld the unit's contest.
    """

    unit: UnitCode
    role: UnitRole
    status: TaskStatus
    acknowledge: Deadline
    acknowledgement_missed: bool
    acknowledgement_miss_counts: bool
    acknowledged_at: Instant | None
    report: Deadline
    report_missed: bool
    report_miss_counts: bool
    reported_at: Instant | None
    officer_count: int | None
    chased_at: Instant | None
    contest: ContestStatus | None
    contested_at: Instant | None
    ruled_at: Instant | None
    absent_at: Instant | None
    left_at: Instant | None
    completed_at: Instant | None
    released_at: Instant | None


class OperationDetail(BaseModel):
    """One operation at one version."""

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    street: UnitCode
    district: UnitCode
    kind: WhistleKind
    status: OperationStatus
    blown_at: Instant
    opened_at: Instant
    concluded_at: Instant | None
    cancelled_at: Instant | None
    version: int
    tasks: list[TaskDetail]


def detail_of(operation: Begun, version: int) -> OperationDetail:
    """Show an operation."""
    fact = operation.fact
    return OperationDetail(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        street=fact.street,
        district=fact.district,
        kind=fact.kind,
        status=operation.stage,
        blown_at=fact.blown_at,
        opened_at=fact.opened_at,
        concluded_at=operation.concluded_at if isinstance(operation, Concluded) else None,
        cancelled_at=operation.cancelled_at if isinstance(operation, Cancelled) else None,
        version=version,
        tasks=[_task_detail(task) for task in operation.tasks.values()],
    )


def _task_detail(task: Task) -> TaskDetail:
    return TaskDetail(
        unit=task.owed.unit,
        role=task.owed.role,
        status=task.status,
        acknowledge=task.owed.acknowledge,
        acknowledgement_missed=task.acknowledgement_missed is not None,
        acknowledgement_miss_counts=task.counts(task.acknowledgement_missed),
        acknowledged_at=task.acknowledged.acknowledged_at if task.acknowledged else None,
        report=task.owed.report,
        report_missed=task.report_missed is not None,
        report_miss_counts=task.counts(task.report_missed),
        reported_at=task.reported.reported_at if task.reported else None,
        officer_count=task.reported.officer_count if task.reported else None,
        chased_at=task.chased.chased_at if task.chased else None,
        contest=task.contest,
        contested_at=task.contested.contested_at if task.contested else None,
        ruled_at=task.ruled.ruled_at if task.ruled else None,
        absent_at=task.absent.named_at if task.absent else None,
        left_at=task.left.noted_at if task.left else None,
        completed_at=task.completed.completed_at if task.completed else None,
        released_at=task.released.released_at if task.released else None,
    )
