"""What may be done to a person's record: each command, and the step that decides it."""

from collections.abc import Sequence
from typing import assert_never

from chassis.decider import Decider
from services.intake.domain.subject.erasing import EraseSubject, erase
from services.intake.domain.subject.reading import ReadPersonalData, read
from services.intake.domain.subject.recording import RecordSubject, record
from services.intake.domain.subject.state import NoSubject, SubjectEvent, SubjectState, evolve

SubjectCommand = RecordSubject | ReadPersonalData | EraseSubject


def decide(command: SubjectCommand, state: SubjectState) -> Sequence[SubjectEvent]:
    """Decide. Raises: the refusals of the step."""
    match command:
        case RecordSubject():
            return record(command, state)
        case ReadPersonalData():
            return [read(command, state)]
        case EraseSubject():
            return [erase(command, state)]
        case _:
            assert_never(command)


SUBJECT: Decider[SubjectCommand, SubjectState, SubjectEvent] = Decider(NoSubject(), decide, evolve)
