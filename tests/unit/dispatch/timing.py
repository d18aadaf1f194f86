"""What is done about the time of the case of `cases.py`: its facts and commands.

The unit asks on Tuesday 3 March at 09:00 for three working days more, so that the case is due on
Thursday the 12th at 09:00; the district suspends it on the same day at 15:00.
"""

from dataclasses import replace
from datetime import date, datetime

from chassis.decider import Meta
from contracts.calendar import Calendar, Deadline, Limit
from contracts.catalogue.rows import Stage
from contracts.envelope import Actor
from contracts.events.dispatch import (
    CaseClaimed,
    CaseHandedOver,
    CaseResumed,
    CaseSuspended,
    ClaimReleased,
    DeadlineRevised,
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    StageReached,
    SuspensionDenied,
    SuspensionRequested,
    SuspensionReviewMissed,
    TimeLeft,
)
from contracts.policies import Policies
from services.dispatch.domain.case.claiming import ClaimCase, HandOver, ReleaseClaim
from services.dispatch.domain.case.extending import DenyExtension, GrantExtension, RequestExtension
from services.dispatch.domain.case.revising import ReviseDeadlines
from services.dispatch.domain.case.staging import ReachStage
from services.dispatch.domain.case.suspending import (
    ApproveSuspension,
    DenySuspension,
    RequestSuspension,
    ResumeCase,
)
from services.dispatch.domain.terms import Terms
from tests.unit.dispatch.cases import (
    ACCOUNT,
    CALENDAR,
    CASE_NO,
    COLLEAGUE,
    DISTRICT,
    FIRST_ROUND,
    OFFICER,
    STREET,
    SYSTEM,
    TERMS,
    contacted,
    dispatched,
    march,
    officer,
    signed,
)

REASON = ACCOUNT
DISPATCHER = Actor(person="p-dispatcher", unit="hotline", role="dispatcher")
DISTRICT_LEADER = Actor(person="p-district", unit=DISTRICT, role="leader")
LEADER = Actor(person="p-leader", unit=STREET, role="leader")

ASKED_AT = march(3, 9)
ANSWERED_AT = march(3, 15)
EXTENDED_TO = march(12, 9)
REVIEW_ON = date(2026, 3, 20)
REVIEW_BY = march(20, 15)
RESUMED_AT = march(16, 10)
HANDLE_LEFT = TimeLeft(milestone="handle", seconds=27 * 3600)
"""From Tuesday 15:00 to Monday 09:00: 3 working hours, and three days of 8."""

HANDLE = FIRST_ROUND[-1]
STOP = Stage(
    matter="200510",
    code="stop",
    name_zh="停止",
    name_en="it stops",
    limit=Limit(amount=4, unit="hour"),
    source="invented",
)
STAGED = replace(TERMS, stages=(STOP,))


def stage_reached(at: datetime = ASKED_AT, round_no: int = 1) -> StageReached:
    """阶段完成."""
    return StageReached(
        case_no=CASE_NO,
        round=round_no,
        unit=STREET,
        stage="stop",
        reached_by=OFFICER,
        reached_at=at,
    )


def extended() -> Deadline:
    """Give the time to handle after its extension."""
    moved = {
        "due_at": EXTENDED_TO,
        "warn_at": march(9, 14, 48),
    }
    return HANDLE.model_copy(update=moved)


def extension_requested(workdays: int = 3, at: datetime = ASKED_AT) -> ExtensionRequested:
    """申请延期."""
    return ExtensionRequested(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        workdays=workdays,
        reason=REASON,
        requested_by=OFFICER,
        requested_at=at,
    )


def extension_granted(by: Actor = DISPATCHER) -> ExtensionGranted:
    """准予延期."""
    return ExtensionGranted(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        deadline=extended(),
        granted_by=by.person,
        granted_at=ANSWERED_AT,
    )


def extension_denied() -> ExtensionDenied:
    """不予延期."""
    return ExtensionDenied(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        reason=REASON,
        denied_by=DISPATCHER.person,
        denied_at=ANSWERED_AT,
    )


def suspension_requested(at: datetime = ASKED_AT) -> SuspensionRequested:
    """申请挂账."""
    return SuspensionRequested(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        pool="engineering",
        reason=REASON,
        review_on=REVIEW_ON,
        requested_by=OFFICER,
        requested_at=at,
    )


def review() -> Deadline:
    """Give the deadline of the review, 17 days after the approval."""
    return Deadline(
        milestone="review",
        round=1,
        rule="policy.suspension_review",
        started_at=ANSWERED_AT,
        limit=Limit(amount=17, unit="day"),
        around_the_clock=False,
        due_at=REVIEW_BY,
        calendar="invented",
        skipped=(),
        provisional=False,
        warn_at=march(15, 12, 36),
        counting="same_clock_time",
    )


def suspended(*left: TimeLeft) -> CaseSuspended:
    """挂账."""
    return CaseSuspended(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        district=DISTRICT,
        pool="engineering",
        review=review(),
        left=left or (HANDLE_LEFT,),
        approved_by=DISTRICT_LEADER.person,
        suspended_at=ANSWERED_AT,
    )


def suspension_denied() -> SuspensionDenied:
    """不予挂账."""
    return SuspensionDenied(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        reason=REASON,
        denied_by=DISTRICT_LEADER.person,
        denied_at=ANSWERED_AT,
    )


def review_missed(at: datetime = REVIEW_BY) -> SuspensionReviewMissed:
    """挂账复核超期."""
    return SuspensionReviewMissed(
        case_no=CASE_NO, round=1, district=DISTRICT, due_at=REVIEW_BY, noticed_at=at
    )


def resumed(*deadlines: Deadline, by: str = OFFICER, at: datetime = RESUMED_AT) -> CaseResumed:
    """销账."""
    return CaseResumed(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        deadlines=deadlines,
        resumed_by=by,
        resumed_at=at,
    )


def revised(deadline: Deadline, at: datetime = ASKED_AT) -> DeadlineRevised:
    """时限核定."""
    return DeadlineRevised(case_no=CASE_NO, round=1, unit=STREET, deadline=deadline, revised_at=at)


def claimed(person: str = OFFICER, at: datetime = ASKED_AT) -> CaseClaimed:
    """认领."""
    return CaseClaimed(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        person=person,
        until=at.replace(hour=at.hour + 2),
        claimed_at=at,
    )


def released(by: str = OFFICER, at: datetime = ASKED_AT) -> ClaimReleased:
    """释放."""
    return ClaimReleased(
        case_no=CASE_NO, round=1, unit=STREET, person=OFFICER, released_by=by, released_at=at
    )


def handed_over(by: str = OFFICER, at: datetime = ASKED_AT) -> CaseHandedOver:
    """转交."""
    return CaseHandedOver(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        from_person=OFFICER,
        person=COLLEAGUE,
        until=at.replace(hour=at.hour + 2),
        handed_over_by=by,
        handed_over_at=at,
    )


def reach(
    stage: str = "stop", *, at: datetime = ASKED_AT, unit: str = STREET, terms: Terms = STAGED
) -> ReachStage:
    """Ask to record that a stage is done."""
    meta = Meta(officer(OFFICER, unit), at)
    return ReachStage(case_no=CASE_NO, stage=stage, terms=terms, meta=meta)


def ask_extension(
    workdays: int = 3, *, at: datetime = ASKED_AT, unit: str = STREET
) -> RequestExtension:
    """Ask for more time."""
    return RequestExtension(
        case_no=CASE_NO,
        workdays=workdays,
        reason=REASON,
        policies=Policies(),
        meta=Meta(officer(OFFICER, unit), at),
    )


def grant(by: Actor = DISPATCHER, at: datetime = ANSWERED_AT) -> GrantExtension:
    """Ask to grant it."""
    return GrantExtension(
        case_no=CASE_NO, calendar=CALENDAR, policies=Policies(), meta=Meta(by, at)
    )


def deny_extension(by: Actor = DISPATCHER, at: datetime = ANSWERED_AT) -> DenyExtension:
    """Ask to turn it down."""
    return DenyExtension(case_no=CASE_NO, reason=REASON, meta=Meta(by, at))


def ask_suspension(
    review_on: date = REVIEW_ON, *, at: datetime = ASKED_AT, unit: str = STREET
) -> RequestSuspension:
    """Ask to let the case wait."""
    return RequestSuspension(
        case_no=CASE_NO,
        pool="engineering",
        reason=REASON,
        review_on=review_on,
        policies=Policies(),
        meta=Meta(officer(OFFICER, unit), at),
    )


def approve_suspension(
    by: Actor = DISTRICT_LEADER, at: datetime = ANSWERED_AT
) -> ApproveSuspension:
    """Ask to approve that."""
    return ApproveSuspension(case_no=CASE_NO, terms=TERMS, meta=Meta(by, at))


def deny_suspension(by: Actor = DISTRICT_LEADER, at: datetime = ANSWERED_AT) -> DenySuspension:
    """Ask to turn it down."""
    return DenySuspension(case_no=CASE_NO, reason=REASON, meta=Meta(by, at))


def resume(by: Actor | None = None, at: datetime = RESUMED_AT) -> ResumeCase:
    """Ask to let the case go on."""
    return ResumeCase(case_no=CASE_NO, terms=TERMS, meta=Meta(by or officer(), at))


def revise(calendar: Calendar = CALENDAR, at: datetime = ASKED_AT) -> ReviseDeadlines:
    """Ask to count provisional deadlines again."""
    return ReviseDeadlines(
        case_no=CASE_NO, calendar=calendar, policies=Policies(), meta=Meta(SYSTEM, at)
    )


def claim(by: Actor | None = None, at: datetime = ASKED_AT) -> ClaimCase:
    """Ask to take the case."""
    return ClaimCase(case_no=CASE_NO, meta=Meta(by or officer(), at))


def release(by: Actor | None = None, at: datetime = ASKED_AT) -> ReleaseClaim:
    """Ask to give it back."""
    return ReleaseClaim(case_no=CASE_NO, meta=Meta(by or officer(), at))


def hand_over(
    by: Actor | None = None, person: str = COLLEAGUE, at: datetime = ASKED_AT
) -> HandOver:
    """Ask to hand it over."""
    return HandOver(case_no=CASE_NO, person=person, meta=Meta(by or officer(), at))


WORKED = (dispatched(), signed(), contacted())
ASKING = (*WORKED, extension_requested())
WISHING = (*WORKED, suspension_requested())
SUSPENDED = (*WISHING, suspended())
