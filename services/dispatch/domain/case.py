"""A case (工单): one unit answers for it, round after round, until its callers have been heard.

A round ends when every caller of the case has been called back. If one says it is not solved, the
next round begins; otherwise the case closes as soon as the handling is reported and no whistle is
open. Solved and satisfied are the callers' words, never inferred from a unit's report.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from chassis.decider import Decider
from contracts.event import Event
from contracts.events.dispatch import (
    CallbackNoted,
    CallerJoined,
    CallerLeft,
    CaseClosed,
    CaseReopened,
    CaseSigned,
    DistrictCopied,
    HandlingReported,
    WhistleAttached,
    WhistleDetached,
)
from services.dispatch.domain.case_commands import (
    CallbackOfOtherRound,
    CaseAlreadyReported,
    CaseAlreadySigned,
    CaseCommand,
    CaseIsClosed,
    CaseNotSigned,
    CaseNotYours,
    CaseUnknown,
    DispatchCase,
    JoinCaller,
    LeaveCaller,
    NoteCallback,
    OngoingCommand,
    ReportHandling,
    SignCase,
    WhistleNeedsStreet,
    WhistleStillOpen,
)
from services.dispatch.domain.case_state import (
    CaseFacts,
    CaseState,
    Closed,
    Dispatched,
    NoCase,
    OpenCase,
    Reported,
    Signed,
    deadlines,
    evolve,
    lapse,
    with_handler,
)
from services.dispatch.domain.routing import Terms
from services.dispatch.domain.whistle import ProposeWhistle, RefuseWhistle, SettleWhistle

__all__ = ["CASE", "decide"]


def decide(command: CaseCommand, state: CaseState) -> Sequence[Event]:
    """Decide. Raises: the refusals of `case_commands`."""
    if isinstance(command, DispatchCase):
        return _dispatch(command) if isinstance(state, NoCase) else []
    if isinstance(state, NoCase):
        raise CaseUnknown(case_no=command.case_no)
    if isinstance(state, Closed):
        return _closed(command)
    match command:
        case SignCase():
            return [_sign(command, state)]
        case ReportHandling():
            return _then_settle(state, [_report(command, state)], command.at)
        case NoteCallback():
            return _then_settle(state, _note(command, state), command.at, command.terms)
        case JoinCaller():
            return _then_settle(state, _join(command, state), command.at, command.terms)
        case LeaveCaller():
            return _then_settle(state, _leave(command, state), command.at, command.terms)
        case ProposeWhistle():
            return [_attach(command, state)]
        case RefuseWhistle() | SettleWhistle():
            return _then_settle(state, [_detach(command, state)], command.at)
        case _:
            assert_never(command)


def _dispatch(command: DispatchCase) -> Sequence[Event]:
    event = command.event
    if command.district is None:
        return [event]
    copied = DistrictCopied(
        case_no=event.case_no,
        round=event.round,
        district=command.district,
        copied_at=event.dispatched_at,
    )
    return [event, copied]


def _closed(command: OngoingCommand) -> Sequence[Event]:
    """A caller who leaves, and an answer that comes late, change nothing in a closed case."""
    if isinstance(command, LeaveCaller | NoteCallback):
        return []
    raise CaseIsClosed(case_no=command.case_no)


def _must_handle(command: SignCase | ReportHandling, facts: CaseFacts) -> None:
    if command.unit != facts.unit:
        raise CaseNotYours(case_no=facts.case_no, unit=facts.unit, acting=command.unit)


def _sign(command: SignCase, state: OpenCase) -> CaseSigned:
    facts = state.facts
    _must_handle(command, facts)
    if not isinstance(state, Dispatched):
        raise CaseAlreadySigned(case_no=facts.case_no)
    return CaseSigned(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        signed_by=command.by,
        signed_at=command.at,
    )


def _must_be_signed(state: OpenCase) -> None:
    match state:
        case Dispatched(facts=facts):
            raise CaseNotSigned(case_no=facts.case_no)
        case Reported(facts=facts):
            raise CaseAlreadyReported(case_no=facts.case_no)
        case Signed(facts=facts):
            for whistle_no in facts.open_whistles:
                raise WhistleStillOpen(case_no=facts.case_no, whistle_no=whistle_no)
        case _:
            assert_never(state)


def _report(command: ReportHandling, state: OpenCase) -> HandlingReported:
    facts = state.facts
    _must_handle(command, facts)
    _must_be_signed(state)
    return HandlingReported(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        claim=command.claim,
        contact=command.contact,
        account=command.account,
        handlers=with_handler(facts.handlers, command.by),
        callers=facts.callers,
        reported_by=command.by,
        reported_at=command.at,
    )


def _note(command: NoteCallback, state: OpenCase) -> Sequence[Event]:
    facts = state.facts
    if command.round != facts.round:
        raise CallbackOfOtherRound(
            case_no=facts.case_no, callback_no=command.callback_no, round=command.round
        )
    waiting = {caller.appeal_no for caller in facts.callers}
    heard = {answer.appeal_no for answer in facts.answers}
    if command.appeal_no not in waiting - heard:
        return []
    return [
        CallbackNoted(
            case_no=facts.case_no,
            round=facts.round,
            callback_no=command.callback_no,
            appeal_no=command.appeal_no,
            resolved=command.resolved,
            satisfaction=command.satisfaction,
            noted_at=command.at,
        )
    ]


def _join(command: JoinCaller, state: OpenCase) -> Sequence[Event]:
    facts = state.facts
    if command.caller in facts.callers:
        return []
    handle_is_open = any(deadline.milestone == "handle" for deadline in facts.deadlines)
    return [
        CallerJoined(
            case_no=facts.case_no,
            round=facts.round,
            caller=command.caller,
            unit=facts.unit,
            handlers=facts.handlers,
            callback_due=not handle_is_open,
            joined_at=command.at,
        )
    ]


def _leave(command: LeaveCaller, state: OpenCase) -> Sequence[Event]:
    facts = state.facts
    if command.caller not in facts.callers:
        return []
    return [
        CallerLeft(
            case_no=facts.case_no,
            round=facts.round,
            caller=command.caller,
            left_at=command.at,
        )
    ]


def _attach(command: ProposeWhistle, state: OpenCase) -> WhistleAttached:
    facts = state.facts
    if not command.street == facts.unit == facts.street:
        raise WhistleNeedsStreet(case_no=facts.case_no, unit=facts.unit)
    _must_be_signed(state)
    return WhistleAttached(
        case_no=facts.case_no,
        round=facts.round,
        whistle_no=command.whistle_no,
        attached_at=command.at,
    )


def _detach(command: RefuseWhistle | SettleWhistle, state: OpenCase) -> WhistleDetached:
    return WhistleDetached(
        case_no=state.facts.case_no,
        round=state.facts.round,
        whistle_no=command.whistle_no,
        detached_at=command.at,
    )


def _then_settle(
    state: OpenCase, events: Sequence[Event], at: datetime, terms: Terms | None = None
) -> Sequence[Event]:
    """Add what follows for the round: its end, the next one's beginning, or nothing yet."""
    after: CaseState = state
    for event in events:
        after = evolve(after, event)
    if not events or isinstance(after, NoCase | Closed):
        return events
    ending = _ending(after, at, terms)
    return [*events, ending] if ending else events


def _ending(state: OpenCase, at: datetime, terms: Terms | None) -> Event | None:
    facts = state.facts
    heard = {answer.appeal_no: answer.resolved for answer in facts.answers}
    if not facts.callers:
        return None if facts.open_whistles else _close(facts, "withdrawn", at)
    if any(caller.appeal_no not in heard for caller in facts.callers):
        return None
    answers = [heard[caller.appeal_no] for caller in facts.callers]
    if False in answers:
        return _reopen(facts, at, terms) if terms else None
    if not isinstance(state, Reported) or facts.open_whistles:
        return None
    return _close(facts, "resolved" if True in answers else "unconfirmed", at)


def _reopen(facts: CaseFacts, at: datetime, terms: Terms) -> CaseReopened:
    waiting = {caller.appeal_no for caller in facts.callers}
    return CaseReopened(
        case_no=facts.case_no,
        round=facts.round + 1,
        unit=facts.unit,
        unresolved_for=tuple(
            answer.appeal_no
            for answer in facts.answers
            if answer.resolved is False and answer.appeal_no in waiting
        ),
        deadlines=terms.deadlines(facts.round + 1, at),
        reopened_at=at,
    )


def _close(facts: CaseFacts, outcome: str, at: datetime) -> CaseClosed:
    return CaseClosed.model_validate(
        {
            "case_no": facts.case_no,
            "round": facts.round,
            "unit": facts.unit,
            "outcome": outcome,
            "closed_at": at,
        }
    )


CASE: Decider[CaseCommand, CaseState] = Decider(NoCase(), decide, evolve, deadlines, lapse)
