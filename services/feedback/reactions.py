"""What others say, and what feedback does about it: schedule call-backs, and waive them.

Number and stream follow from appeal and round, so that a caller is asked once per round however
many events call for it.
"""

from typing import Literal

from chassis.unit_of_work.definition import Reaction
from chassis.unit_of_work.session import Session
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events.dispatch import CallerJoined, CallerLeft, DeadlineMissed, HandlingReported
from contracts.events.feedback import CallbackScheduled
from contracts.events.intake import SubjectErased
from contracts.values import Caller
from services.feedback.domain.callback import (
    NoCallback,
    ScheduleCallback,
    WaiveCallback,
    WaiverGround,
)
from services.feedback.views.callbacks import not_completed_of, remember_person

__all__ = ["REACTIONS"]


def _after_handling(session: Session, event: HandlingReported, _envelope: Envelope) -> None:
    """One call-back per caller, also where the unit says that none is wanted.

    A unit's word does not spare it from being asked about; a visitor may waive the call.
    """
    for caller in event.callers:
        _schedule(session, _call_for(session, caller, event))


def _after_deadline(session: Session, event: DeadlineMissed, _envelope: Envelope) -> None:
    """The time to handle is over, so the callers are asked all the same (art. 23)."""
    if event.milestone == "handle":
        for caller in event.callers:
            _schedule(session, _call_for(session, caller, event))


def _after_joining(session: Session, event: CallerJoined, _envelope: Envelope) -> None:
    if event.callback_due:
        _schedule(session, _call_for(session, event.caller, event))


def _after_leaving(session: Session, event: CallerLeft, _envelope: Envelope) -> None:
    callback_no = _number(event.caller, event.round)
    if not isinstance(session.state(f"callback-{callback_no}"), NoCallback):
        _waive(session, callback_no, "caller_left")


def _after_erasure(session: Session, event: SubjectErased, _envelope: Envelope) -> None:
    session.destroy_key(f"subject-{event.subject}")
    for callback_no in not_completed_of(session.connection, event.subject):
        _waive(session, callback_no, "subject_erased")


def _number(caller: Caller, round_no: int) -> str:
    return f"{caller.appeal_no}-R{round_no}"


def _call_for(
    session: Session, caller: Caller, event: HandlingReported | DeadlineMissed | CallerJoined
) -> CallbackScheduled:
    return CallbackScheduled(
        callback_no=_number(caller, event.round),
        case_no=event.case_no,
        appeal_no=caller.appeal_no,
        round=event.round,
        subject=caller.subject,
        unit=event.unit,
        handlers=event.handlers,
        trigger=_TRIGGERS[type(event)],
        scheduled_at=session.now,
    )


def _schedule(session: Session, fact: CallbackScheduled) -> None:
    """Schedule, and waive at once when the person has been erased by now."""
    session.execute(ScheduleCallback(event=fact), f"callback-{fact.callback_no}")
    if fact.subject is None:
        return
    remember_person(session.connection, fact.subject, fact.callback_no)
    if session.vault.is_destroyed(session.connection, f"subject-{fact.subject}"):
        _waive(session, fact.callback_no, "subject_erased")


def _waive(session: Session, callback_no: str, ground: WaiverGround) -> None:
    session.execute(
        WaiveCallback(callback_no=callback_no, ground=ground, actor=session.actor, at=session.now),
        f"callback-{callback_no}",
    )


_TRIGGERS: dict[type[Event], Literal["handling_reported", "deadline_missed", "caller_joined"]] = {
    HandlingReported: "handling_reported",
    DeadlineMissed: "deadline_missed",
    CallerJoined: "caller_joined",
}

REACTIONS = {
    HandlingReported.wire: Reaction(_after_handling),
    DeadlineMissed.wire: Reaction(_after_deadline),
    CallerJoined.wire: Reaction(_after_joining),
    CallerLeft.wire: Reaction(_after_leaving),
    SubjectErased.wire: Reaction(_after_erasure),
}
"""By wire name. None names a refusal: each looks first at what there is."""
