"""当事人登记: a caller becomes known to the hotline, once."""

from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.intake import SubjectRecorded
from contracts.ids import SubjectId
from contracts.sealed import Sealed
from services.intake.domain.subject.policies import must_not_be_erased
from services.intake.domain.subject.state import Known, SubjectState


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSubject:
    """登记当事人 (art. 10): keep a caller's contact, as much of it as they give."""

    subject: SubjectId
    name: Sealed | None
    phone: Sealed | None
    meta: Meta


def record(command: RecordSubject, state: SubjectState) -> list[SubjectRecorded]:
    """Record a person who is not known yet. Raises: SubjectAlreadyErased."""
    must_not_be_erased(command.subject, state)
    if isinstance(state, Known):
        return []
    return [
        SubjectRecorded(
            subject=command.subject,
            name=command.name,
            phone=command.phone,
            recorded_by=command.meta.by.person,
            recorded_at=command.meta.at,
        )
    ]
