"""A case (工单): one unit answers for it, round after round, until all its callers were asked.

A round ends when every caller of the case has been called back. If one says it is not solved, the
next round begins, and for one who is dissatisfied once; otherwise the case closes as soon as the
handling is reported and no whistle is open. Solved and satisfied are the callers' words, never
inferred from a unit's report. Another unit leads after a ruling or a re-dispatch alone, and the
district may order the end.
"""

from collections.abc import Sequence
from typing import assert_never

from chassis.decider import Decider
from chassis.errors import Refusal, Unknown
from services.dispatch.domain.case.callers import JoinCaller, LeaveCaller, join, leave
from services.dispatch.domain.case.dispatching import DispatchCase, dispatch
from services.dispatch.domain.case.erasure import NoteErasure, note_erasure
from services.dispatch.domain.case.events import CaseEvent
from services.dispatch.domain.case.handling import ReportHandling, report
from services.dispatch.domain.case.leading import (
    AssistCommand,
    LeadCommand,
    TransferCommand,
    settle_lead,
)
from services.dispatch.domain.case.misses import deadlines, missed
from services.dispatch.domain.case.ordering import OrderEnd
from services.dispatch.domain.case.policies import must_not_be_recused
from services.dispatch.domain.case.recusal import DeclareConflict, LiftConflict, declare, lift
from services.dispatch.domain.case.redispatching import NoteDispatchRefusal
from services.dispatch.domain.case.revising import ReviseDeadlines, revise_deadlines
from services.dispatch.domain.case.rounds import NoteCallback, ending, note
from services.dispatch.domain.case.signing import SignCase, sign
from services.dispatch.domain.case.state import CaseState, Closed, NoCase, OpenCase, evolve
from services.dispatch.domain.case.suspending import CaseIsSuspended, ResumeCase
from services.dispatch.domain.case.timekeeping import TimingCommand, keep_time
from services.dispatch.domain.case.whistling import WhistleStep, hang
from services.dispatch.domain.whistle.escalation import AnswerEscalation

CallerCommand = NoteCallback | JoinCaller | LeaveCaller
"""After these a caller's "not solved" may begin the next round, so they carry its terms."""
StepCommand = SignCase | ReportHandling | DeclareConflict | LiftConflict | TimingCommand
OfficerCommand = StepCommand | WhistleStep | TransferCommand | AssistCommand
"""Given by a person, who must not be recused."""
WhileSuspended = (
    ResumeCase
    | CallerCommand
    | DeclareConflict
    | LiftConflict
    | ReviseDeadlines
    | OrderEnd
    | AnswerEscalation
)
"""What a suspended case takes; everything else waits until it is resumed."""
OngoingCommand = OfficerCommand | CallerCommand | NoteDispatchRefusal | ReviseDeadlines
CaseCommand = DispatchCase | NoteErasure | OngoingCommand


def decide(command: CaseCommand, state: CaseState) -> Sequence[CaseEvent]:
    """Decide. Raises: the refusals of this package."""
    if isinstance(command, DispatchCase):
        return dispatch(command) if isinstance(state, NoCase) else []
    if isinstance(state, NoCase):
        raise CaseUnknown(case_no=command.case_no)
    if isinstance(command, NoteErasure):
        return note_erasure(command, state.facts)
    if isinstance(command, OfficerCommand):
        must_not_be_recused(command.meta.by.person, state.facts)
    if isinstance(state, Closed):
        return _after_closing(command)
    if state.facts.timing.suspension and not isinstance(command, WhileSuspended):
        raise CaseIsSuspended(case_no=state.facts.case_no)
    events = _decide(command, state)
    terms = command.terms if isinstance(command, CallerCommand | ResumeCase) else None
    return [*events, *ending(state, events, command.meta.at, terms)]


def _decide(command: OngoingCommand, state: OpenCase) -> Sequence[CaseEvent]:
    if isinstance(command, LeadCommand):
        return settle_lead(command, state)
    if isinstance(command, WhistleStep):
        return hang(command, state)
    if isinstance(command, TimingCommand):
        return [keep_time(command, state)]
    return _work(command, state)


def _work(
    command: SignCase
    | ReportHandling
    | DeclareConflict
    | LiftConflict
    | CallerCommand
    | ReviseDeadlines,
    state: OpenCase,
) -> Sequence[CaseEvent]:
    match command:
        case SignCase():
            return [sign(command, state)]
        case ReportHandling():
            return [report(command, state)]
        case NoteCallback():
            return note(command, state)
        case JoinCaller():
            return join(command, state)
        case LeaveCaller():
            return leave(command, state)
        case DeclareConflict():
            return [declare(command, state.facts)]
        case LiftConflict():
            return [lift(command, state.facts)]
        case ReviseDeadlines():
            return revise_deadlines(command, state)
        case _:
            assert_never(command)


class CaseUnknown(Unknown):
    """无此工单 (our default): nothing was dispatched under the number, or not yet."""

    code = "case_unknown"
    zh = "没有编号为 {case_no} 的工单；请核对编号，刚立案的工单请稍候再试。"
    en = "There is no case {case_no}; check the number, or wait a moment if it was just filed."


class CaseIsClosed(Refusal):
    """工单已结案 (our default): a closed case takes no more actions; a new appeal files another."""

    code = "case_is_closed"
    zh = "工单 {case_no} 已结案，不能再操作；仍未解决的，请由话务员重新受理。"
    en = "Case {case_no} is closed; what is still not solved is received as a new appeal."


def _after_closing(command: OngoingCommand) -> Sequence[CaseEvent]:
    """A caller who leaves and what comes late change nothing in a closed case."""
    if isinstance(command, LeaveCaller | NoteCallback | NoteDispatchRefusal | AnswerEscalation):
        return []
    raise CaseIsClosed(case_no=command.case_no)


CASE: Decider[CaseCommand, CaseState, CaseEvent] = Decider(
    NoCase(), decide, evolve, deadlines, missed
)
