"""挂账: a case that the unit cannot solve now waits in a pool, and its clocks stand still.

The district approves it, names no new day by itself, and looks at the case again by the day of
review. What resumes adds to the budget that was left, never to the start.
"""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.calendar import Deadline, Limit, compute
from contracts.events.dispatch import (
    CaseResumed,
    CaseSuspended,
    SuspensionDenied,
    SuspensionRequested,
    TimeLeft,
)
from contracts.ids import CaseNo
from contracts.instant import SHANGHAI
from contracts.moved_deadline import resume, time_left
from contracts.policies import Policies
from contracts.sealed import Sealed
from contracts.values import SuspensionPool
from services.dispatch.domain.case.clocks import Suspension
from services.dispatch.domain.case.policies import (
    must_be_district,
    must_be_signed,
    must_handle,
    must_oversee,
)
from services.dispatch.domain.case.state import CaseFacts, OpenCase
from services.dispatch.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSuspension:
    """申请挂账 (北京 practice of 挂账 pools; our default): something else has to change first."""

    case_no: CaseNo
    pool: SuspensionPool
    reason: Sealed
    review_on: date
    policies: Policies
    meta: Meta


class ReviewDayOutOfRange(Refusal):
    """复核日期不当 (our default; how late it may be is policy data)."""

    code = "review_day_out_of_range"
    zh = "复核日期应在明天至 {most} 天之内；请重新选择日期。"
    en = "The day of review lies between tomorrow and {most} days from now; choose another."


class SuspensionAlreadyRequested(Refusal):
    """挂账申请待批 (our default): one request at a time."""

    code = "suspension_already_requested"
    zh = "工单 {case_no} 已有待批的挂账申请；请等待区里答复。"
    en = "A request to suspend case {case_no} waits for the district; wait for its answer."


class NoSuspensionRequested(Refusal):
    """无待批挂账申请 (our default): there is nothing to approve or to deny."""

    code = "no_suspension_requested"
    zh = "工单 {case_no} 没有待批的挂账申请；请刷新后再看。"
    en = "Nobody asks to suspend case {case_no}; look at the case again."


def request_suspension(command: RequestSuspension, state: OpenCase) -> SuspensionRequested:
    """Ask the district to let the case wait; the clocks run on until it agrees.

    Raises: CaseNotYours, CaseNotSigned, CaseAlreadyReported, WhistleStillOpen,
    SuspensionAlreadyRequested, ReviewDayOutOfRange.
    """
    facts, at = state.facts, command.meta.at
    must_handle(command.meta.by.unit, facts)
    must_be_signed(state)
    if facts.timing.suspension_request is not None:
        raise SuspensionAlreadyRequested(case_no=facts.case_no)
    _days_to(command.review_on, at, command.policies)
    return SuspensionRequested(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        pool=command.pool,
        reason=command.reason,
        review_on=command.review_on,
        requested_by=command.meta.by.person,
        requested_at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveSuspension:
    """准予挂账 (our default): by a leader or the director of the district."""

    case_no: CaseNo
    terms: Terms
    meta: Meta


def approve_suspension(command: ApproveSuspension, state: OpenCase) -> CaseSuspended:
    """Stop every clock, keep what is left of each, and start the one to the review.

    Raises: NotTheDistrict, CaseNotSigned, CaseAlreadyReported, WhistleStillOpen,
    NoSuspensionRequested, ReviewDayOutOfRange when that day has come by now.
    """
    facts, terms, at = state.facts, command.terms, command.meta.at
    must_be_district(command.meta.by, facts)
    must_be_signed(state)
    request = _requested(facts)
    left = (
        TimeLeft(milestone=one.milestone, seconds=time_left(one, at, terms.calendar))
        for one in facts.running
    )
    return CaseSuspended(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        district=facts.district,
        pool=request.pool,
        review=_review(facts, request.review_on, terms, at),
        left=() if facts.are_callers_erased else tuple(left),
        approved_by=command.meta.by.person,
        suspended_at=at,
    )


def _review(facts: CaseFacts, day: date, terms: Terms, at: datetime) -> Deadline:
    """Make the day of review a deadline: at the time of day of the approval."""
    days = _days_to(day, at, terms.policies)
    return compute(
        milestone="review",
        round=facts.round,
        rule="policy.suspension_review",
        start=at,
        limit=Limit(amount=days, unit="day"),
        calendar=terms.calendar,
        yellow_at_per_cent=terms.policies.yellow_at_per_cent,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DenySuspension:
    """不予挂账 (our default): by the same as approve it, with a reason."""

    case_no: CaseNo
    reason: Sealed
    meta: Meta


def deny_suspension(command: DenySuspension, state: OpenCase) -> SuspensionDenied:
    """Turn the request down. Raises: NotTheDistrict, NoSuspensionRequested."""
    facts = state.facts
    must_be_district(command.meta.by, facts)
    _requested(facts)
    return SuspensionDenied(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        reason=command.reason,
        denied_by=command.meta.by.person,
        denied_at=command.meta.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCase:
    """销账 (our default): the unit, the dispatcher or the district lets the case go on.

    `terms` are for the next round too, which an answer heard meanwhile may begin.
    """

    case_no: CaseNo
    terms: Terms
    meta: Meta


class CaseNotSuspended(Refusal):
    """工单未挂账 (our default): there is nothing to resume."""

    code = "case_not_suspended"
    zh = "工单 {case_no} 没有挂账，无需销账；请刷新后再看。"
    en = "Case {case_no} is not suspended, so there is nothing to resume; look at it again."


class CaseIsSuspended(Refusal):
    """工单挂账中 (our default): while a case waits, nobody works on it."""

    code = "case_is_suspended"
    zh = "工单 {case_no} 正在挂账，不能办理；请先销账。"
    en = "Case {case_no} is suspended and takes no work; resume it first."


def resume_case(command: ResumeCase, state: OpenCase) -> CaseResumed:
    """Let the clocks go on with what was left. What was missed before stays missed.

    Raises: NotYoursToDecide, CaseNotSuspended.
    """
    facts, by, at = state.facts, command.meta.by, command.meta.at
    if by.unit != facts.unit:
        must_oversee(by, facts)
    suspension = facts.timing.suspension
    if suspension is None:
        raise CaseNotSuspended(case_no=facts.case_no)
    return CaseResumed(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        deadlines=_resumed(suspension, command.terms, at),
        resumed_by=by.person,
        resumed_at=at,
    )


def _resumed(suspension: Suspension, terms: Terms, at: datetime) -> tuple[Deadline, ...]:
    left = {one.milestone: one.seconds for one in suspension.left}
    return tuple(resume(one, left[one.milestone], at, terms.calendar) for one in suspension.stopped)


def _days_to(day: date, at: datetime, policies: Policies) -> int:
    """Count the local days to the review. Raises: ReviewDayOutOfRange."""
    most = policies.suspension_review_days_max
    days = (day - at.astimezone(SHANGHAI).date()).days
    if not 1 <= days <= most:
        raise ReviewDayOutOfRange(most=most)
    return days


def _requested(facts: CaseFacts) -> SuspensionRequested:
    """Give the request that waits. Raises: NoSuspensionRequested."""
    if facts.timing.suspension_request is None:
        raise NoSuspensionRequested(case_no=facts.case_no)
    return facts.timing.suspension_request
