"""协办: the lead asks other units for their part, by clocks of their own, and stays accountable."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Forbidden, Refusal
from contracts.calendar import compute
from contracts.catalogue import Unit
from contracts.events.dispatch import AssistAnswered, AssistRequested, AssistWithdrawn
from contracts.ids import CaseNo, UnitCode
from contracts.sealed import Sealed
from services.dispatch.domain.case.asked import Assist
from services.dispatch.domain.case.policies import must_be_at_work, must_handle
from services.dispatch.domain.case.state import CaseFacts, OpenCase
from services.dispatch.domain.terms import Terms

RULE = "case.assist"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAssist:
    """请求协办 (art. 14): the lead asks a unit, once a round; one beyond the list for a reason."""

    case_no: CaseNo
    asked: Unit
    reason: Sealed | None
    request: Sealed
    terms: Terms
    meta: Meta


def request(command: RequestAssist, state: OpenCase) -> AssistRequested:
    """Ask a unit. No clock of the lead moves.

    Raises: CaseNotYours, CaseNotSigned, CaseAlreadyReported, LeadCannotAssist, AssistAskedAlready,
    CommunityNotListed, AssistNeedsReason.
    """
    facts, asked = state.facts, command.asked
    unit = UnitCode(asked.code)
    must_handle(command.meta.by.unit, facts)
    must_be_at_work(state)
    if unit == facts.unit:
        raise LeadCannotAssist(unit=unit, case_no=facts.case_no)
    if any(one.unit == unit for one in facts.assists):
        raise AssistAskedAlready(unit=unit, case_no=facts.case_no)
    is_listed = unit in facts.assisting
    if asked.kind in {"community", "property"} and not is_listed:
        raise CommunityNotListed(unit=unit)
    if command.reason is None and not is_listed:
        raise AssistNeedsReason(unit=unit)
    deadline = compute(
        milestone=f"assist/{unit}",
        round=facts.round,
        rule=RULE,
        start=command.meta.at,
        limit=command.terms.policies.assist,
        calendar=command.terms.calendar,
        around_the_clock=asked.around_the_clock,
    )
    return AssistRequested(
        case_no=facts.case_no,
        round=facts.round,
        unit=unit,
        lead=facts.unit,
        is_listed=is_listed,
        reason=command.reason,
        request=command.request,
        deadline=None if facts.are_callers_erased else deadline,
        requested_by=command.meta.by.person,
        requested_at=command.meta.at,
    )


class LeadCannotAssist(Refusal):
    """主责单位不得协办本单位 (art. 14): a unit asks others."""

    code = "lead_cannot_assist"
    zh = "{unit} 是工单 {case_no} 的主责单位；请选择其他单位协办。"
    en = "{unit} leads case {case_no}; ask another unit to assist."


class AssistAskedAlready(Refusal):
    """已请求协办 (our default): a unit is asked once in a round."""

    code = "assist_asked_already"
    zh = "本轮已请求 {unit} 协办工单 {case_no}，无需重复请求。"
    en = "{unit} was asked to assist with case {case_no} in this round already; once is enough."


class CommunityNotListed(Refusal):
    """社区、物业不在清单 (art. 17): they assist with what the list gives them, and nothing else."""

    code = "community_not_listed"
    zh = "职责清单没有 {unit} 协办该事项的内容，不得请其协办；请选择其他单位。"
    en = "The list gives {unit} no part in this matter, so it cannot be asked; choose another unit."


class AssistNeedsReason(Refusal):
    """清单外协办须说明理由 (art. 14): a unit that the list does not name learns why."""

    code = "assist_needs_reason"
    zh = "职责清单没有列出 {unit}；请填写请其协办的理由（reason）。"
    en = "The list does not name {unit}; give the `reason` for asking it."


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAssist:
    """协办反馈 (art. 14): the asked unit gives its part, or says why it cannot; also late."""

    case_no: CaseNo
    unit: UnitCode
    """The one that was asked."""
    answer: Sealed
    meta: Meta


class AssistNotYours(Forbidden):
    """非本单位协办任务 (art. 14): the asked unit answers for itself."""

    code = "assist_not_yours"
    zh = "该协办任务属于 {unit}，{acting} 不能答复；请联系该单位。"
    en = "{unit} was asked to assist; {acting} cannot answer for it, so ask that unit."


class AssistNotAsked(Refusal):
    """无协办任务 (our default): no request to this unit waits for an answer."""

    code = "assist_not_asked"
    zh = "工单 {case_no} 没有等待 {unit} 答复的协办任务；请核对编号，或联系主责单位。"
    en = "No request of case {case_no} waits for {unit}; check the number, or ask the lead unit."


def answer(command: AnswerAssist, facts: CaseFacts) -> AssistAnswered:
    """Answer for the own unit. Raises: AssistNotYours, AssistNotAsked."""
    if command.meta.by.unit != command.unit:
        raise AssistNotYours(unit=command.unit, acting=command.meta.by.unit)
    waiting = _waiting(facts, command.unit)
    return AssistAnswered(
        case_no=facts.case_no,
        round=facts.round,
        unit=waiting.unit,
        answer=command.answer,
        answered_by=command.meta.by.person,
        answered_at=command.meta.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAssist:
    """撤回协办 (our default): the lead does without the unit's part."""

    case_no: CaseNo
    unit: UnitCode
    meta: Meta


def withdraw(command: WithdrawAssist, facts: CaseFacts) -> AssistWithdrawn:
    """Take a request back. Raises: CaseNotYours, AssistNotAsked."""
    must_handle(command.meta.by.unit, facts)
    waiting = _waiting(facts, command.unit)
    return AssistWithdrawn(
        case_no=facts.case_no,
        round=facts.round,
        unit=waiting.unit,
        withdrawn_by=command.meta.by.person,
        withdrawn_at=command.meta.at,
    )


def _waiting(facts: CaseFacts, unit: UnitCode) -> Assist:
    for one in facts.assists:
        if one.unit == unit and one.is_open:
            return one
    raise AssistNotAsked(case_no=facts.case_no, unit=unit)
