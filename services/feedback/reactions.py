"""What feedback does about others' events: it schedules call-backs, and waives them.

Number and stream follow from appeal and round, so that a caller is asked once per round however
many events call for it.
"""

from collections.abc import Mapping

from chassis.unit_of_work.definition import Reaction
from chassis.unit_of_work.session import Session
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events.dispatch import (
    CallerJoined,
    CallerLeft,
    CallersErased,
    DeadlineMissed,
    EndOrdered,
    HandlingReported,
)
from contracts.events.feedback.callback import CallbackTrigger, WaiverGround
from contracts.events.intake import SubjectErased
from contracts.ids import (
    CallbackNo,
    callback_no,
    callback_stream,
    case_stream,
    subject_stream,
)
from contracts.values import Caller
from services.feedback.domain.callback.participants import NOBODY
from services.feedback.domain.callback.scheduling import ScheduleCallback
from services.feedback.domain.callback.state import NoCallback
from services.feedback.domain.callback.waiving import WaiveCallback
from services.feedback.views.callbacks import (
    not_completed_of_case,
    not_completed_of_person,
    remember,
)


def _after_handling(session: Session, event: HandlingReported, _envelope: Envelope) -> None:
    """One call-back per caller, also where the unit says that none is wanted.

    A unit's word does not spare it from being asked about; a visitor may waive the call.
    """
    for caller in event.callers:
        _schedule(session, caller, event, "handling_reported")


def _after_deadline(session: Session, event: DeadlineMissed, _envelope: Envelope) -> None:
    """The time to handle is over, so the callers are asked all the same (art. 23)."""
    if event.milestone == "handle":
        for caller in event.callers:
            _schedule(session, caller, event, "deadline_missed")


def _after_joining(session: Session, event: CallerJoined, _envelope: Envelope) -> None:
    if event.callback_due:
        _schedule(session, event.caller, event, "caller_joined")


def _after_leaving(session: Session, event: CallerLeft, _envelope: Envelope) -> None:
    number = callback_no(event.caller.appeal_no, event.round)
    if not isinstance(session.state(callback_stream(number)), NoCallback):
        _waive(session, number, "caller_left")


def _after_erasure(session: Session, event: SubjectErased, _envelope: Envelope) -> None:
    session.texts.destroy_key(subject_stream(event.subject))
    for number in not_completed_of_person(session.connection, event.subject):
        _waive(session, number, "subject_erased")


def _after_end(session: Session, event: EndOrdered, _envelope: Envelope) -> None:
    """The district ended the case: it counts as not solved, and nobody is asked."""
    for number in not_completed_of_case(session.connection, event.case_no):
        _waive(session, number, "end_ordered")


def _renew_key(session: Session, event: CallersErased, _envelope: Envelope) -> None:
    """Nobody is left who waits for the case: what was sealed for the case itself goes too."""
    session.texts.renew_key(case_stream(event.case_no))


def _schedule(
    session: Session,
    caller: Caller,
    event: HandlingReported | DeadlineMissed | CallerJoined,
    trigger: CallbackTrigger,
) -> None:
    """Schedule, and waive at once where nobody can be called: no visitor sees it.

    The caller is anonymous, or has been erased by now. The round then ends without an answer.
    """
    command = ScheduleCallback(
        case_no=event.case_no,
        round=event.round,
        caller=caller,
        unit=event.unit,
        handlers=event.handlers,
        trigger=trigger,
        meta=session.meta,
    )
    session.execute(command, callback_stream(command.callback_no))
    remember(session.connection, command.callback_no, event.case_no, caller.subject)
    if caller.subject is None:
        _waive(session, command.callback_no, "anonymous")
        return
    if session.texts.is_erased(subject_stream(caller.subject)):
        _waive(session, command.callback_no, "subject_erased")


def _waive(session: Session, number: CallbackNo, ground: WaiverGround) -> None:
    command = WaiveCallback(
        callback_no=number,
        ground=ground,
        recused=frozenset(),
        participants=NOBODY,
        meta=session.meta,
    )
    session.execute(command, callback_stream(number))


REACTIONS: Mapping[type[Event], Reaction] = {
    HandlingReported: Reaction(_after_handling),
    DeadlineMissed: Reaction(_after_deadline),
    CallerJoined: Reaction(_after_joining),
    CallerLeft: Reaction(_after_leaving),
    SubjectErased: Reaction(_after_erasure),
    CallersErased: Reaction(_renew_key),
    EndOrdered: Reaction(_after_end),
}
"""None names a refusal: each looks first at what there is."""
