"""首次联系: the unit calls who complained, and what it may report about that (art. 15)."""

from dataclasses import dataclass
from typing import Literal

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.dispatch import CallerContacted
from contracts.ids import AppealNo, CaseNo, SubjectId
from contracts.policies import Policies
from contracts.values import Caller, Contact
from services.dispatch.domain.case.policies import must_be_at_work, must_handle
from services.dispatch.domain.case.state import CaseFacts, OpenCase

Claim = Literal["resolved", "partly_resolved", "unresolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteContact:
    """登记联系 (art. 15): the unit called a caller, the first who can be called unless named."""

    case_no: CaseNo
    appeal_no: AppealNo | None
    result: Literal["reached", "unreachable"]
    erased: frozenset[SubjectId]
    """The callers who have been erased."""
    policies: Policies
    meta: Meta


class NobodyToContact(Refusal):
    """无可联系的来电人 (art. 15): an anonymous or erased caller cannot be called and need not."""

    code = "nobody_to_contact"
    zh = "工单 {case_no} 的来电人匿名或信息已删除，无法也无需联系；反馈时请选择“无需联系”。"
    en = "The caller of case {case_no} is anonymous or erased; report `not_needed` as the contact."


class CallerNotWaiting(Refusal):
    """非本工单来电人 (our default): a unit records calls to those who wait for the case."""

    code = "caller_not_waiting"
    zh = "诉求 {appeal_no} 的来电人不在等待工单 {case_no} 的结果；请从工单中选择诉求编号。"
    en = "Nobody of appeal {appeal_no} waits for case {case_no}; choose an appeal of the case."


def contact(command: NoteContact, state: OpenCase) -> CallerContacted:
    """Record a call. It ends the clock of first contact when it counts as contact.

    That is so when somebody was reached, or when it is one attempt of as many as the city asks for.
    Raises: CaseNotYours, CaseNotSigned, CaseAlreadyReported, CallerNotWaiting, NobodyToContact.
    """
    facts = state.facts
    must_handle(command.meta.by.unit, facts)
    must_be_at_work(state)
    if command.appeal_no not in {None, *(caller.appeal_no for caller in facts.callers)}:
        raise CallerNotWaiting(case_no=facts.case_no, appeal_no=command.appeal_no)
    callers = [
        caller
        for caller in _within_reach(facts, command.erased)
        if command.appeal_no in {None, caller.appeal_no}
    ]
    if not callers:
        raise NobodyToContact(case_no=facts.case_no)
    attempts = len(facts.timing.contacts) + 1
    return CallerContacted(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        appeal_no=callers[0].appeal_no,
        result=command.result,
        ends_clock=command.result == "reached" or attempts >= command.policies.contact_attempts_min,
        contacted_by=command.meta.by.person,
        contacted_at=command.meta.at,
    )


def _within_reach(facts: CaseFacts, erased: frozenset[SubjectId]) -> list[Caller]:
    """Give the callers who left data that we still have."""
    return [one for one in facts.callers if one.subject and one.subject not in erased]


class ContactNeeded(Refusal):
    """应当联系来电人 (art. 15): `not_needed` is for cases in which nobody can be called."""

    code = "contact_needed"
    zh = "工单 {case_no} 有可以联系的来电人，不能选择“无需联系”；请先联系并登记。"
    en = "Somebody waits for case {case_no} who can be called; call them and record it first."


class ContactNotRecorded(Refusal):
    """未登记联系 (art. 15): who was reached, or wants no call, was spoken to, on the record."""

    code = "contact_not_recorded"
    zh = "工单 {case_no} 本轮没有联系到来电人的记录；请先联系并登记结果。"
    en = "Case {case_no} has no record of reaching a caller in this round; record the call first."


class TooFewAttempts(Refusal):
    """联系次数不足 (art. 15; how many is a policy of the city): a caller is tried several times."""

    code = "too_few_attempts"
    zh = "工单 {case_no} 本轮登记联系 {attempts} 次，满 {needed} 次才可反馈“联系不上”；请继续联系。"
    en = (
        "Case {case_no} has {attempts} recorded attempts in this round; `unreachable` takes "
        "{needed}, so call again."
    )


class UnreachableNotResolved(Refusal):
    """联系不上不得报已解决 (art. 15): nobody has heard from the caller that it is solved."""

    code = "unreachable_not_resolved"
    zh = "工单 {case_no} 联系不上来电人，只能反馈“部分解决”或“未解决”；请改后再报。"
    en = "Nobody reached a caller of case {case_no}; claim `partly_resolved` or `unresolved`."


def must_fit_contacts(
    facts: CaseFacts, told: Contact, claim: Claim, erased: frozenset[SubjectId], policies: Policies
) -> None:
    """Check what a unit reports about its contact against the record of this round.

    Who was called before they were erased was called all the same.

    Raises: NobodyToContact, ContactNeeded, ContactNotRecorded, TooFewAttempts,
    UnreachableNotResolved.
    """
    contacts, needed = facts.timing.contacts, policies.contact_attempts_min
    is_somebody_there = bool(_within_reach(facts, erased))
    if told == "not_needed":
        if is_somebody_there:
            raise ContactNeeded(case_no=facts.case_no)
        return
    if not is_somebody_there and not contacts:
        raise NobodyToContact(case_no=facts.case_no)
    if told == "unreachable":
        if len(contacts) < needed:
            raise TooFewAttempts(case_no=facts.case_no, attempts=len(contacts), needed=needed)
        if claim == "resolved":
            raise UnreachableNotResolved(case_no=facts.case_no)
    elif not any(one.result == "reached" for one in contacts):
        raise ContactNotRecorded(case_no=facts.case_no)
