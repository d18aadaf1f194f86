"""签收: the unit takes the case on."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.dispatch import CaseSigned
from contracts.ids import CaseNo
from services.dispatch.domain.case.policies import must_handle
from services.dispatch.domain.case.state import Dispatched, OpenCase


@dataclass(frozen=True, slots=True, kw_only=True)
class SignCase:
    """签收 (art. 14): the unit that got the case signs for it, once in each round."""

    case_no: CaseNo
    meta: Meta


class CaseAlreadySigned(Refusal):
    """工单已签收 (our default): one signature opens the round, a second one says nothing."""

    code = "case_already_signed"
    zh = "工单 {case_no} 本轮已签收，无需重复；请联系来电人并办理。"
    en = "Case {case_no} is signed for in this round already; go on and handle it."


def sign(command: SignCase, state: OpenCase) -> CaseSigned:
    """Sign for the case. Raises: CaseNotYours, CaseAlreadySigned."""
    facts = state.facts
    must_handle(command.meta.by.unit, facts)
    if not isinstance(state, Dispatched):
        raise CaseAlreadySigned(case_no=facts.case_no)
    return CaseSigned(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        signed_by=command.meta.by.person,
        signed_at=command.meta.at,
    )
