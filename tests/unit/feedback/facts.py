"""Facts of one invented case: two callers, handled by a street, asked about by the hotline."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from contracts.calendar import Deadline, Limit
from contracts.envelope import Actor
from contracts.events.dispatch import (
    CallerJoined,
    CallerLeft,
    CallersErased,
    CaseDispatched,
    CaseRedispatched,
    CaseSigned,
    ConflictDeclared,
    ConflictLifted,
    DeadlineMissed,
    EndOrdered,
    ExtensionGranted,
    HandlingReported,
    ObjectionRuled,
)
from contracts.events.feedback import (
    CallbackAnswers,
    CallbackAttempted,
    CallbackCompleted,
    CallbackScheduled,
    CallbackWaived,
)
from contracts.events.feedback.callback import WaiverGround
from contracts.events.intake import CaseFiled, SubjectErased
from contracts.ids import (
    AppealNo,
    CallbackNo,
    CaseNo,
    SubjectId,
    UnitCode,
    callback_no,
    operation_of_whistle,
    whistle_no,
)
from contracts.sealed import Sealed
from contracts.values import Caller, Satisfaction

CASE_NO = CaseNo("261123000001")
WHISTLE_NO = whistle_no(CASE_NO, 1)
OPERATION_NO = operation_of_whistle(WHISTLE_NO)
STREET = UnitCode("street-willow-brook")
HANDLER = "p-handler"
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""12:00 in Shanghai."""

WANG = Caller(appeal_no=AppealNo(CASE_NO), subject=SubjectId("a" * 32))
LI = Caller(appeal_no=AppealNo("261123000002"), subject=SubjectId("b" * 32))
ZHAO = Caller(appeal_no=AppealNo("261123000004"), subject=SubjectId("c" * 32))
NOBODY = Caller(appeal_no=AppealNo("261123000003"), subject=None)

VISITOR = Actor(person="p-visitor", unit="hotline", role="visitor")
SEALED = Sealed(ref=UUID(int=7), commitment="ab" * 32)
A_DEADLINE = Deadline(
    milestone="assist",
    round=1,
    rule="policies.assist",
    started_at=NOON,
    limit=Limit(amount=3, unit="workday"),
    around_the_clock=False,
    due_at=NOON + timedelta(days=3),
    calendar="invented",
    skipped=(),
    provisional=False,
    warn_at=NOON + timedelta(days=2),
    counting="same_clock_time",
)
NO_DEADLINES: tuple[Deadline, ...] = ()


def number(caller: Caller = WANG, round_no: int = 1) -> CallbackNo:
    """Give the number of a caller's call-back."""
    return callback_no(caller.appeal_no, round_no)


def minutes(count: int) -> datetime:
    """Give the moment so many minutes after noon."""
    return NOON + timedelta(minutes=count)


def answers(
    satisfaction: Satisfaction = "satisfied", *, contacted: bool = True, resolved: bool = True
) -> CallbackAnswers:
    return CallbackAnswers(contacted=contacted, resolved=resolved, satisfaction=satisfaction)


def scheduled(caller: Caller = WANG, round_no: int = 1) -> CallbackScheduled:
    return CallbackScheduled(
        callback_no=number(caller, round_no),
        case_no=CASE_NO,
        appeal_no=caller.appeal_no,
        round=round_no,
        subject=caller.subject,
        unit=STREET,
        handlers=(HANDLER,),
        trigger="handling_reported",
        scheduled_at=NOON,
    )


def attempted(attempt: int) -> CallbackAttempted:
    return CallbackAttempted(
        callback_no=number(),
        case_no=CASE_NO,
        round=1,
        attempt=attempt,
        attempted_by=VISITOR.person,
        attempted_at=minutes(attempt),
    )


def completed(
    said: CallbackAnswers | None, at: datetime, note: Sealed | None = None
) -> CallbackCompleted:
    return CallbackCompleted(
        callback_no=number(),
        case_no=CASE_NO,
        appeal_no=WANG.appeal_no,
        round=1,
        unit=STREET,
        answers=said,
        note=note,
        completed_by=VISITOR.person,
        completed_at=at,
    )


def waived(ground: WaiverGround, at: datetime) -> CallbackWaived:
    return CallbackWaived(
        callback_no=number(),
        case_no=CASE_NO,
        appeal_no=WANG.appeal_no,
        round=1,
        ground=ground,
        waived_at=at,
    )


def dispatched(
    case_no: CaseNo = CASE_NO, unit: UnitCode = STREET, at: datetime = NOON
) -> CaseDispatched:
    return CaseDispatched(
        case_no=case_no,
        round=1,
        unit=unit,
        street=STREET,
        district=UnitCode("district"),
        assisting=(),
        matter="010101",
        kind="complaint",
        callers=(Caller(appeal_no=AppealNo(case_no), subject=None),),
        confidential=False,
        routed_by="street_lead",
        catalogue="2026-01-01",
        deadlines=NO_DEADLINES,
        dispatched_at=at,
    )


def handling_reported(
    *callers: Caller,
    handlers: tuple[str, ...] = (HANDLER,),
    contact: Literal["reached", "unreachable", "not_wanted"] = "reached",
    case_no: CaseNo = CASE_NO,
    unit: UnitCode = STREET,
) -> HandlingReported:
    return HandlingReported(
        case_no=case_no,
        round=1,
        unit=unit,
        claim="resolved",
        contact=contact,
        account=SEALED,
        handlers=handlers,
        callers=callers or (WANG,),
        reported_by=HANDLER,
        reported_at=NOON,
    )


def deadline_missed(
    *callers: Caller, milestone: Literal["sign", "handle"] = "handle"
) -> DeadlineMissed:
    return DeadlineMissed(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        milestone=milestone,
        due_at=NOON,
        noticed_at=NOON,
        handlers=(HANDLER,),
        callers=callers or (WANG,),
    )


def joined(caller: Caller, *, callback_due: bool = True) -> CallerJoined:
    return CallerJoined(
        case_no=CASE_NO,
        round=1,
        caller=caller,
        unit=STREET,
        handlers=(HANDLER,),
        callback_due=callback_due,
        joined_at=NOON,
    )


def case_signed(by: str) -> CaseSigned:
    return CaseSigned(case_no=CASE_NO, round=1, unit=STREET, signed_by=by, signed_at=NOON)


def extension_granted(by: str) -> ExtensionGranted:
    return ExtensionGranted(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        deadline=A_DEADLINE,
        granted_by=by,
        granted_at=NOON,
    )


def objection_ruled(by: str) -> ObjectionRuled:
    return ObjectionRuled(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        outcome="rejected",
        time_of="unit",
        reason=SEALED,
        ruled_by=by,
        ruled_at=NOON,
    )


def case_filed(by: str) -> CaseFiled:
    return CaseFiled(
        case_no=CASE_NO,
        subject=WANG.subject,
        kind="complaint",
        street=STREET,
        matter="010101",
        classified_by="agent",
        confidential=False,
        catalogue="2026-01-01",
        filed_by=by,
        filed_at=NOON,
    )


def left(caller: Caller) -> CallerLeft:
    return CallerLeft(case_no=CASE_NO, round=1, caller=caller, left_at=NOON)


def erased(caller: Caller = WANG) -> SubjectErased:
    assert caller.subject is not None
    return SubjectErased(
        subject=caller.subject, ground="request", erased_by="p-operator", erased_at=NOON
    )


def callers_erased() -> CallersErased:
    return CallersErased(case_no=CASE_NO, round=1, unit=STREET, open_whistles=(), noted_at=NOON)


def redispatched(unit: UnitCode, by: str = "p-dispatcher") -> CaseRedispatched:
    return CaseRedispatched(
        case_no=CASE_NO,
        round=1,
        from_unit=STREET,
        unit=unit,
        ground="dispatch_error",
        hop=1,
        assisting=(),
        deadlines=NO_DEADLINES,
        redispatched_by=by,
        redispatched_at=NOON,
    )


def end_ordered(
    case_no: CaseNo = CASE_NO, unit: UnitCode = STREET, at: datetime = NOON
) -> EndOrdered:
    return EndOrdered(
        case_no=case_no,
        round=1,
        unit=unit,
        district=UnitCode("district"),
        reason=SEALED,
        ordered_by="p-director",
        ordered_at=at,
    )


def declared(officer: str = VISITOR.person) -> ConflictDeclared:
    return ConflictDeclared(
        case_no=CASE_NO,
        round=1,
        unit=UnitCode(VISITOR.unit),
        officer=officer,
        reason=SEALED,
        declared_by="p-agent",
        declared_at=NOON,
    )


def lifted(officer: str = VISITOR.person) -> ConflictLifted:
    return ConflictLifted(
        case_no=CASE_NO,
        round=1,
        unit=UnitCode(VISITOR.unit),
        officer=officer,
        lifted_by="p-agent",
        lifted_at=NOON,
    )
