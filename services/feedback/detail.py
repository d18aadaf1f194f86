"""One call-back as it is shown: what its events fold to, without a text or a name."""

from typing import Literal, assert_never

from pydantic import BaseModel

from contracts.events.feedback import CallbackAnswers, CallbackScheduled
from contracts.instant import Instant
from services.feedback.domain.callback import Completed, Scheduled, Waived, WaiverGround

__all__ = ["CallbackDetail", "detail_of"]


class CallbackDetail(BaseModel):
    """A call-back at one version."""

    callback_no: str
    case_no: str
    appeal_no: str
    round: int
    subject: str | None
    """By which intake gives a visitor the contact, for a reason; None for an anonymous caller."""
    unit: str
    trigger: str
    status: Literal["open", "completed", "waived"]
    attempts: int
    scheduled_at: Instant
    answers: CallbackAnswers | None = None
    """None also of a completed call-back: the caller was never reached."""
    has_note: bool = False
    ground: WaiverGround | None = None
    version: int


def detail_of(state: Scheduled | Completed | Waived, version: int) -> CallbackDetail:
    """Show a state."""
    match state:
        case Scheduled(fact=fact, attempts=attempts):
            return _detail(fact, status="open", attempts=attempts, version=version)
        case Completed(fact=fact, attempts=attempts, answers=answers, note=note):
            return _detail(
                fact,
                status="completed",
                attempts=attempts,
                answers=answers,
                has_note=note is not None,
                version=version,
            )
        case Waived(fact=fact, attempts=attempts, ground=ground):
            return _detail(fact, status="waived", attempts=attempts, ground=ground, version=version)
        case _:
            assert_never(state)


def _detail(fact: CallbackScheduled, **rest: object) -> CallbackDetail:
    known = fact.model_dump(exclude={"handlers"})
    return CallbackDetail.model_validate({**known, **rest})
