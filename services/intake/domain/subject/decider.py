"""What may be done to a person's record: each command, and the step that decides it."""

from collections.abc import Sequence
from typing import assert_never

from chassis.decider import Decider
from services.intake.domain.subject.correcting import CorrectSubject, correct
from services.intake.domain.subject.erasing import ApproveErasure, approve
from services.intake.domain.subject.holding import HoldSubject, LiftHold, hold, lift
from services.intake.domain.subject.linking import LinkSubjects, UnlinkSubjects, link, unlink
from services.intake.domain.subject.recording import RecordSubject, record
from services.intake.domain.subject.rejecting import RejectErasure, reject
from services.intake.domain.subject.requesting import RequestErasure, request
from services.intake.domain.subject.state import NoSubject, SubjectEvent, SubjectState, evolve

SubjectCommand = (
    RecordSubject
    | CorrectSubject
    | LinkSubjects
    | UnlinkSubjects
    | RequestErasure
    | ApproveErasure
    | RejectErasure
    | HoldSubject
    | LiftHold
)


def decide(command: SubjectCommand, state: SubjectState) -> Sequence[SubjectEvent]:
    """Decide. Raises: the refusals of the step."""
    match command:
        case RecordSubject():
            return record(command, state)
        case CorrectSubject():
            return [correct(command, state)]
        case LinkSubjects():
            return link(command, state)
        case UnlinkSubjects():
            return [unlink(command, state)]
        case RequestErasure():
            return [request(command, state)]
        case ApproveErasure():
            return [approve(command, state)]
        case RejectErasure():
            return [reject(command, state)]
        case HoldSubject():
            return hold(command, state)
        case LiftHold():
            return [lift(command, state)]
        case _:
            assert_never(command)


SUBJECT: Decider[SubjectCommand, SubjectState, SubjectEvent] = Decider(NoSubject(), decide, evolve)
