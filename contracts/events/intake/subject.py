"""What happens to the record of a person (当事人): made, read with a reason, erased."""

from typing import ClassVar, Literal

from contracts.event import Event
from contracts.ids import CaseNo, SubjectId, UnitCode
from contracts.instant import Instant
from contracts.sealed import Sealed

__all__ = ["PersonalDataRead", "SubjectErased", "SubjectRecorded"]


class SubjectRecorded(Event):
    """当事人登记: a person is known to the hotline; name and phone are kept in the vault."""

    wire: ClassVar[str] = "intake.subject_recorded.v1"

    subject: SubjectId
    name: Sealed | None
    phone: Sealed | None
    recorded_by: str
    recorded_at: Instant


class PersonalDataRead(Event):
    """查阅个人信息: every look at a contact is a fact of its own, with its reason."""

    wire: ClassVar[str] = "intake.personal_data_read.v1"

    subject: SubjectId
    fields: tuple[Literal["name", "phone"], ...]
    case_no: CaseNo | None
    reason: Sealed
    read_by: str
    read_for: UnitCode
    """The unit the reader acted for."""
    read_at: Instant


class SubjectErased(Event):
    """当事人信息删除: every service that receives this destroys its key of the person."""

    wire: ClassVar[str] = "intake.subject_erased.v1"

    subject: SubjectId
    ground: Literal["request", "retention"]
    """个人信息保护法 art. 47: on the person's request, or because retention is over."""
    erased_by: str
    erased_at: Instant
