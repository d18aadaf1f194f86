"""What happens to the record of a person (当事人): made, corrected, linked, read, held, erased."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from contracts.event import Event
from contracts.ids import AppealNo, CaseNo, SubjectId, UnitCode
from contracts.instant import Instant
from contracts.sealed import Sealed

__all__ = [
    "ErasureChoice",
    "ErasureRejected",
    "ErasureRequested",
    "PersonalDataRead",
    "SubjectCorrected",
    "SubjectErased",
    "SubjectHeld",
    "SubjectHoldLifted",
    "SubjectRecorded",
    "SubjectsLinked",
    "SubjectsUnlinked",
]


class SubjectRecorded(Event):
    """当事人登记: a person is known to the hotline; name and phone are kept in the vault."""

    wire: ClassVar[str] = "intake.subject_recorded.v1"

    subject: SubjectId
    name: Sealed | None
    phone: Sealed | None
    recorded_by: str
    recorded_at: Instant


class SubjectCorrected(Event):
    """更正当事人信息: name, phone or both are others from now on (个人信息保护法 art. 46)."""

    wire: ClassVar[str] = "intake.subject_corrected.v1"

    subject: SubjectId
    name: Sealed | None
    """None: it stays."""
    phone: Sealed | None
    """None: it stays."""
    reason: Sealed
    corrected_by: str
    corrected_at: Instant


class SubjectsLinked(Event):
    """合并当事人: an agent finds that two records are of one person. Both streams have it."""

    wire: ClassVar[str] = "intake.subjects_linked.v1"

    subject: SubjectId
    """The record of this stream."""
    other: SubjectId
    reason: Sealed
    linked_by: str
    linked_at: Instant


class SubjectsUnlinked(Event):
    """撤销合并: they are not one person after all. Both streams have it."""

    wire: ClassVar[str] = "intake.subjects_unlinked.v1"

    subject: SubjectId
    other: SubjectId
    reason: Sealed
    unlinked_by: str
    unlinked_at: Instant


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


class ErasureChoice(BaseModel):
    """What becomes of an open appeal of somebody who is to be erased."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    appeal_no: AppealNo
    choice: Literal["withdraw", "go_on"]


class ErasureRequested(Event):
    """申请删除: the person is to be erased. Until that is decided, they are stored and no more.

    The records that are linked have the same event, each in its own stream.
    """

    wire: ClassVar[str] = "intake.erasure_requested.v1"

    subject: SubjectId
    """The record of this stream."""
    covers: tuple[SubjectId, ...]
    """All records that are decided on together; the first is the one that was named."""
    ground: Literal["request", "retention"]
    choices: tuple[ErasureChoice, ...]
    reason: Sealed
    requested_by: str
    requested_at: Instant


class ErasureRejected(Event):
    """驳回删除申请: the person is not erased, and their record is used as before."""

    wire: ClassVar[str] = "intake.erasure_rejected.v1"

    subject: SubjectId
    reason: Sealed
    rejected_by: str
    rejected_at: Instant


class SubjectHeld(Event):
    """依法留存: the record must not be destroyed, whatever is requested."""

    wire: ClassVar[str] = "intake.subject_held.v1"

    subject: SubjectId
    reason: Sealed
    held_by: str
    held_at: Instant


class SubjectHoldLifted(Event):
    """解除留存: nothing but the person's own wish decides about the record again."""

    wire: ClassVar[str] = "intake.subject_hold_lifted.v1"

    subject: SubjectId
    reason: Sealed
    lifted_by: str
    lifted_at: Instant


class SubjectErased(Event):
    """当事人信息删除: every service that receives this destroys its key of the person."""

    wire: ClassVar[str] = "intake.subject_erased.v1"

    subject: SubjectId
    ground: Literal["request", "retention"]
    """个人信息保护法 art. 47: on the person's request, or because retention is over."""
    erased_by: str
    """Who approved; somebody else requested it."""
    erased_at: Instant
