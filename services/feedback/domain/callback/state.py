"""How far a call-back has come, folded from its events."""

from dataclasses import dataclass
from typing import ClassVar, Literal, assert_never

from contracts.events.feedback import (
    CallbackAnswers,
    CallbackAttempted,
    CallbackCompleted,
    CallbackScheduled,
    CallbackWaived,
)
from contracts.events.feedback.callback import WaiverGround
from contracts.sealed import Sealed

CallbackEvent = CallbackScheduled | CallbackAttempted | CallbackCompleted | CallbackWaived


@dataclass(frozen=True, slots=True)
class NoCallback:
    """Nothing has called for it."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """待回访. `attempts` counts those that did not reach the caller."""

    stage: ClassVar[Literal["scheduled"]] = "scheduled"

    fact: CallbackScheduled
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Completed:
    """已回访. `answers` is None when the caller was never reached."""

    stage: ClassVar[Literal["completed"]] = "completed"

    fact: CallbackScheduled
    attempts: int
    answers: CallbackAnswers | None
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Waived:
    """免回访: nobody is to be asked."""

    stage: ClassVar[Literal["waived"]] = "waived"

    fact: CallbackScheduled
    attempts: int
    ground: WaiverGround


CallbackState = NoCallback | Scheduled | Completed | Waived


def evolve(state: CallbackState, event: CallbackEvent) -> CallbackState:
    """Apply an event. One that does not fit leaves the state as it is."""
    if isinstance(event, CallbackScheduled):
        return Scheduled(event) if may_be_scheduled(state) else state
    if not isinstance(state, Scheduled):
        return state
    match event:
        case CallbackAttempted(attempt=attempt):
            return Scheduled(state.fact, attempt)
        case CallbackCompleted(answers=answers, note=note):
            return Completed(state.fact, state.attempts, answers, note)
        case CallbackWaived(ground=ground):
            return Waived(state.fact, state.attempts, ground)
        case _:
            assert_never(event)


def may_be_scheduled(state: CallbackState) -> bool:
    """Once per caller and round; but a caller who left and came back is owed a call-back again."""
    match state:
        case NoCallback() | Waived(ground="caller_left"):
            return True
        case Scheduled() | Completed() | Waived():
            return False
        case _:
            assert_never(state)
