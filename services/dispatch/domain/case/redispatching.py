"""改派: another unit leads from here on, with clocks of its own; every hop is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.dispatch import CaseRedispatched, DispatchRefused, DistrictCopied
from contracts.ids import CaseNo, UnitCode
from services.dispatch.domain.case.objecting import CaseAlreadyRuled, ObjectionPending
from services.dispatch.domain.case.policies import must_not_be_reported
from services.dispatch.domain.case.state import CaseFacts, Dispatched, OpenCase
from services.dispatch.domain.routing import CatalogueRows, Target, assisting, must_be_able_to_lead

Ground = Literal["objection_upheld", "dispatch_error", "unit_silent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redispatch:
    """改派 (art. 11, 14): the dispatcher mends a dispatch, or takes a case from a silent unit."""

    case_no: CaseNo
    ground: Literal["dispatch_error", "unit_silent"]
    target: Target
    rows: CatalogueRows
    """Of the version by which the case was dispatched."""
    meta: Meta


class UnitLeadsAlready(Refusal):
    """已由该单位承办 (our default): a re-dispatch names another unit."""

    code = "unit_leads_already"
    zh = "工单 {case_no} 已由 {unit} 承办；请选择其他单位。"
    en = "{unit} leads case {case_no} already; name another unit."


class SignedForAlready(Refusal):
    """已签收不得改派 (art. 14): from the signature on the unit answers, until a ruling."""

    code = "signed_for_already"
    zh = "工单 {case_no} 已由 {unit} 承办，不得以派单有误改派；逾期未办的按逾期未办改派。"
    en = "{unit} took case {case_no} on, so this is no dispatch error; past its time it is silent."


class UnitNotSilent(Refusal):
    """未到逾期 (our default): a unit is silent once the time to handle is over, unreported."""

    code = "unit_not_silent"
    zh = "工单 {case_no} 的办理期限未过，不能按逾期未办改派；请待期限届满或由区里裁定、指令。"
    en = "The time to handle case {case_no} is not over; wait for that, or turn to the district."


def redispatch(command: Redispatch, state: OpenCase) -> Sequence[CaseRedispatched | DistrictCopied]:
    """Give the case to another unit.

    After the end of a silent unit's time no order is needed: another unit takes the case. Where no
    clock runs, because callers were erased, the dispatcher decides alone (our default).

    Raises: ObjectionPending, CaseAlreadyRuled, SignedForAlready, CaseAlreadyReported,
    UnitNotSilent, UnitLeadsAlready, LeadRefused.
    """
    facts = state.facts
    if facts.objection:
        raise ObjectionPending(case_no=facts.case_no)
    if command.ground == "dispatch_error":
        if facts.is_final:
            raise CaseAlreadyRuled(case_no=facts.case_no, unit=facts.unit)
        if not isinstance(state, Dispatched) or facts.round > facts.led_since_round:
            raise SignedForAlready(case_no=facts.case_no, unit=facts.unit)
    else:
        must_not_be_reported(state)
        if facts.awaits_handling:
            raise UnitNotSilent(case_no=facts.case_no)
    return hand_over(facts, command.target, command.rows, command.ground, command.meta)


def hand_over(
    facts: CaseFacts, target: Target, rows: CatalogueRows, ground: Ground, meta: Meta
) -> Sequence[CaseRedispatched | DistrictCopied]:
    """Let another unit lead, with clocks of its own and the whole of the limits (our default).

    Of what goes to a street the district gets a copy (art. 12).

    Raises: UnitLeadsAlready, LeadRefused.
    """
    unit = UnitCode(target.unit.code)
    if unit == facts.unit:
        raise UnitLeadsAlready(case_no=facts.case_no, unit=unit)
    must_be_able_to_lead(target, rows.matter, facts.district)
    callers = () if facts.are_callers_erased else facts.callers
    handed_over = CaseRedispatched(
        case_no=facts.case_no,
        round=facts.round,
        from_unit=facts.unit,
        unit=unit,
        ground=ground,
        hop=facts.hop + 1,
        assisting=assisting(rows, unit),
        deadlines=rows.terms.deadlines(facts.round, meta.at, callers) if callers else (),
        redispatched_by=meta.by.person,
        redispatched_at=meta.at,
    )
    if target.unit.kind != "street":
        return [handed_over]
    copied = DistrictCopied(
        case_no=facts.case_no, round=facts.round, district=facts.district, copied_at=meta.at
    )
    return [handed_over, copied]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDispatchRefusal:
    """登记不得派单 (art. 12, 17): a unit that may not lead was named; how often is counted."""

    case_no: CaseNo
    unit: UnitCode
    code: str
    """Of the refusal that the person got."""
    meta: Meta


def note_refusal(command: NoteDispatchRefusal, facts: CaseFacts) -> DispatchRefused:
    """Note who tried to give the case to whom."""
    return DispatchRefused(
        case_no=facts.case_no,
        round=facts.round,
        from_unit=facts.unit,
        unit=command.unit,
        code=command.code,
        tried_by=command.meta.by.person,
        tried_at=command.meta.at,
    )
