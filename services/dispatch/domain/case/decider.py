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
from services.dispatch.domain.case.assisting import (
    AnswerAssist,
    RequestAssist,
    WithdrawAssist,
    answer,
    request,
    withdraw,
)
from services.dispatch.domain.case.callers import JoinCaller, LeaveCaller, join, leave
from services.dispatch.domain.case.claiming import (
    ClaimCase,
    HandOver,
    ReleaseClaim,
    claim,
    hand_over,
    release,
)
from services.dispatch.domain.case.clocks import TimingEvent
from services.dispatch.domain.case.contacting import NoteContact, contact
from services.dispatch.domain.case.dispatching import DispatchCase, dispatch
from services.dispatch.domain.case.erasure import NoteErasure, note_erasure
from services.dispatch.domain.case.extending import (
    DenyExtension,
    GrantExtension,
    RequestExtension,
    deny_extension,
    grant_extension,
    request_extension,
)
from services.dispatch.domain.case.handling import ReportHandling, report
from services.dispatch.domain.case.objecting import ObjectToCase, object_to
from services.dispatch.domain.case.ordering import OrderEnd, order_end
from services.dispatch.domain.case.policies import must_not_be_recused
from services.dispatch.domain.case.recusal import DeclareConflict, LiftConflict, declare, lift
from services.dispatch.domain.case.redispatching import (
    NoteDispatchRefusal,
    Redispatch,
    note_refusal,
    redispatch,
)
from services.dispatch.domain.case.revising import ReviseDeadlines, revise_deadlines
from services.dispatch.domain.case.rounds import NoteCallback, ending, note
from services.dispatch.domain.case.ruling import RuleOnObjection, rule
from services.dispatch.domain.case.signing import SignCase, sign
from services.dispatch.domain.case.staging import ReachStage, reach
from services.dispatch.domain.case.state import (
    CaseEvent,
    CaseState,
    Closed,
    NoCase,
    OpenCase,
    deadlines,
    evolve,
    missed,
)
from services.dispatch.domain.case.suspending import (
    ApproveSuspension,
    CaseIsSuspended,
    DenySuspension,
    RequestSuspension,
    ResumeCase,
    approve_suspension,
    deny_suspension,
    request_suspension,
    resume_case,
)
from services.dispatch.domain.case.whistling import WhistleStep, hang
from services.dispatch.domain.whistle.escalation import AnswerEscalation

TimingCommand = (
    NoteContact
    | ReachStage
    | RequestExtension
    | GrantExtension
    | DenyExtension
    | RequestSuspension
    | ApproveSuspension
    | DenySuspension
    | ResumeCase
    | ClaimCase
    | ReleaseClaim
    | HandOver
)
CallerCommand = NoteCallback | JoinCaller | LeaveCaller
"""After these a caller's "not solved" may begin the next round, so they carry its terms."""
StepCommand = SignCase | ReportHandling | DeclareConflict | LiftConflict | TimingCommand
TransferCommand = ObjectToCase | RuleOnObjection | Redispatch | OrderEnd
AssistCommand = RequestAssist | AnswerAssist | WithdrawAssist
OfficerCommand = StepCommand | WhistleStep | TransferCommand | AssistCommand
"""Given by a person, who must not be recused."""
LeadCommand = TransferCommand | AssistCommand | NoteDispatchRefusal
"""About who leads, who assists, and who tried to give the case to whom."""
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
        return _led(command, state)
    if isinstance(command, WhistleStep):
        return hang(command, state)
    if isinstance(command, TimingCommand):
        return [_time(command, state)]
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


def _time(command: TimingCommand, state: OpenCase) -> TimingEvent:  # noqa: PLR0912  # one case per command
    match command:
        case NoteContact():
            return contact(command, state)
        case ReachStage():
            return reach(command, state)
        case RequestExtension():
            return request_extension(command, state)
        case GrantExtension():
            return grant_extension(command, state)
        case DenyExtension():
            return deny_extension(command, state)
        case RequestSuspension():
            return request_suspension(command, state)
        case ApproveSuspension():
            return approve_suspension(command, state)
        case DenySuspension():
            return deny_suspension(command, state)
        case ResumeCase():
            return resume_case(command, state)
        case ClaimCase():
            return claim(command, state)
        case ReleaseClaim():
            return release(command, state)
        case HandOver():
            return hand_over(command, state)
        case _:
            assert_never(command)


def _led(command: LeadCommand, state: OpenCase) -> Sequence[CaseEvent]:
    match command:
        case ObjectToCase():
            return [object_to(command, state)]
        case RuleOnObjection():
            return rule(command, state)
        case Redispatch():
            return [redispatch(command, state)]
        case NoteDispatchRefusal():
            return [note_refusal(command, state.facts)]
        case OrderEnd():
            return order_end(command, state.facts)
        case RequestAssist():
            return [request(command, state)]
        case AnswerAssist():
            return [answer(command, state.facts)]
        case WithdrawAssist():
            return [withdraw(command, state.facts)]
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
