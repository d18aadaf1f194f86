"""A call-back (回访): one caller is asked once about one round of a case.

Who handled the case does not ask: the hotline does (接诉即办工作条例 art. 23), so that handling and
supervision stay apart (监管分离). Solved and satisfied are two facts; neither follows from the
other.
"""

from collections.abc import Sequence
from typing import assert_never

from chassis.decider import Decider
from services.feedback.domain.callback.asking import (
    CompleteCallback,
    RecordAttempt,
    complete,
    record_attempt,
)
from services.feedback.domain.callback.scheduling import ScheduleCallback, schedule
from services.feedback.domain.callback.state import (
    CallbackEvent,
    CallbackState,
    NoCallback,
    evolve,
)
from services.feedback.domain.callback.waiving import WaiveCallback, waive

CallbackCommand = ScheduleCallback | RecordAttempt | CompleteCallback | WaiveCallback


def decide(command: CallbackCommand, state: CallbackState) -> Sequence[CallbackEvent]:
    """Decide. Raises: the refusals of the steps and of `policies`."""
    match command:
        case ScheduleCallback():
            return schedule(command, state)
        case RecordAttempt():
            return record_attempt(command, state)
        case CompleteCallback():
            return complete(command, state)
        case WaiveCallback():
            return waive(command, state)
        case _:
            assert_never(command)


CALLBACK: Decider[CallbackCommand, CallbackState, CallbackEvent] = Decider(
    NoCallback(), decide, evolve
)
