"""A call-back (回访): one caller is asked once about one round of a case.

Who handled the case does not ask: the hotline does (接诉即办工作条例 art. 23), so that handling and
supervision stay apart (监管分离). Solved and satisfied are two facts; neither follows from the
other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from chassis.decider import Decider
from chassis.errors import Forbidden, Refusal, Unknown
from contracts.envelope import Actor
from contracts.event import Event
from contracts.events.feedback import (
    CallbackAnswers,
    CallbackAttempted,
    CallbackCompleted,
    CallbackScheduled,
    CallbackWaived,
)
from contracts.sealed import Sealed

__all__ = [
    "ATTEMPTS_MAX",
    "CALLBACK",
    "CallbackAlreadyOver",
    "CallbackByHandler",
    "CallbackCommand",
    "CallbackState",
    "CallbackUnknown",
    "CompleteCallback",
    "Completed",
    "NoCallback",
    "RecordAttempt",
    "ScheduleCallback",
    "Scheduled",
    "WaiveCallback",
    "Waived",
    "WaiverGround",
]

ATTEMPTS_MAX = 3
"""Attempts that may fail to reach a caller before the call-back is over. Our default: no law or
published rule that we know gives a number."""

WaiverGround = Literal["not_wanted", "caller_left", "subject_erased"]


class CallbackUnknown(Unknown):
    code = "callback_unknown"
    zh = "没有编号为 {callback_no} 的回访；请核对编号，或从回访列表中重新选择。"
    en = "There is no call-back {callback_no}; check the number, or choose one from the list."


class CallbackAlreadyOver(Refusal):
    code = "callback_already_over"
    zh = "回访 {callback_no} 已结束（{stage}），不能再登记；请重新读取，并从列表中选择下一条。"
    en = "Call-back {callback_no} is over ({stage}); read it again and go on with the next one."


class CallbackByHandler(Forbidden):
    code = "callback_by_handler"
    zh = (
        "回访 {callback_no} 针对 {unit} 的办理，须由未参与办理的人员进行；"
        "请交由其他单位且未参与办理的回访员。"
    )
    en = (
        "Call-back {callback_no} asks about the work of {unit}, so nobody who handled it may make "
        "it; hand it to a visitor of another unit who had no part in it."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCallback:
    """`event` is the whole fact: it says what another service said."""

    event: CallbackScheduled


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAttempt:
    """The caller was not reached."""

    callback_no: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteCallback:
    callback_no: str
    answers: CallbackAnswers
    note: Sealed | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveCallback:
    callback_no: str
    ground: WaiverGround
    actor: Actor
    at: datetime


CallbackCommand = ScheduleCallback | RecordAttempt | CompleteCallback | WaiveCallback


@dataclass(frozen=True, slots=True)
class NoCallback:
    pass


@dataclass(frozen=True, slots=True)
class Scheduled:
    """`attempts` counts those that did not reach the caller."""

    fact: CallbackScheduled
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Completed:
    """`answers` is None when the caller was never reached."""

    fact: CallbackScheduled
    attempts: int
    answers: CallbackAnswers | None
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Waived:
    fact: CallbackScheduled
    attempts: int
    ground: WaiverGround


CallbackState = NoCallback | Scheduled | Completed | Waived


def decide(command: CallbackCommand, state: CallbackState) -> Sequence[Event]:
    """Decide. Raises: the refusals of this module."""
    match command:
        case ScheduleCallback(event=event):
            return [event] if _may_be_scheduled(state) else []
        case RecordAttempt(actor=actor):
            return _attempt(command, _open_to(actor, command.callback_no, state))
        case CompleteCallback(actor=actor):
            state = _open_to(actor, command.callback_no, state)
            return [_completed(state, command.answers, command.note, actor, command.at)]
        case WaiveCallback():
            return _waive(command, state)
        case _:
            assert_never(command)


def _may_be_scheduled(state: CallbackState) -> bool:
    """Once per caller and round; but a caller who left and came back is owed a call-back again."""
    match state:
        case NoCallback() | Waived(ground="caller_left"):
            return True
        case _:
            return False


def _open_to(actor: Actor, callback_no: str, state: CallbackState) -> Scheduled:
    if isinstance(state, NoCallback):
        raise CallbackUnknown(callback_no=callback_no)
    if not isinstance(state, Scheduled):
        raise CallbackAlreadyOver(callback_no=callback_no, stage=type(state).__name__.lower())
    _must_not_have_handled(actor, state.fact)
    return state


def _must_not_have_handled(actor: Actor, fact: CallbackScheduled) -> None:
    if actor.unit == fact.unit or actor.person in fact.handlers:
        raise CallbackByHandler(callback_no=fact.callback_no, unit=fact.unit)


def _attempt(command: RecordAttempt, state: Scheduled) -> Sequence[Event]:
    attempted = CallbackAttempted(
        callback_no=state.fact.callback_no,
        case_no=state.fact.case_no,
        round=state.fact.round,
        attempt=state.attempts + 1,
        attempted_by=command.actor.person,
        attempted_at=command.at,
    )
    if attempted.attempt < ATTEMPTS_MAX:
        return [attempted]
    return [attempted, _completed(state, None, None, command.actor, command.at)]


def _completed(
    state: Scheduled,
    answers: CallbackAnswers | None,
    note: Sealed | None,
    actor: Actor,
    at: datetime,
) -> CallbackCompleted:
    return CallbackCompleted(
        callback_no=state.fact.callback_no,
        case_no=state.fact.case_no,
        appeal_no=state.fact.appeal_no,
        round=state.fact.round,
        unit=state.fact.unit,
        answers=answers,
        note=note,
        completed_by=actor.person,
        completed_at=at,
    )


def _waive(command: WaiveCallback, state: CallbackState) -> Sequence[Event]:
    """Waive what is open. What is over needs no waiver, and asking for one is no fault."""
    match state:
        case NoCallback():
            raise CallbackUnknown(callback_no=command.callback_no)
        case Completed() | Waived():
            return []
        case Scheduled(fact=fact):
            _must_not_have_handled(command.actor, fact)
        case _:
            assert_never(state)
    return [
        CallbackWaived(
            callback_no=fact.callback_no,
            case_no=fact.case_no,
            appeal_no=fact.appeal_no,
            round=fact.round,
            ground=command.ground,
            waived_at=command.at,
        )
    ]


def evolve(state: CallbackState, event: Event) -> CallbackState:
    """Fold. What does not fit leaves the state as it is."""
    match event:
        case CallbackScheduled() if _may_be_scheduled(state):
            return Scheduled(event)
        case _ if not isinstance(state, Scheduled):
            return state
        case CallbackAttempted(attempt=attempt):
            return Scheduled(state.fact, attempt)
        case CallbackCompleted(answers=answers, note=note):
            return Completed(state.fact, state.attempts, answers, note)
        case CallbackWaived(ground=ground):
            return Waived(state.fact, state.attempts, ground)
        case _:
            return state


CALLBACK: Decider[CallbackCommand, CallbackState] = Decider(NoCallback(), decide, evolve)
