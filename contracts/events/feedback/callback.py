"""A call-back (回访): one caller is asked, by someone who did not handle the case (art. 23)."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from contracts.event import Event, upcast
from contracts.ids import AppealNo, CallbackNo, CaseNo, SubjectId, UnitCode
from contracts.instant import Instant
from contracts.sealed import Sealed
from contracts.values import Satisfaction

__all__ = [
    "CallbackAnswers",
    "CallbackAttempted",
    "CallbackCompleted",
    "CallbackScheduled",
    "CallbackTrigger",
    "CallbackWaived",
    "CallbackWaivedV1",
    "WaiverGround",
]

CallbackTrigger = Literal["handling_reported", "deadline_missed", "caller_joined"]
"""办理反馈, 超期, 来电人并入: what a call-back follows."""

WaiverGround = Literal["not_wanted", "caller_left", "subject_erased", "anonymous", "end_ordered"]
"""来电人不愿回访, 来电人退出, 当事人信息已删除, 匿名, 指令结案."""


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

    callback_no: CallbackNo
    case_no: CaseNo
    appeal_no: AppealNo
    round: int
    subject: SubjectId | None
    unit: UnitCode
    """The unit whose work is asked about."""
    handlers: tuple[str, ...]
    trigger: CallbackTrigger
    scheduled_at: Instant


class CallbackAttempted(Event):
    """回访未接通: an attempt that did not reach the caller."""

    wire: ClassVar[str] = "feedback.callback_attempted.v1"

    callback_no: CallbackNo
    case_no: CaseNo
    round: int
    attempt: int
    attempted_by: str
    attempted_at: Instant


class CallbackCompleted(Event):
    """回访完成. `answers` is None when the caller could not be reached in the attempts allowed."""

    wire: ClassVar[str] = "feedback.callback_completed.v1"

    callback_no: CallbackNo
    case_no: CaseNo
    appeal_no: AppealNo
    round: int
    unit: UnitCode
    answers: CallbackAnswers | None
    note: Sealed | None
    completed_by: str
    completed_at: Instant


class CallbackWaived(Event):
    """免回访: nobody is to be asked."""

    wire: ClassVar[str] = "feedback.callback_waived.v2"

    callback_no: CallbackNo
    case_no: CaseNo
    appeal_no: AppealNo
    round: int
    ground: WaiverGround
    waived_at: Instant


class CallbackWaivedV1(Event):
    """免回访, when there were three grounds."""

    wire: ClassVar[str] = "feedback.callback_waived.v1"

    callback_no: CallbackNo
    case_no: CaseNo
    appeal_no: AppealNo
    round: int
    ground: Literal["not_wanted", "caller_left", "subject_erased"]
    waived_at: Instant


@upcast(CallbackWaivedV1, CallbackWaived)
def _on_one_of_three_grounds(old: CallbackWaivedV1) -> CallbackWaived:
    return CallbackWaived(**dict(old))
