"""One case as it stands at a version: its clocks, and what was done when and by whom."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from contracts.event import Event
from contracts.events.dispatch import (
    CallbackNoted,
    CallerContacted,
    CaseClosed,
    CaseDispatched,
    CaseRedispatched,
    CaseReopened,
    CaseSigned,
    HandlingReported,
)
from contracts.ids import AppealNo, CallbackNo, CaseNo, UnitCode, WhistleNo
from contracts.instant import Instant
from contracts.values import Satisfaction, SuspensionPool
from services.dispatch.api.clock_detail import (
    ClockDetail,
    DeadlineDetail,
    clock_detail,
    deadline_detail,
    worst,
)
from services.dispatch.domain.case.claiming import claim_at
from services.dispatch.domain.case.state import CaseStage, Closed, OpenCase, Outcome, Reported
from services.dispatch.domain.case.timing import Suspension
from services.dispatch.domain.lamps import Lamp
from services.dispatch.views.whistles import WhistleItem

Act = Literal["dispatched", "redispatched", "signed", "reported", "reopened", "closed"]


class StepDetail(BaseModel):
    """What was done, when, and by whom: `person` is None where the service did it by itself."""

    act: Act
    round: int
    at: Instant
    unit: UnitCode
    person: str | None


class ContactDetail(BaseModel):
    """A call to a caller in this round."""

    appeal_no: AppealNo
    result: Literal["reached", "unreachable"]
    person: str
    at: Instant


class ClaimDetail(BaseModel):
    """Who has the case on their desk now."""

    person: str
    until: Instant


class SuspensionDetail(BaseModel):
    """A suspension that holds, and what was left of the clocks that stand still."""

    pool: SuspensionPool
    approved_by: str
    suspended_at: Instant
    review_at: Instant
    seconds_left: dict[str, int]


class ExtensionAsked(BaseModel):
    """A request for more time that waits; the reason is read apart."""

    workdays: int
    requested_by: str
    requested_at: Instant


class SuspensionAsked(BaseModel):
    """A request to wait that waits for the district; the reason is read apart."""

    pool: SuspensionPool
    review_on: date
    requested_by: str
    requested_at: Instant


class CallbackDetail(BaseModel):
    """A call-back of this round that is over."""

    callback_no: CallbackNo
    resolved: bool | None
    satisfaction: Satisfaction | None


class CaseDetail(BaseModel):
    """A case as it stands at a version."""

    case_no: CaseNo
    stage: CaseStage
    outcome: Outcome | None
    round: int
    unit: UnitCode
    street: UnitCode
    district: UnitCode
    matter: str
    catalogue: str
    appeals: list[AppealNo]
    handlers: list[str]
    open_whistles: list[WhistleNo]
    lamp: Lamp | None
    """Of the clock that is worst off; None for a closed case."""
    deadlines: list[DeadlineDetail]
    clocks: list[ClockDetail]
    steps: list[StepDetail]
    contacts: list[ContactDetail]
    extension_asked: ExtensionAsked | None
    extensions_granted: int
    suspension_asked: SuspensionAsked | None
    suspension: SuspensionDetail | None
    claim: ClaimDetail | None
    callbacks: list[CallbackDetail]
    version: int
    whistles: list[WhistleItem]


def detail(
    state: OpenCase | Closed,
    history: Sequence[Event],
    whistles: list[WhistleItem],
    now: datetime,
) -> CaseDetail:
    """Describe a case after its history, as lamps and claims are now."""
    facts, timing = state.facts, state.facts.timing
    asked, wanted, claim = timing.extension, timing.suspension_request, claim_at(facts, now)
    clocks = [clock_detail(one, now) for one in timing.clocks]
    asking = [] if isinstance(state, Reported) or facts.are_callers_erased else clocks
    return CaseDetail(
        case_no=facts.case_no,
        stage=state.stage,
        outcome=state.outcome if isinstance(state, Closed) else None,
        round=facts.round,
        unit=facts.unit,
        street=facts.street,
        district=facts.district,
        matter=facts.matter,
        catalogue=facts.catalogue,
        appeals=[caller.appeal_no for caller in facts.callers],
        handlers=list(facts.handlers),
        open_whistles=list(facts.open_whistles),
        lamp=None if isinstance(state, Closed) else worst(asking, facts.round),
        deadlines=[deadline_detail(deadline) for deadline in facts.deadlines],
        clocks=clocks,
        steps=[step for event in history if (step := _step(event))],
        contacts=[_contact(one) for one in timing.contacts],
        callbacks=[_callback(answer) for answer in facts.answers],
        version=len(history),
        whistles=whistles,
        extension_asked=ExtensionAsked.model_validate(dict(asked)) if asked else None,
        extensions_granted=timing.extensions_granted,
        suspension_asked=SuspensionAsked.model_validate(dict(wanted)) if wanted else None,
        suspension=_suspension(timing.suspension),
        claim=ClaimDetail(person=claim.person, until=claim.until) if claim else None,
    )


def _contact(fact: CallerContacted) -> ContactDetail:
    return ContactDetail(
        appeal_no=fact.appeal_no,
        result=fact.result,
        person=fact.contacted_by,
        at=fact.contacted_at,
    )


def _callback(answer: CallbackNoted) -> CallbackDetail:
    return CallbackDetail(
        callback_no=answer.callback_no,
        resolved=answer.resolved,
        satisfaction=answer.satisfaction,
    )


def _suspension(suspension: Suspension | None) -> SuspensionDetail | None:
    if suspension is None:
        return None
    fact = suspension.fact
    return SuspensionDetail(
        pool=fact.pool,
        approved_by=fact.approved_by,
        suspended_at=fact.suspended_at,
        review_at=fact.review.due_at,
        seconds_left={one.milestone: one.seconds for one in suspension.left},
    )


def _step(event: Event) -> StepDetail | None:
    """Name what an event says of the way of the case."""
    act: Act
    person: str | None = None
    match event:
        case CaseDispatched(dispatched_at=at):
            act = "dispatched"
        case CaseRedispatched(redispatched_at=at, redispatched_by=person):
            act = "redispatched"
        case CaseSigned(signed_at=at, signed_by=person):
            act = "signed"
        case HandlingReported(reported_at=at, reported_by=person):
            act = "reported"
        case CaseReopened(reopened_at=at):
            act = "reopened"
        case CaseClosed(closed_at=at):
            act = "closed"
        case _:
            return None
    return StepDetail(act=act, round=event.round, at=at, unit=event.unit, person=person)
