"""Events of 回访评价 feedback: the caller is asked, by someone who did not handle the case."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from contracts.event import Event
from contracts.instant import Instant
from contracts.sealed import Sealed
from contracts.values import Satisfaction

__all__ = [
    "CallbackAnswers",
    "CallbackAttempted",
    "CallbackCompleted",
    "CallbackScheduled",
    "CallbackWaived",
]


class CallbackAnswers(BaseModel):
    """What a reached caller said: three facts, none inferred from another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contacted: bool
    """响应: the unit got in touch with the caller."""
    resolved: bool
    """解决: the matter is settled, in the caller's eyes."""
    satisfaction: Satisfaction


class CallbackScheduled(Event):
    """安排回访: one per caller and round."""

    wire: ClassVar[str] = "feedback.callback_scheduled.v1"

    callback_no: str
    case_no: str
    appeal_no: str
    round: int
    subject: str | None
    unit: str
    """The unit whose work is asked about."""
    handlers: tuple[str, ...]
    trigger: Literal["handling_reported", "deadline_missed", "caller_joined"]
    scheduled_at: Instant


class CallbackAttempted(Event):
    """回访未接通: an attempt that did not reach the caller."""

    wire: ClassVar[str] = "feedback.callback_attempted.v1"

    callback_no: str
    case_no: str
    round: int
    attempt: int
    attempted_by: str
    attempted_at: Instant


class CallbackCompleted(Event):
    """回访完成. `answers` is None when the caller could not be reached in the attempts allowed."""

    wire: ClassVar[str] = "feedback.callback_completed.v1"

    callback_no: str
    case_no: str
    appeal_no: str
    round: int
    unit: str
    answers: CallbackAnswers | None
    note: Sealed | None
    completed_by: str
    completed_at: Instant


class CallbackWaived(Event):
    """免回访: nobody is to be asked."""

    wire: ClassVar[str] = "feedback.callback_waived.v1"

    callback_no: str
    case_no: str
    appeal_no: str
    round: int
    ground: Literal["not_wanted", "caller_left", "subject_erased"]
    waived_at: Instant
