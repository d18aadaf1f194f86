"""查阅个人信息: every look at a contact is a fact of its own, with its reason."""

from dataclasses import dataclass
from typing import Literal

from chassis.decider import Meta
from contracts.events.intake import PersonalDataRead
from contracts.ids import CaseNo, SubjectId, UnitCode
from contracts.sealed import Sealed
from services.intake.domain.subject.policies import must_be_processed
from services.intake.domain.subject.state import SubjectState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPersonalData:
    """查阅个人信息 (art. 8): read a contact, for a reason."""

    subject: SubjectId
    fields: tuple[Literal["name", "phone"], ...]
    case_no: CaseNo | None
    reason: Sealed
    meta: Meta


def read(command: ReadPersonalData, state: SubjectState) -> PersonalDataRead:
    """Read. Raises: SubjectUnknown, SubjectAlreadyErased, ErasureUnderWay."""
    must_be_processed(command.subject, state)
    return PersonalDataRead(
        subject=command.subject,
        fields=command.fields,
        case_no=command.case_no,
        reason=command.reason,
        read_by=command.meta.by.person,
        read_for=UnitCode(command.meta.by.unit),
        read_at=command.meta.at,
    )
