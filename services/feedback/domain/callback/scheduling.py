"""A call-back is scheduled (安排回访): one per caller and round, whatever calls for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.feedback import CallbackScheduled
from contracts.events.feedback.callback import CallbackTrigger
from contracts.ids import CallbackNo, CaseNo, UnitCode, callback_no
from contracts.values import Caller
from services.feedback.domain.callback.state import CallbackState, may_be_scheduled


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCallback:
    """安排回访 (art. 23): a round was handled, or its time is over, so its caller is asked."""

    case_no: CaseNo
    round: int
    caller: Caller
    unit: UnitCode
    """The unit whose work is asked about."""
    handlers: tuple[str, ...]
    trigger: CallbackTrigger
    meta: Meta

    @property
    def callback_no(self) -> CallbackNo:
        """The number, which follows from appeal and round."""
        return callback_no(self.caller.appeal_no, self.round)


def schedule(command: ScheduleCallback, state: CallbackState) -> Sequence[CallbackScheduled]:
    """Schedule it once; a second reason to ask the same caller changes nothing."""
    if not may_be_scheduled(state):
        return []
    return [
        CallbackScheduled(
            callback_no=command.callback_no,
            case_no=command.case_no,
            appeal_no=command.caller.appeal_no,
            round=command.round,
            subject=command.caller.subject,
            unit=command.unit,
            handlers=command.handlers,
            trigger=command.trigger,
            scheduled_at=command.meta.at,
        )
    ]
