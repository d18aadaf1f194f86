"""One invented case of two rounds: the facts, the commands, and deadlines worked out by hand.

It reaches a street on Monday 2 March 2026 at 09:00 local time, to be signed for within two hours,
its caller called within four, and handled within five working days; a second round begins on
Tuesday the 10th at 10:00. There are no holidays, so only the weekends are skipped.
"""

from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID

from chassis.decider import Meta
from contracts.calendar import Calendar, Deadline, Limit
from contracts.catalogue import STREET as STREET_OF_THE_PLACE
from contracts.catalogue import Matter, Unit
from contracts.envelope import Actor
from contracts.events.dispatch import (
    CallbackNoted,
    CallerContacted,
    CallerJoined,
    CallerLeft,
    CallersErased,
    CaseClosed,
    CaseDispatched,
    CaseReopened,
    CaseSigned,
    DeadlineMissed,
    DistrictCopied,
    HandlingReported,
    WhistleAttached,
    WhistleDetached,
)
from contracts.ids import AppealNo, CallbackNo, CaseNo, SubjectId, UnitCode, WhistleNo
from contracts.instant import SHANGHAI
from contracts.policies import Policies
from contracts.sealed import Sealed
from contracts.values import Caller, Contact, Satisfaction
from services.dispatch.domain.case.callers import JoinCaller, LeaveCaller
from services.dispatch.domain.case.contacting import Claim, NoteContact
from services.dispatch.domain.case.dispatching import DispatchCase
from services.dispatch.domain.case.erasure import NoteErasure
from services.dispatch.domain.case.handling import ReportHandling
from services.dispatch.domain.case.rounds import NoteCallback
from services.dispatch.domain.case.signing import SignCase
from services.dispatch.domain.case.state import Outcome
from services.dispatch.domain.routing import CatalogueRows
from services.dispatch.domain.terms import Terms

CASE_NO = CaseNo("260302000001")
WHISTLE_NO = WhistleNo("260302000001-W1")
STREET = UnitCode("street-willow-brook")
DISTRICT = UnitCode("district")
DEPARTMENT = UnitCode("street-lighting")
MATTER = "200510"
VERSION = "2026-01-01"
OFFICER = "p-officer"
COLLEAGUE = "p-colleague"
ACCOUNT = Sealed(ref=UUID(int=1), commitment="ab" * 32)

ANN = Caller(appeal_no=AppealNo(CASE_NO), subject=SubjectId("s-ann"))
BO = Caller(appeal_no=AppealNo("260302000002"), subject=SubjectId("s-bo"))
NOBODY_KNOWN = Caller(appeal_no=AppealNo("260302000003"), subject=None)

SIGN_LIMIT = Limit(amount=2, unit="hour")
CONTACT_LIMIT = Limit(amount=4, unit="hour")
HANDLE_LIMIT = Limit(amount=5, unit="workday")
CALENDAR = Calendar(
    version="invented",
    source="invented",
    years=(2026,),
    holidays=frozenset(),
    makeup_days=frozenset(),
)
TERMS = Terms(
    sign_rule="case.sign.urgent",
    sign=SIGN_LIMIT,
    contact_rule="policy.first_contact.urgent",
    contact=CONTACT_LIMIT,
    handle_rule="case.handle.200510",
    handle=HANDLE_LIMIT,
    stages=(),
    calendar=CALENDAR,
    around_the_clock=False,
    policies=Policies(),
)


def officer(person: str = OFFICER, unit: str = STREET) -> Actor:
    """Give somebody who acts for a unit."""
    return Actor(person=person, unit=unit, role="officer")


SYSTEM = Actor(person="system:dispatch", unit="system", role="service")


def march(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment of March 2026 by the clock on the wall."""
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


DISPATCHED_AT = march(2, 9)
SIGNED_AT = march(2, 10)
CONTACTED_AT = march(2, 10, 30)
SIGN_BY = march(2, 11)
CONTACT_BY = march(2, 13)
REPORTED_AT = march(6, 16)
HANDLE_BY = march(9, 9)
CALLED_AT = march(10, 10)
SIGN_AGAIN_BY = march(10, 12)
CONTACT_AGAIN_BY = march(10, 14)
HANDLE_AGAIN_BY = march(17, 10)


Milestone = Literal["sign", "contact", "handle"]
_LIMITS: dict[Milestone, tuple[str, Limit]] = {
    "sign": ("case.sign.urgent", SIGN_LIMIT),
    "contact": ("policy.first_contact.urgent", CONTACT_LIMIT),
    "handle": ("case.handle.200510", HANDLE_LIMIT),
}


def _deadline(
    milestone: Milestone, round_no: int, due_at: datetime, warn_at: datetime, *skipped: int
) -> Deadline:
    started_at = DISPATCHED_AT if round_no == 1 else CALLED_AT
    rule, limit = _LIMITS[milestone]
    return Deadline(
        milestone=milestone,
        round=round_no,
        rule=rule,
        started_at=started_at,
        limit=limit,
        around_the_clock=False,
        due_at=due_at,
        calendar="invented",
        skipped=tuple(date(2026, 3, day) for day in skipped),
        provisional=False,
        warn_at=warn_at,
        counting="same_clock_time",
    )


FIRST_ROUND = (
    _deadline("sign", 1, SIGN_BY, march(2, 10, 24)),
    _deadline("contact", 1, CONTACT_BY, march(2, 11, 48)),
    _deadline("handle", 1, HANDLE_BY, march(5, 14), 7, 8),
)
SECOND_ROUND = (
    _deadline("sign", 2, SIGN_AGAIN_BY, march(10, 11, 24)),
    _deadline("contact", 2, CONTACT_AGAIN_BY, march(10, 12, 48)),
    _deadline("handle", 2, HANDLE_AGAIN_BY, march(13, 15), 14, 15),
)


def _halved(deadline: Deadline, amount: int, due_at: datetime, warn_at: datetime) -> Deadline:
    """Give the deadline of half its limit; nothing is skipped."""
    halved = {
        "rule": f"{deadline.rule}@50%",
        "limit": Limit(amount=amount, unit=deadline.limit.unit),
        "due_at": due_at,
        "skipped": (),
        "warn_at": warn_at,
    }
    return deadline.model_copy(update=halved)


HALF_ROUND = (
    _halved(SECOND_ROUND[0], 1, march(10, 11), march(10, 10, 42)),
    _halved(SECOND_ROUND[1], 2, march(10, 12), march(10, 11, 24)),
    _halved(SECOND_ROUND[2], 3, march(13, 10), march(12, 10, 48)),
)
"""The second round after one in which something was missed: half of the limits, rounded up."""


def dispatched(*callers: Caller, unit: UnitCode = STREET) -> CaseDispatched:
    """派单, for Ann alone unless callers are named."""
    return CaseDispatched(
        case_no=CASE_NO,
        round=1,
        unit=unit,
        street=STREET,
        district=UnitCode(DISTRICT),
        assisting=(),
        matter=MATTER,
        kind="complaint",
        callers=callers or (ANN,),
        confidential=False,
        routed_by="street_lead" if unit == STREET else "matter_lead",
        catalogue=VERSION,
        deadlines=FIRST_ROUND,
        dispatched_at=DISPATCHED_AT,
    )


def copied() -> DistrictCopied:
    """抄送区政府."""
    return DistrictCopied(case_no=CASE_NO, round=1, district=DISTRICT, copied_at=DISPATCHED_AT)


def signed(round_no: int = 1, at: datetime = SIGNED_AT, by: str = OFFICER) -> CaseSigned:
    """签收."""
    return CaseSigned(case_no=CASE_NO, round=round_no, unit=STREET, signed_by=by, signed_at=at)


def missed(
    milestone: str,
    due_at: datetime,
    noticed_at: datetime,
    *callers: Caller,
    handlers: tuple[str, ...] = (),
) -> DeadlineMissed:
    """超期, in the first round; noticed for Ann alone unless callers are named."""
    return DeadlineMissed(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        milestone=milestone,
        due_at=due_at,
        noticed_at=noticed_at,
        handlers=handlers,
        callers=callers or (ANN,),
    )


def contacted(
    result: Literal["reached", "unreachable"] = "reached",
    *,
    caller: Caller = ANN,
    round_no: int = 1,
    at: datetime = CONTACTED_AT,
    ends_clock: bool = True,
) -> CallerContacted:
    """联系来电人."""
    return CallerContacted(
        case_no=CASE_NO,
        round=round_no,
        unit=STREET,
        appeal_no=caller.appeal_no,
        result=result,
        ends_clock=ends_clock,
        contacted_by=OFFICER,
        contacted_at=at,
    )


def reported(  # noqa: PLR0913  # what a unit may have said, each with a usual value
    *callers: Caller,
    round_no: int = 1,
    at: datetime = REPORTED_AT,
    by: str = OFFICER,
    handlers: tuple[str, ...] = (OFFICER,),
    contact: Contact = "reached",
    claim: Claim = "resolved",
) -> HandlingReported:
    """办理反馈, for Ann alone unless callers are named."""
    return HandlingReported(
        case_no=CASE_NO,
        round=round_no,
        unit=STREET,
        claim=claim,
        contact=contact,
        account=ACCOUNT,
        handlers=handlers,
        callers=callers or (ANN,),
        reported_by=by,
        reported_at=at,
    )


def rated(resolved: bool | None) -> Satisfaction | None:  # noqa: FBT001  # what a caller said
    """Go along with what a caller said of the matter."""
    if resolved is None:
        return None
    return "satisfied" if resolved else "dissatisfied"


def noted(
    caller: Caller,
    resolved: bool | None,  # noqa: FBT001  # what a caller said
    round_no: int = 1,
    at: datetime = CALLED_AT,
) -> CallbackNoted:
    """回访结果登记."""
    return CallbackNoted(
        case_no=CASE_NO,
        round=round_no,
        callback_no=CallbackNo(f"{caller.appeal_no}-R{round_no}"),
        appeal_no=caller.appeal_no,
        resolved=resolved,
        satisfaction=rated(resolved),
        noted_at=at,
    )


def joined(
    caller: Caller,
    at: datetime,
    *,
    callback_due: bool,
    handlers: tuple[str, ...] = (OFFICER,),
) -> CallerJoined:
    """并入来电人."""
    return CallerJoined(
        case_no=CASE_NO,
        round=1,
        caller=caller,
        unit=STREET,
        handlers=handlers,
        callback_due=callback_due,
        joined_at=at,
    )


def left(caller: Caller, at: datetime) -> CallerLeft:
    """来电人退出."""
    return CallerLeft(case_no=CASE_NO, round=1, caller=caller, left_at=at)


def erased(*open_whistles: WhistleNo, at: datetime) -> CallersErased:
    """来电人信息均已删除, in the first round."""
    return CallersErased(
        case_no=CASE_NO, round=1, unit=STREET, open_whistles=open_whistles, noted_at=at
    )


def reopened(
    *unresolved_for: Caller,
    at: datetime = CALLED_AT,
    dissatisfied: tuple[Caller, ...] = (),
    deadlines: tuple[Deadline, ...] = SECOND_ROUND,
) -> CaseReopened:
    """重新办理, the second round."""
    return CaseReopened(
        case_no=CASE_NO,
        round=2,
        unit=STREET,
        unresolved_for=tuple(caller.appeal_no for caller in unresolved_for),
        dissatisfied_for=tuple(caller.appeal_no for caller in dissatisfied),
        deadlines=deadlines,
        reopened_at=at,
    )


def closed(outcome: Outcome, at: datetime = CALLED_AT, round_no: int = 1) -> CaseClosed:
    """结案."""
    return CaseClosed(case_no=CASE_NO, round=round_no, unit=STREET, outcome=outcome, closed_at=at)


def attached(at: datetime, whistle_no: WhistleNo = WHISTLE_NO) -> WhistleAttached:
    """挂哨."""
    return WhistleAttached(case_no=CASE_NO, round=1, whistle_no=whistle_no, attached_at=at)


def detached(at: datetime, round_no: int = 1) -> WhistleDetached:
    """摘哨."""
    return WhistleDetached(case_no=CASE_NO, round=round_no, whistle_no=WHISTLE_NO, detached_at=at)


def rows(lead: str) -> CatalogueRows:
    """Give what an invented catalogue says of the case, with the lead unit of its matter."""
    matter = Matter(
        code=MATTER,
        kind="event",
        major="invented",
        minor="invented",
        lead=lead,
        assisting=(),
        limit=HANDLE_LIMIT,
        urgency="urgent",
        around_the_clock=False,
        words=("invented",),
        source="invented",
    )
    street = Unit(
        code=STREET,
        name_zh="invented",
        name_en="invented",
        kind="street",
        parent=DISTRICT,
        source="invented",
    )
    district = Unit(
        code=DISTRICT,
        name_zh="invented",
        name_en="invented",
        kind="district",
        parent="",
        source="invented",
    )
    return CatalogueRows(VERSION, matter, street, district, TERMS)


def dispatch(lead: str = STREET_OF_THE_PLACE) -> DispatchCase:
    """Ask to dispatch the case of Ann."""
    return DispatchCase(
        case_no=CASE_NO,
        caller=ANN,
        kind="complaint",
        confidential=False,
        rows=rows(lead),
        meta=Meta(SYSTEM, DISPATCHED_AT),
    )


def sign(at: datetime = SIGNED_AT, by: str = OFFICER, unit: str = STREET) -> SignCase:
    """Ask to sign for the case."""
    return SignCase(case_no=CASE_NO, meta=Meta(officer(by, unit), at))


def note_contact(
    result: Literal["reached", "unreachable"] = "reached",
    caller: Caller | None = None,
    *,
    at: datetime = CONTACTED_AT,
    unit: str = STREET,
    erased: frozenset[SubjectId] = frozenset(),
) -> NoteContact:
    """Ask to record a call."""
    return NoteContact(
        case_no=CASE_NO,
        appeal_no=caller.appeal_no if caller else None,
        result=result,
        erased=erased,
        policies=TERMS.policies,
        meta=Meta(officer(OFFICER, unit), at),
    )


def report(  # noqa: PLR0913  # what a unit may say, each with a usual value
    at: datetime = REPORTED_AT,
    by: str = OFFICER,
    unit: str = STREET,
    *,
    claim: Claim = "resolved",
    contact: Contact = "reached",
    erased: frozenset[SubjectId] = frozenset(),
) -> ReportHandling:
    """Ask to report the handling."""
    return ReportHandling(
        case_no=CASE_NO,
        claim=claim,
        contact=contact,
        account=ACCOUNT,
        erased=erased,
        policies=TERMS.policies,
        meta=Meta(officer(by, unit), at),
    )


def note(
    caller: Caller,
    resolved: bool | None,  # noqa: FBT001  # what a caller said
    round_no: int = 1,
    at: datetime = CALLED_AT,
) -> NoteCallback:
    """Ask to note a call-back."""
    return NoteCallback(
        case_no=CASE_NO,
        callback_no=CallbackNo(f"{caller.appeal_no}-R{round_no}"),
        appeal_no=caller.appeal_no,
        round=round_no,
        resolved=resolved,
        satisfaction=rated(resolved),
        terms=TERMS,
        meta=Meta(SYSTEM, at),
    )


def join(caller: Caller, at: datetime) -> JoinCaller:
    """Ask to let a caller wait for the case."""
    return JoinCaller(case_no=CASE_NO, caller=caller, terms=TERMS, meta=Meta(SYSTEM, at))


def leave(caller: Caller, at: datetime) -> LeaveCaller:
    """Ask to take a caller off the case."""
    return LeaveCaller(case_no=CASE_NO, caller=caller, terms=TERMS, meta=Meta(SYSTEM, at))


def note_erasure(*callers: Caller, at: datetime) -> NoteErasure:
    """Ask to note that these callers have been erased."""
    subjects = frozenset(caller.subject for caller in callers if caller.subject)
    return NoteErasure(case_no=CASE_NO, erased=subjects, meta=Meta(SYSTEM, at))
