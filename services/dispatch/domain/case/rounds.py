"""轮次: the answers of a round's callers, and what follows from them for the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.dispatch import CallbackNoted, CaseClosed, CaseReopened
from contracts.ids import AppealNo, CallbackNo, CaseNo
from contracts.values import Satisfaction
from services.dispatch.domain.case.events import CaseEvent
from services.dispatch.domain.case.state import (
    CaseFacts,
    CaseState,
    Closed,
    NoCase,
    OpenCase,
    Outcome,
    Reported,
    evolve,
)
from services.dispatch.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCallback:
    """登记回访结果 (art. 23): one caller was asked about this round, or could not be reached.

    `terms` are for the next round, which a "not solved" begins, and "solved, but dissatisfied" too.
    """

    case_no: CaseNo
    callback_no: CallbackNo
    appeal_no: AppealNo
    round: int
    resolved: bool | None
    satisfaction: Satisfaction | None
    terms: Terms
    meta: Meta


class CallbackOfOtherRound(Refusal):
    """非本轮回访 (our default): an answer counts in the round that it is about."""

    code = "callback_of_other_round"
    zh = "回访 {callback_no} 属于第 {round} 轮，工单 {case_no} 已不在该轮；请重新读取工单。"
    en = "Call-back {callback_no} is of round {round}; case {case_no} has left it, read it again."


def note(command: NoteCallback, state: OpenCase) -> Sequence[CallbackNoted]:
    """Note the answer of a caller who waits and was not asked yet. Raises: CallbackOfOtherRound."""
    facts = state.facts
    if command.round != facts.round:
        raise CallbackOfOtherRound(
            case_no=facts.case_no, callback_no=command.callback_no, round=command.round
        )
    waiting = {caller.appeal_no for caller in facts.callers}
    answered = {answer.appeal_no for answer in facts.answers}
    if command.appeal_no not in waiting - answered:
        return []
    return [
        CallbackNoted(
            case_no=facts.case_no,
            round=facts.round,
            callback_no=command.callback_no,
            appeal_no=command.appeal_no,
            resolved=command.resolved,
            satisfaction=command.satisfaction,
            noted_at=command.meta.at,
        )
    ]


def ending(
    state: OpenCase, events: Sequence[CaseEvent], at: datetime, terms: Terms | None
) -> Sequence[CaseEvent]:
    """Give what follows for the round: its end, the next one's beginning, or nothing yet.

    Only a command that carries `terms` can bring the answer that begins another round.
    """
    after: CaseState = state
    for event in events:
        after = evolve(after, event)
    if not events or isinstance(after, NoCase | Closed):
        return []
    facts = after.facts
    if not facts.callers:
        return [] if facts.open_whistles else [close(facts, "withdrawn", at)]
    waiting = {caller.appeal_no for caller in facts.callers}
    heard = [answer for answer in facts.answers if answer.appeal_no in waiting]
    if facts.timing.suspension or len(heard) < len(waiting):
        return []
    unresolved, dissatisfied = _unresolved(heard), _dissatisfied(heard)
    if terms and (unresolved or (dissatisfied and _may_reopen(facts, terms))):
        return [_reopen(facts, unresolved, dissatisfied, at, terms)]
    if unresolved or not isinstance(after, Reported) or facts.open_whistles:
        return []
    is_resolved = any(answer.resolved for answer in heard)
    return [close(facts, "resolved" if is_resolved else "unconfirmed", at)]


def _unresolved(heard: Sequence[CallbackNoted]) -> tuple[AppealNo, ...]:
    return tuple(answer.appeal_no for answer in heard if answer.resolved is False)


def _dissatisfied(heard: Sequence[CallbackNoted]) -> tuple[AppealNo, ...]:
    return tuple(
        answer.appeal_no
        for answer in heard
        if answer.resolved and answer.satisfaction == "dissatisfied"
    )


def _may_reopen(facts: CaseFacts, terms: Terms) -> bool:
    """Say whether dissatisfaction alone still begins a round (济南条例 art. 27; our default)."""
    return facts.dissatisfied_reopens < terms.policies.dissatisfied_reopens_max


def _reopen(
    facts: CaseFacts,
    unresolved: tuple[AppealNo, ...],
    dissatisfied: tuple[AppealNo, ...],
    at: datetime,
    terms: Terms,
) -> CaseReopened:
    """重新办理: the next round has clocks of its own, unless every caller was erased."""
    again, next_terms = facts.round + 1, terms.of_later_round(had_missed=bool(facts.missed))
    callers = () if facts.are_callers_erased else facts.callers
    return CaseReopened(
        case_no=facts.case_no,
        round=again,
        unit=facts.unit,
        unresolved_for=unresolved,
        dissatisfied_for=dissatisfied,
        deadlines=next_terms.deadlines(again, at, callers) if callers else (),
        reopened_at=at,
    )


def close(facts: CaseFacts, outcome: Outcome, at: datetime) -> CaseClosed:
    """结案."""
    return CaseClosed(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        outcome=outcome,
        closed_at=at,
    )
