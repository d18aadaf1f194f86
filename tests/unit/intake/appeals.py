"""One invented appeal and one invented person: what was heard, and what was asked about it."""

from datetime import datetime, timedelta
from uuid import UUID

from contracts.events.intake import (
    AppealAnswered,
    AppealDeclined,
    AppealLinked,
    AppealReceived,
    AppealUnlinked,
    AppealWithdrawn,
    CaseFiled,
    PersonalDataRead,
    SubjectErased,
    SubjectRecorded,
    SuggestedClass,
)
from contracts.instant import SHANGHAI
from contracts.sealed import Sealed
from contracts.values import Classifier, DeclineGround
from services.intake.domain.appeal import (
    AnswerAppeal,
    DeclineAppeal,
    FileCase,
    LinkAppeal,
    ReceiveAppeal,
    UnlinkAppeal,
    WithdrawAppeal,
)
from services.intake.domain.subject import EraseSubject, ReadPersonalData, RecordSubject

APPEAL_NO = "260302000002"
OTHER_CASE = "260302000001"
PERSON = "s-bo"
STREET = "street-willow-brook"
OTHER_STREET = "street-clear-mist"
MATTER = "200510"
OTHER_MATTER = "200501"
VERSION = "2026-01-01"
AGENT = "p-agent"
INTEGRATOR = "p-hotline"
RECEIVED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
DECIDED_AT = RECEIVED_AT + timedelta(minutes=4)
LATER = RECEIVED_AT + timedelta(days=1)


def sealed(number: int) -> Sealed:
    """Stand for a text that lies in the vault."""
    return Sealed(ref=UUID(int=number), commitment=f"{number:064x}")


TEXT, ANSWER, EXPLANATION, NAME, PHONE, REASON = (sealed(number) for number in range(1, 7))


def hint(street: str | None = STREET, matter: str | None = MATTER) -> SuggestedClass:
    """What the catalogue's words said."""
    return SuggestedClass(street=street, matter=matter, words=("占道烧烤",), catalogue=VERSION)


def received(
    street: str | None = STREET,
    matter: str | None = MATTER,
    suggestion: SuggestedClass | None = None,
    *,
    confidential: bool = False,
) -> AppealReceived:
    """诉求受理."""
    return AppealReceived(
        appeal_no=APPEAL_NO,
        source="hotline",
        external_no="H-1",
        channel="phone",
        kind="complaint",
        subject=PERSON,
        title=None,
        text=TEXT,
        address=None,
        street=street,
        matter=matter,
        suggestion=suggestion,
        confidential=confidential,
        reported_at=None,
        received_by=INTEGRATOR,
        received_at=RECEIVED_AT,
    )


def answered() -> AppealAnswered:
    """直接答复."""
    return AppealAnswered(
        appeal_no=APPEAL_NO, answer=ANSWER, answered_by=AGENT, answered_at=DECIDED_AT
    )


def declined(ground: DeclineGround = "no_new_facts") -> AppealDeclined:
    """不予派单."""
    return AppealDeclined(
        appeal_no=APPEAL_NO,
        ground=ground,
        explanation=EXPLANATION,
        declined_by=AGENT,
        declined_at=DECIDED_AT,
    )


def filed(
    street: str = STREET,
    matter: str = MATTER,
    classified_by: Classifier = "source",
    *,
    confidential: bool = False,
) -> CaseFiled:
    """立案."""
    return CaseFiled(
        case_no=APPEAL_NO,
        subject=PERSON,
        kind="complaint",
        street=street,
        matter=matter,
        classified_by=classified_by,
        confidential=confidential,
        catalogue=VERSION,
        filed_by=AGENT,
        filed_at=DECIDED_AT,
    )


def linked() -> AppealLinked:
    """重复件关联."""
    return AppealLinked(
        appeal_no=APPEAL_NO,
        case_no=OTHER_CASE,
        subject=PERSON,
        linked_by=AGENT,
        linked_at=DECIDED_AT,
    )


def unlinked() -> AppealUnlinked:
    """解除关联."""
    return AppealUnlinked(
        appeal_no=APPEAL_NO,
        case_no=OTHER_CASE,
        subject=PERSON,
        unlinked_by=AGENT,
        unlinked_at=LATER,
    )


def withdrawn(case_no: str | None) -> AppealWithdrawn:
    """撤回诉求."""
    return AppealWithdrawn(
        appeal_no=APPEAL_NO,
        case_no=case_no,
        subject=PERSON,
        withdrawn_by=AGENT,
        withdrawn_at=LATER,
    )


def receive() -> ReceiveAppeal:
    """Ask to write down what was heard."""
    return ReceiveAppeal(event=received())


def answer() -> AnswerAppeal:
    """Ask to answer on the spot."""
    return AnswerAppeal(appeal_no=APPEAL_NO, answer=ANSWER, by=AGENT, at=DECIDED_AT)


def decline(ground: DeclineGround = "no_new_facts") -> DeclineAppeal:
    """Ask to dispatch nobody."""
    return DeclineAppeal(
        appeal_no=APPEAL_NO, ground=ground, explanation=EXPLANATION, by=AGENT, at=DECIDED_AT
    )


def file_case(street: str | None = None, matter: str | None = None) -> FileCase:
    """Ask to make it a case, where and about what it was received unless named."""
    return FileCase(
        appeal_no=APPEAL_NO,
        street=street,
        matter=matter,
        catalogue=VERSION,
        by=AGENT,
        at=DECIDED_AT,
    )


def link(case_no: str = OTHER_CASE) -> LinkAppeal:
    """Ask to let it wait for another case."""
    return LinkAppeal(appeal_no=APPEAL_NO, case_no=case_no, by=AGENT, at=DECIDED_AT)


def unlink() -> UnlinkAppeal:
    """Ask to let it stand for itself again."""
    return UnlinkAppeal(appeal_no=APPEAL_NO, by=AGENT, at=LATER)


def withdraw() -> WithdrawAppeal:
    """Ask to take it back."""
    return WithdrawAppeal(appeal_no=APPEAL_NO, by=AGENT, at=LATER)


def recorded() -> SubjectRecorded:
    """当事人登记."""
    return SubjectRecorded(
        subject=PERSON, name=NAME, phone=PHONE, recorded_by=INTEGRATOR, recorded_at=RECEIVED_AT
    )


def contact_read() -> PersonalDataRead:
    """查阅个人信息."""
    return PersonalDataRead(
        subject=PERSON,
        fields=("phone",),
        case_no=APPEAL_NO,
        reason=REASON,
        read_by=AGENT,
        read_for="hotline",
        read_at=LATER,
    )


def erased() -> SubjectErased:
    """当事人信息删除."""
    return SubjectErased(subject=PERSON, ground="request", erased_by="p-operator", erased_at=LATER)


def record(name: Sealed | None = NAME, phone: Sealed | None = PHONE) -> RecordSubject:
    """Ask to record the person."""
    return RecordSubject(subject=PERSON, name=name, phone=phone, by=INTEGRATOR, at=RECEIVED_AT)


def read_contact() -> ReadPersonalData:
    """Ask to see the phone number."""
    return ReadPersonalData(
        subject=PERSON,
        fields=("phone",),
        case_no=APPEAL_NO,
        reason=REASON,
        by=AGENT,
        unit="hotline",
        at=LATER,
    )


def erase() -> EraseSubject:
    """Ask to erase the person."""
    return EraseSubject(subject=PERSON, ground="request", by="p-operator", at=LATER)
