"""What happens to an appeal (诉求): received, then answered, declined, filed, linked, withdrawn."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.event import Event, upcast
from contracts.ids import AppealNo, CaseNo, SubjectId, UnitCode
from contracts.instant import Instant
from contracts.sealed import Sealed
from contracts.values import AppealKind, Classifier, DeclineGround

__all__ = [
    "AppealAnswered",
    "AppealDeclined",
    "AppealLinked",
    "AppealReceived",
    "AppealReceivedV1",
    "AppealReceivedV2",
    "AppealUnlinked",
    "AppealWithdrawn",
    "CaseFiled",
    "SuggestedClass",
]


class SuggestedClass(BaseModel):
    """Place and matter as the words of the catalogue suggest them; a person decides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    street: UnitCode | None
    matter: str | None
    words: tuple[str, ...]
    """Words of the catalogue that the text contains; no other word of the caller."""
    catalogue: str


class AppealReceivedV1(Event):
    """诉求受理 as it was before each appeal kept what its caller gave (0.1.0)."""

    wire: ClassVar[str] = "intake.appeal_received.v1"

    appeal_no: AppealNo
    source: str
    external_no: str
    channel: str
    kind: AppealKind
    subject: SubjectId | None
    title: Sealed | None
    text: Sealed
    address: Sealed | None
    street: UnitCode | None
    matter: str | None
    suggestion: SuggestedClass | None
    confidential: bool
    """The caller asks that the handling units do not learn who called."""
    reported_at: Instant | None
    """The time that the sending system gives, for information: clocks start at dispatch."""
    received_by: str
    received_at: Instant


class AppealReceived(Event):
    """诉求受理: a caller's appeal has a number. Place and matter may be missing (待补充)."""

    wire: ClassVar[str] = "intake.appeal_received.v3"

    appeal_no: AppealNo
    source: str
    external_no: str
    channel: str
    kind: AppealKind
    subject: SubjectId | None
    anonymous: bool
    """匿名: the caller wants to leave neither name nor contact, and says so; nobody calls back."""
    given_name: Sealed | None
    """The name as the caller gave it for this appeal; the person's record may have another."""
    given_contact: Sealed | None
    """What was given as a phone and is none, as it was written; nobody is recognised by it."""
    title: Sealed | None
    text: Sealed
    address: Sealed | None
    street: UnitCode | None
    matter: str | None
    suggestion: SuggestedClass | None
    confidential: bool
    """The caller asks that the handling units do not learn who called."""
    reported_at: Instant | None
    """The time that the sending system gives, for information: clocks start at dispatch."""
    received_by: str
    received_at: Instant


class AppealReceivedV2(Event):
    """诉求受理, before anonymity was declared."""

    wire: ClassVar[str] = "intake.appeal_received.v2"

    appeal_no: AppealNo
    source: str
    external_no: str
    channel: str
    kind: AppealKind
    subject: SubjectId | None
    given_name: Sealed | None
    """The name as the caller gave it for this appeal; the person's record may have another."""
    given_contact: Sealed | None
    """What was given as a phone and is none, as it was written; nobody is recognised by it."""
    title: Sealed | None
    text: Sealed
    address: Sealed | None
    street: UnitCode | None
    matter: str | None
    suggestion: SuggestedClass | None
    confidential: bool
    """The caller asks that the handling units do not learn who called."""
    reported_at: Instant | None
    """The time that the sending system gives, for information: clocks start at dispatch."""
    received_by: str
    received_at: Instant


@upcast(AppealReceivedV1, AppealReceivedV2)
def _with_what_was_given(old: AppealReceivedV1) -> AppealReceivedV2:
    return AppealReceivedV2(**dict(old), given_name=None, given_contact=None)


@upcast(AppealReceivedV2, AppealReceived)
def _anonymous_without_a_person(old: AppealReceivedV2) -> AppealReceived:
    return AppealReceived(**dict(old), anonymous=old.subject is None)


class AppealAnswered(Event):
    """直接答复: settled on the spot, without a case."""

    wire: ClassVar[str] = "intake.appeal_answered.v1"

    appeal_no: AppealNo
    answer: Sealed
    answered_by: str
    answered_at: Instant


class AppealDeclined(Event):
    """不予派单: on one of six grounds, always with an explanation to the caller."""

    wire: ClassVar[str] = "intake.appeal_declined.v1"

    appeal_no: AppealNo
    ground: DeclineGround
    explanation: Sealed
    declined_by: str
    declined_at: Instant


class CaseFiled(Event):
    """立案: the appeal becomes a case of the same number, to be dispatched at once."""

    wire: ClassVar[str] = "intake.case_filed.v1"

    case_no: CaseNo
    subject: SubjectId | None
    kind: AppealKind
    street: UnitCode
    matter: str
    classified_by: Classifier
    confidential: bool
    catalogue: str
    filed_by: str
    filed_at: Instant


class AppealLinked(Event):
    """重复件关联: the appeal is about a case that exists; its caller waits for that outcome."""

    wire: ClassVar[str] = "intake.appeal_linked.v1"

    appeal_no: AppealNo
    case_no: CaseNo
    subject: SubjectId | None
    linked_by: str
    linked_at: Instant


class AppealUnlinked(Event):
    """解除关联: the link was wrong; the appeal is undecided again."""

    wire: ClassVar[str] = "intake.appeal_unlinked.v1"

    appeal_no: AppealNo
    case_no: CaseNo
    subject: SubjectId | None
    unlinked_by: str
    unlinked_at: Instant


class AppealWithdrawn(Event):
    """撤回诉求: the caller takes it back. A case goes on while another caller waits for it."""

    wire: ClassVar[str] = "intake.appeal_withdrawn.v1"

    appeal_no: AppealNo
    case_no: CaseNo | None
    subject: SubjectId | None
    withdrawn_by: str
    withdrawn_at: Instant
