"""退单异议: the unit says, once and with a basis, that a case is not its own; it stays its own."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.calendar import compute
from contracts.events.dispatch import CaseObjected
from contracts.ids import CaseNo, UnitCode
from contracts.instant import SHANGHAI
from contracts.sealed import Sealed
from services.dispatch.domain.case.policies import must_handle, must_not_be_reported
from services.dispatch.domain.case.state import OpenCase
from services.dispatch.domain.terms import Terms

RULE = "case.objection"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectToCase:
    """退单异议 (art. 14, 山东省政务服务热线管理办法): the unit cites why the case is not its own.

    No clock stops for it, and the unit answers for the case until a ruling names another (art. 14).
    """

    case_no: CaseNo
    basis: Sealed
    proposed_unit: UnitCode | None
    terms: Terms
    meta: Meta


class ObjectionPending(Refusal):
    """异议待裁定 (our default): a unit objects once, and then the ruling decides."""

    code = "objection_pending"
    zh = "工单 {case_no} 的退单异议尚待裁定；请先由派单员或区里裁定。"
    en = "The objection to case {case_no} waits for a ruling by the dispatcher or the district."


class CaseAlreadyRuled(Refusal):
    """已裁定 (潍坊 12345 条例 art. 22): after a ruling nobody returns the case."""

    code = "case_already_ruled"
    zh = "工单 {case_no} 的承办单位已经裁定为 {unit}，不得再退单；请办理。"
    en = "A ruling made case {case_no} the case of {unit}; it cannot be returned, so handle it."


class ObjectionTooLate(Refusal):
    """退单超期 (山东省政务服务热线管理办法): within two working days of the dispatch."""

    code = "objection_too_late"
    zh = "工单 {case_no} 的退单期限已于 {until} 届满；请办理，确有困难的请报区里协调。"
    en = "Case {case_no} could be objected to until {until}; handle it, or turn to the district."


def object_to(command: ObjectToCase, state: OpenCase) -> CaseObjected:
    """Object to the dispatch.

    Raises: CaseNotYours, CaseAlreadyRuled, ObjectionPending, CaseAlreadyReported, ObjectionTooLate.
    """
    facts = state.facts
    must_handle(command.meta.by.unit, facts)
    if facts.is_final:
        raise CaseAlreadyRuled(case_no=facts.case_no, unit=facts.unit)
    if facts.objection:
        raise ObjectionPending(case_no=facts.case_no)
    must_not_be_reported(state)
    window = compute(
        milestone="objection",
        round=facts.round,
        rule=RULE,
        start=facts.led_since,
        limit=command.terms.policies.objection,
        calendar=command.terms.calendar,
    )
    if command.meta.at >= window.due_at:
        until = window.due_at.astimezone(SHANGHAI)
        raise ObjectionTooLate(case_no=facts.case_no, until=f"{until:%Y-%m-%d %H:%M}")
    return CaseObjected(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        district=facts.district,
        basis=command.basis,
        proposed_unit=command.proposed_unit,
        objected_by=command.meta.by.person,
        objected_at=command.meta.at,
    )
