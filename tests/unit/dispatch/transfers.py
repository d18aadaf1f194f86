"""Who asks, in the case of `cases.py`, that another unit leads it or assists, or that it ends.

The case is dispatched on Monday 2 March 2026 at 09:00; it may be objected to within two working
days, until Wednesday the 4th at 09:00, and an assisting unit has three.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from chassis.decider import Meta
from contracts.calendar import Deadline, Limit
from contracts.catalogue import STREET as STREET_OF_THE_PLACE
from contracts.catalogue import Unit
from contracts.catalogue.rows import UnitKind
from contracts.envelope import Actor
from contracts.events.dispatch import (
    AssistAnswered,
    AssistMissed,
    AssistRequested,
    AssistWithdrawn,
    CaseClosed,
    CaseObjected,
    CaseRedispatched,
    DispatchRefused,
    EndOrdered,
    ObjectionRuled,
)
from contracts.ids import UnitCode
from contracts.sealed import Sealed
from services.dispatch.domain.case.assisting import AnswerAssist, RequestAssist, WithdrawAssist
from services.dispatch.domain.case.objecting import ObjectToCase
from services.dispatch.domain.case.ordering import OrderEnd
from services.dispatch.domain.case.redispatching import Ground, NoteDispatchRefusal, Redispatch
from services.dispatch.domain.case.ruling import RuleOnObjection
from services.dispatch.domain.routing import CatalogueRows, Target
from tests.unit.dispatch.cases import (
    ANN,
    CASE_NO,
    DEPARTMENT,
    DISTRICT,
    OFFICER,
    STREET,
    TERMS,
    march,
    officer,
    rows,
)

BASIS = Sealed(ref=UUID(int=11), commitment="b1" * 32)
RULING = Sealed(ref=UUID(int=12), commitment="b2" * 32)
REASON = Sealed(ref=UUID(int=13), commitment="b3" * 32)
REQUEST = Sealed(ref=UUID(int=14), commitment="b4" * 32)
ANSWER = Sealed(ref=UUID(int=15), commitment="b5" * 32)

OTHER_UNIT = UnitCode("sanitation")
COMMUNITY = UnitCode("community-willow")
DISPATCHER = Actor(person="p-dispatcher", unit="hotline", role="dispatcher")
OF_DISTRICT = Actor(person="p-district", unit=DISTRICT, role="officer")
HEAD_OF_DISTRICT = Actor(person="p-head", unit=DISTRICT, role="leader")

OBJECTED_AT = march(2, 14)
OBJECT_BY = march(4, 9)
RULED_AT = march(3, 9)
ASKED_AT = march(2, 15)
ASSIST_BY = march(5, 15)


def unit(code: str = OTHER_UNIT, kind: UnitKind = "department", parent: str = DISTRICT) -> Unit:
    """Give a row of an invented catalogue."""
    return Unit(
        code=code,
        name_zh="invented",
        name_en="invented",
        kind=kind,
        parent=parent,
        source="invented",
    )


def target(
    code: str = OTHER_UNIT,
    kind: UnitKind = "department",
    district: str | None = DISTRICT,
    *,
    is_admitted: bool = False,
) -> Target:
    """Give a unit that somebody wants to lead."""
    above = None if district is None else UnitCode(district)
    return Target(unit(code, kind), above, is_admitted)


def object_to(at: datetime = OBJECTED_AT, of: str = STREET, by: str = OFFICER) -> ObjectToCase:
    """Ask to object."""
    return ObjectToCase(
        case_no=CASE_NO,
        basis=BASIS,
        proposed_unit=OTHER_UNIT,
        terms=TERMS,
        meta=Meta(officer(by, of), at),
    )


def objected(of: UnitCode = STREET, at: datetime = OBJECTED_AT, round_no: int = 1) -> CaseObjected:
    """退单异议."""
    return CaseObjected(
        case_no=CASE_NO,
        round=round_no,
        unit=of,
        district=DISTRICT,
        basis=BASIS,
        proposed_unit=OTHER_UNIT,
        objected_by=OFFICER,
        objected_at=at,
    )


def rule(
    outcome: Literal["upheld", "rejected"],
    by: Actor = DISPATCHER,
    to: Target | None = None,
    lead: str = STREET_OF_THE_PLACE,
    at: datetime = RULED_AT,
) -> RuleOnObjection:
    """Ask to rule."""
    return RuleOnObjection(
        case_no=CASE_NO,
        outcome=outcome,
        reason=RULING,
        target=to,
        rows=rows(lead),
        meta=Meta(by, at),
    )


def ruled(
    outcome: Literal["upheld", "rejected"],
    by: Actor = DISPATCHER,
    at: datetime = RULED_AT,
    round_no: int = 1,
) -> ObjectionRuled:
    """裁定."""
    return ObjectionRuled(
        case_no=CASE_NO,
        round=round_no,
        unit=STREET,
        outcome=outcome,
        time_of="dispatcher" if outcome == "upheld" else "unit",
        reason=RULING,
        ruled_by=by.person,
        ruled_at=at,
    )


def redispatch(
    ground: Literal["dispatch_error", "unit_silent"] = "dispatch_error",
    to: Target | None = None,
    at: datetime = RULED_AT,
    catalogue: CatalogueRows | None = None,
) -> Redispatch:
    """Ask the case to be given to another unit."""
    return Redispatch(
        case_no=CASE_NO,
        ground=ground,
        target=to or target(),
        rows=catalogue or rows(STREET_OF_THE_PLACE),
        meta=Meta(DISPATCHER, at),
    )


def redispatched(
    ground: Ground = "dispatch_error",
    to: UnitCode = OTHER_UNIT,
    *,
    by: Actor = DISPATCHER,
    at: datetime = RULED_AT,
    deadlines: tuple[Deadline, ...] | None = None,
) -> CaseRedispatched:
    """改派 for the first time, with clocks that start at that moment."""
    fresh = TERMS.deadlines(1, at, (ANN,))
    return CaseRedispatched(
        case_no=CASE_NO,
        round=1,
        from_unit=STREET,
        unit=to,
        ground=ground,
        hop=1,
        assisting=(),
        deadlines=fresh if deadlines is None else deadlines,
        redispatched_by=by.person,
        redispatched_at=at,
    )


def note_refusal(code: str = "community_never_leads") -> NoteDispatchRefusal:
    """Ask to note that the case may not go to the community."""
    return NoteDispatchRefusal(
        case_no=CASE_NO, unit=COMMUNITY, code=code, meta=Meta(DISPATCHER, RULED_AT)
    )


def dispatch_refused(code: str = "community_never_leads") -> DispatchRefused:
    """不得派单."""
    return DispatchRefused(
        case_no=CASE_NO,
        round=1,
        from_unit=STREET,
        unit=COMMUNITY,
        code=code,
        tried_by=DISPATCHER.person,
        tried_at=RULED_AT,
    )


def order_end(by: Actor = HEAD_OF_DISTRICT, at: datetime = RULED_AT) -> OrderEnd:
    """Ask to end the case by order."""
    return OrderEnd(case_no=CASE_NO, reason=REASON, meta=Meta(by, at))


def ordered(at: datetime = RULED_AT) -> tuple[EndOrdered, CaseClosed]:
    """指令结案, with the closing that follows."""
    order = EndOrdered(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        district=DISTRICT,
        reason=REASON,
        ordered_by=HEAD_OF_DISTRICT.person,
        ordered_at=at,
    )
    ended = CaseClosed(case_no=CASE_NO, round=1, unit=STREET, outcome="ordered", closed_at=at)
    return order, ended


def request(
    asked: Unit | None = None,
    reason: Sealed | None = REASON,
    of: str = STREET,
    at: datetime = ASKED_AT,
) -> RequestAssist:
    """Ask a department, beyond the list, to assist."""
    return RequestAssist(
        case_no=CASE_NO,
        asked=asked or unit(DEPARTMENT),
        reason=reason,
        request=REQUEST,
        terms=TERMS,
        meta=Meta(officer(unit=of), at),
    )


ASSIST_CLOCK = Deadline(
    milestone=f"assist/{DEPARTMENT}",
    round=1,
    rule="case.assist",
    started_at=ASKED_AT,
    limit=Limit(amount=3, unit="workday"),
    around_the_clock=False,
    due_at=ASSIST_BY,
    calendar="invented",
    skipped=(),
    provisional=False,
    warn_at=march(4, 15, 48),
    counting="same_clock_time",
)


def requested(
    asked: UnitCode = DEPARTMENT,
    *,
    is_listed: bool = False,
    reason: Sealed | None = REASON,
    deadline: Deadline | None = ASSIST_CLOCK,
) -> AssistRequested:
    """请求协办."""
    if deadline is not None:
        deadline = deadline.model_copy(update={"milestone": f"assist/{asked}"})
    return AssistRequested(
        case_no=CASE_NO,
        round=1,
        unit=asked,
        lead=STREET,
        is_listed=is_listed,
        reason=reason,
        request=REQUEST,
        deadline=deadline,
        requested_by=OFFICER,
        requested_at=ASKED_AT,
    )


def answer(by: str = "p-theirs", of: str = DEPARTMENT, at: datetime = RULED_AT) -> AnswerAssist:
    """Ask to answer for the department."""
    return AnswerAssist(
        case_no=CASE_NO, unit=DEPARTMENT, answer=ANSWER, meta=Meta(officer(by, of), at)
    )


def answered(at: datetime = RULED_AT) -> AssistAnswered:
    """协办反馈."""
    return AssistAnswered(
        case_no=CASE_NO,
        round=1,
        unit=DEPARTMENT,
        answer=ANSWER,
        answered_by="p-theirs",
        answered_at=at,
    )


def withdraw(of: str = STREET, at: datetime = RULED_AT) -> WithdrawAssist:
    """Ask to take the request back."""
    return WithdrawAssist(case_no=CASE_NO, unit=DEPARTMENT, meta=Meta(officer(unit=of), at))


def withdrawn(at: datetime = RULED_AT) -> AssistWithdrawn:
    """撤回协办."""
    return AssistWithdrawn(
        case_no=CASE_NO, round=1, unit=DEPARTMENT, withdrawn_by=OFFICER, withdrawn_at=at
    )


def assist_missed(noticed_at: datetime) -> AssistMissed:
    """协办超期."""
    return AssistMissed(
        case_no=CASE_NO, round=1, unit=DEPARTMENT, due_at=ASSIST_BY, noticed_at=noticed_at
    )


def rows_of_duty(
    lead: str, duty: Literal["basic", "cooperate", "taken_back"], *assisting: str
) -> CatalogueRows:
    """Give the rows of a matter with a duty of the streets, and units that assist."""
    made = rows(lead)
    return replace(
        made, matter=made.matter.model_copy(update={"duty": duty, "assisting": assisting})
    )
