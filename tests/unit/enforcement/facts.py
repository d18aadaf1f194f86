"""Facts of one invented operation: two departments, called by one street at 03:00 local time."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from contracts.calendar import Deadline, Limit
from contracts.events.dispatch import (
    CallerJoined,
    CallersErased,
    ConflictDeclared,
    ConflictLifted,
    SummonedUnit,
    WhistleBlown,
    WhistleCancelled,
    WhistleUnitAdded,
)
from contracts.events.enforcement import (
    ContestRuled,
    DeadlinesLifted,
    OperationCancelled,
    OperationConcluded,
    OperationOpened,
    UnitAcknowledged,
    UnitAcknowledgementMissed,
    UnitChased,
    UnitContested,
    UnitLeftEarly,
    UnitNamedAbsent,
    UnitReleased,
    UnitReported,
    UnitReportMissed,
    UnitTask,
    UnitTaskAdded,
    UnitTaskCompleted,
)
from contracts.ids import (
    AppealNo,
    CaseNo,
    OperationNo,
    SubjectId,
    UnitCode,
    WhistleNo,
    whistle_of_operation,
)
from contracts.sealed import Sealed
from contracts.values import Caller, UnitRole, WhistleKind

STREET = UnitCode("street-willow-brook")
DISTRICT = UnitCode("district")
CENTRE = UnitCode("operations-centre")
POLICE = UnitCode("public-security")
MARKET = UnitCode("market-regulation")
FIRE = UnitCode("fire-rescue")
CASE_NO = CaseNo("261123000001")
OPERATION_NO = OperationNo("261123000001-W1")
CATALOGUE = "2026-01-01"
OPENED_AT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
ACKNOWLEDGE_BY = OPENED_AT + timedelta(minutes=30)
REPORT_BY = OPENED_AT + timedelta(hours=2)
ACKNOWLEDGED_AT = OPENED_AT + timedelta(minutes=5)
CONTESTED_AT = OPENED_AT + timedelta(minutes=10)
REPORTED_AT = OPENED_AT + timedelta(minutes=20)
COMPLETED_AT = OPENED_AT + timedelta(minutes=60)
RELEASED_AT = OPENED_AT + timedelta(minutes=70)
NAMED_AT = OPENED_AT + timedelta(minutes=130)
RESULT = Sealed(ref=UUID(int=7), commitment="ab" * 32)


def minutes(count: int) -> datetime:
    """Give the moment so many minutes after the opening."""
    return OPENED_AT + timedelta(minutes=count)


def deadline(step: str, unit: UnitCode, limit: Limit, due_at: datetime) -> Deadline:
    """Make a deadline in elapsed time."""
    return Deadline(
        milestone=f"{step}/{unit}",
        round=1,
        rule=f"whistle.enforcement.{step}",
        started_at=OPENED_AT,
        limit=limit,
        around_the_clock=False,
        due_at=due_at,
        calendar="cn-1",
        skipped=(),
        provisional=False,
        warn_at=OPENED_AT + (due_at - OPENED_AT) * 7 / 10,
        counting="same_clock_time",
    )


def owed(unit: UnitCode, role: UnitRole = "assisting") -> UnitTask:
    """Make one unit's task."""
    return UnitTask(
        unit=unit,
        role=role,
        acknowledge=deadline("acknowledge", unit, Limit(amount=30, unit="minute"), ACKNOWLEDGE_BY),
        report=deadline("report", unit, Limit(amount=2, unit="hour"), REPORT_BY),
    )


def opened(
    *units: UnitCode, kind: WhistleKind = "enforcement", subject: SubjectId | None = None
) -> OperationOpened:
    """Open the operation for these units, the first of them leading; for both if none is named."""
    lead, *assisting = units or (POLICE, MARKET)
    return OperationOpened(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        street=STREET,
        district=DISTRICT,
        kind=kind,
        subject=subject,
        tasks=(owed(lead, "lead"), *(owed(unit) for unit in assisting)),
        blown_at=OPENED_AT,
        opened_at=OPENED_AT,
    )


def blown(
    operation_no: OperationNo = OPERATION_NO,
    *units: UnitCode,
    kind: WhistleKind = "emergency",
    subject: SubjectId | None = None,
    blown_at: datetime = OPENED_AT,
) -> WhistleBlown:
    """Blow a whistle; without units it calls the police, leading, and the market's."""
    lead, *assisting = units or (POLICE, MARKET)
    return WhistleBlown(
        whistle_no=whistle_of_operation(operation_no),
        case_no=CASE_NO,
        round=1,
        street=STREET,
        district=DISTRICT,
        kind=kind,
        units=(
            SummonedUnit(unit=lead, role="lead", basis="street", reason=None),
            *(
                SummonedUnit(unit=unit, role="assisting", basis="street", reason=None)
                for unit in assisting
            ),
        ),
        subject=subject,
        catalogue=CATALOGUE,
        is_to_confirm=False,
        blown_by="p-leader",
        blown_at=blown_at,
    )


def deadlines_lifted(at: datetime = ACKNOWLEDGED_AT) -> DeadlinesLifted:
    """解除时限."""
    return DeadlinesLifted(operation_no=OPERATION_NO, case_no=CASE_NO, round=1, lifted_at=at)


def task_added(
    unit: UnitCode = FIRE, at: datetime = ACKNOWLEDGED_AT, seen_at: datetime = ACKNOWLEDGED_AT
) -> UnitTaskAdded:
    """加派任务: called at a moment, and seen by the unit at another."""
    later = at - OPENED_AT
    task = owed(unit)
    moved = {
        step: due.model_copy(
            update={
                "started_at": at,
                "due_at": due.due_at + later,
                "warn_at": due.warn_at + later,
            }
        )
        for step, due in (("acknowledge", task.acknowledge), ("report", task.report))
    }
    return UnitTaskAdded(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        task=task.model_copy(update=moved),
        added_at=seen_at,
    )


def cancelled(at: datetime = RELEASED_AT) -> OperationCancelled:
    """联合执法取消."""
    return OperationCancelled(operation_no=OPERATION_NO, case_no=CASE_NO, round=1, cancelled_at=at)


def contested(unit: UnitCode, at: datetime = CONTESTED_AT) -> UnitContested:
    """哨单异议."""
    return UnitContested(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        basis=RESULT,
        contested_by=f"p-{unit}",
        contested_at=at,
    )


def ruled(
    unit: UnitCode, outcome: Literal["upheld", "rejected"] = "upheld", at: datetime = COMPLETED_AT
) -> ContestRuled:
    """异议裁定."""
    return ContestRuled(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        outcome=outcome,
        reason=RESULT,
        ruled_by=f"p-{DISTRICT}",
        ruled_at=at,
    )


def absent(unit: UnitCode, at: datetime = NAMED_AT) -> UnitNamedAbsent:
    """认定未报到."""
    return UnitNamedAbsent(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        named_by="p-street",
        named_at=at,
    )


def left(unit: UnitCode, at: datetime = RELEASED_AT) -> UnitLeftEarly:
    """提前离场."""
    return UnitLeftEarly(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        noted_by="p-street",
        noted_at=at,
    )


def chased(unit: UnitCode, at: datetime = CONTESTED_AT, by: str = "p-street") -> UnitChased:
    """催哨."""
    return UnitChased(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        chased_by=by,
        chased_at=at,
    )


def acknowledged(unit: UnitCode, at: datetime = ACKNOWLEDGED_AT) -> UnitAcknowledged:
    """签哨."""
    return UnitAcknowledged(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        acknowledged_by=f"p-{unit}",
        acknowledged_at=at,
    )


def acknowledgement_missed(unit: UnitCode, noticed_at: datetime) -> UnitAcknowledgementMissed:
    """签哨超时."""
    return UnitAcknowledgementMissed(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        due_at=ACKNOWLEDGE_BY,
        counts=True,
        noticed_at=noticed_at,
    )


def reported(unit: UnitCode, at: datetime = REPORTED_AT, officer_count: int = 2) -> UnitReported:
    """报到."""
    return UnitReported(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        officer_count=officer_count,
        reported_by=f"p-{unit}",
        reported_at=at,
    )


def report_missed(unit: UnitCode, noticed_at: datetime) -> UnitReportMissed:
    """未按时报到."""
    return UnitReportMissed(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        due_at=REPORT_BY,
        counts=True,
        noticed_at=noticed_at,
    )


def completed(unit: UnitCode, at: datetime = COMPLETED_AT) -> UnitTaskCompleted:
    """任务完成."""
    return UnitTaskCompleted(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        result=RESULT,
        completed_by=f"p-{unit}",
        completed_at=at,
    )


def released(unit: UnitCode, at: datetime = RELEASED_AT) -> UnitReleased:
    """放行."""
    return UnitReleased(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        released_by="p-street",
        released_at=at,
    )


def concluded(*units: UnitCode, at: datetime = RELEASED_AT) -> OperationConcluded:
    """联合执法完结; of the police and the market supervision if no unit is named."""
    return OperationConcluded(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        units=units or (POLICE, MARKET),
        concluded_at=at,
    )


def callers_erased(*open_whistles: WhistleNo, at: datetime = ACKNOWLEDGED_AT) -> CallersErased:
    """来电人信息均已删除."""
    return CallersErased(
        case_no=CASE_NO, round=1, unit=STREET, open_whistles=open_whistles, noted_at=at
    )


def joined() -> CallerJoined:
    """并入来电人: somebody waits for the case again."""
    return CallerJoined(
        case_no=CASE_NO,
        round=1,
        caller=Caller(appeal_no=AppealNo("261123000002"), subject=None),
        unit=STREET,
        handlers=(),
        callback_due=True,
        joined_at=ACKNOWLEDGED_AT,
    )


def declared(officer: str, unit: UnitCode = POLICE) -> ConflictDeclared:
    """申报回避."""
    return ConflictDeclared(
        case_no=CASE_NO,
        round=1,
        unit=unit,
        officer=officer,
        reason=RESULT,
        declared_by=officer,
        declared_at=OPENED_AT,
    )


def lifted(officer: str, unit: UnitCode = POLICE) -> ConflictLifted:
    """解除回避."""
    return ConflictLifted(
        case_no=CASE_NO,
        round=1,
        unit=unit,
        officer=officer,
        lifted_by="p-leader",
        lifted_at=OPENED_AT,
    )


def unit_added(unit: UnitCode = FIRE, at: datetime = OPENED_AT) -> WhistleUnitAdded:
    """加派, as dispatch says it."""
    return WhistleUnitAdded(
        whistle_no=whistle_of_operation(OPERATION_NO),
        case_no=CASE_NO,
        round=1,
        summoned=SummonedUnit(unit=unit, role="assisting", basis="street", reason=RESULT),
        kind="emergency",
        catalogue=CATALOGUE,
        added_by="p-leader",
        added_at=at,
    )


def whistle_cancelled(at: datetime = OPENED_AT) -> WhistleCancelled:
    """撤哨, as dispatch says it."""
    return WhistleCancelled(
        whistle_no=whistle_of_operation(OPERATION_NO),
        case_no=CASE_NO,
        round=1,
        ground="street",
        reason=RESULT,
        cancelled_by="p-leader",
        cancelled_at=at,
    )
