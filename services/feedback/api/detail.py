"""One call-back as it is shown: what its events fold to, without a text or a name."""

from pydantic import BaseModel

from contracts.events.feedback import CallbackAnswers
from contracts.events.feedback.callback import CallbackTrigger, WaiverGround
from contracts.ids import AppealNo, CallbackNo, CaseNo, UnitCode
from contracts.instant import Instant
from services.feedback.domain.callback.state import Completed, Scheduled, Waived
from services.feedback.views.callbacks import CallbackStatus


class CallbackDetail(BaseModel):
    """A call-back at one version."""

    callback_no: CallbackNo
    case_no: CaseNo
    appeal_no: AppealNo
    round: int
    anonymous: bool
    """Nobody can be called; otherwise intake gives a visitor the contact of the appeal."""
    unit: UnitCode
    trigger: CallbackTrigger
    status: CallbackStatus
    attempts: int
    scheduled_at: Instant
    answers: CallbackAnswers | None = None
    """None also of a completed call-back: the caller was never reached."""
    has_note: bool = False
    ground: WaiverGround | None = None
    version: int


def detail_of(callback: Scheduled | Completed | Waived, version: int) -> CallbackDetail:
    """Show a call-back."""
    fact = callback.fact
    return CallbackDetail(
        callback_no=fact.callback_no,
        case_no=fact.case_no,
        appeal_no=fact.appeal_no,
        round=fact.round,
        anonymous=fact.subject is None,
        unit=fact.unit,
        trigger=fact.trigger,
        status="open" if isinstance(callback, Scheduled) else callback.stage,
        attempts=callback.attempts,
        scheduled_at=fact.scheduled_at,
        answers=callback.answers if isinstance(callback, Completed) else None,
        has_note=isinstance(callback, Completed) and callback.note is not None,
        ground=callback.ground if isinstance(callback, Waived) else None,
        version=version,
    )
