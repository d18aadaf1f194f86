"""The caller is asked (回访): failed attempts are counted, an answer is recorded as given."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.feedback import CallbackAnswers, CallbackAttempted, CallbackCompleted
from contracts.ids import CallbackNo
from contracts.sealed import Sealed
from services.feedback.domain.callback.participants import Participants
from services.feedback.domain.callback.policies import (
    existing,
    must_have_no_part,
    must_not_be_recused,
)
from services.feedback.domain.callback.state import CallbackState, Scheduled

ATTEMPTS_MAX = 3
"""Attempts that may fail to reach a caller before the call-back is over. Our default: no law or
published rule that we know gives a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAttempt:
    """登记未接通 (art. 23): the caller was not reached."""

    callback_no: CallbackNo
    recused: frozenset[str]
    participants: Participants
    meta: Meta


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteCallback:
    """登记回访 (art. 23): what the caller answered, and a note."""

    callback_no: CallbackNo
    answers: CallbackAnswers
    note: Sealed | None
    recused: frozenset[str]
    participants: Participants
    meta: Meta


def record_attempt(
    command: RecordAttempt, state: CallbackState
) -> Sequence[CallbackAttempted | CallbackCompleted]:
    """Count an attempt; the last one allowed ends the call-back without answers."""
    callback = _open(command, state)
    attempted = CallbackAttempted(
        callback_no=callback.fact.callback_no,
        case_no=callback.fact.case_no,
        round=callback.fact.round,
        attempt=callback.attempts + 1,
        attempted_by=command.meta.by.person,
        attempted_at=command.meta.at,
    )
    if attempted.attempt < ATTEMPTS_MAX:
        return [attempted]
    return [attempted, _completed(callback, command.meta)]


def complete(command: CompleteCallback, state: CallbackState) -> Sequence[CallbackCompleted]:
    """Record the answers; none of them is inferred from another."""
    callback = _open(command, state)
    return [_completed(callback, command.meta, command.answers, command.note)]


def _open(command: RecordAttempt | CompleteCallback, state: CallbackState) -> Scheduled:
    """Give a call-back that is not over, to someone who may make it.

    Raises: CallbackUnknown, OfficerRecused, CallbackAlreadyOver, CallbackByHandler,
    CallbackByDispatcher.
    """
    found = existing(command.callback_no, state)
    must_not_be_recused(command.meta.by, command.recused, found.fact)
    if not isinstance(found, Scheduled):
        raise CallbackAlreadyOver(callback_no=command.callback_no, stage=found.stage)
    must_have_no_part(command.meta.by, found.fact, command.participants)
    return found


class CallbackAlreadyOver(Refusal):
    """回访已结束: it was completed or waived."""

    code = "callback_already_over"
    zh = "回访 {callback_no} 已结束（{stage}），不能再登记；请重新读取，并从列表中选择下一条。"
    en = "Call-back {callback_no} is over ({stage}); read it again and go on with the next one."


def _completed(
    callback: Scheduled,
    meta: Meta,
    answers: CallbackAnswers | None = None,
    note: Sealed | None = None,
) -> CallbackCompleted:
    return CallbackCompleted(
        callback_no=callback.fact.callback_no,
        case_no=callback.fact.case_no,
        appeal_no=callback.fact.appeal_no,
        round=callback.fact.round,
        unit=callback.fact.unit,
        answers=answers,
        note=note,
        completed_by=meta.by.person,
        completed_at=meta.at,
    )
