"""One invented appeal and one invented person: what happened, and what may be asked of them."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis.decider import Meta
from contracts.envelope import Actor
from contracts.events.intake import (
    AppealAnswered,
    AppealDeclined,
    AppealLinked,
    AppealReceived,
    AppealUnlinked,
    AppealWithdrawn,
    CaseFiled,
    ErasureChoice,
    ErasureRejected,
    ErasureRequested,
    PersonalDataRead,
    SubjectCorrected,
    SubjectErased,
    SubjectHeld,
    SubjectHoldLifted,
    SubjectRecorded,
    SubjectsLinked,
    SubjectsUnlinked,
    SuggestedClass,
)
from contracts.ids import AppealNo, CaseNo, SubjectId, UnitCode, case_of_appeal
from contracts.instant import SHANGHAI
from contracts.sealed import Sealed
from contracts.values import AppealKind, Classifier, DeclineGround
from services.intake.domain.appeal.answering import AnswerAppeal
from services.intake.domain.appeal.declining import DeclineAppeal
from services.intake.domain.appeal.filing import FileCase
from services.intake.domain.appeal.linking import LinkAppeal, LinkTarget
from services.intake.domain.appeal.receiving import ReceiveAppeal
from services.intake.domain.appeal.unlinking import UnlinkAppeal
from services.intake.domain.appeal.withdrawing import WithdrawAppeal
from services.intake.domain.subject.correcting import CorrectSubject
from services.intake.domain.subject.erasing import ApproveErasure
from services.intake.domain.subject.holding import HoldSubject, LiftHold
from services.intake.domain.subject.linking import LinkSubjects, UnlinkSubjects
from services.intake.domain.subject.recording import RecordSubject
from services.intake.domain.subject.rejecting import RejectErasure
from services.intake.domain.subject.requesting import RequestErasure

APPEAL_NO = AppealNo("260302000002")
OWN_CASE = case_of_appeal(APPEAL_NO)
OTHER_CASE = CaseNo("260302000001")
PERSON = SubjectId("s-bo")
OTHER_PERSON = SubjectId("s-ci")
STREET = UnitCode("street-willow-brook")
OTHER_STREET = UnitCode("street-clear-mist")
MATTER = "200510"
OTHER_MATTER = "200501"
VERSION = "2026-01-01"
AGENT = Actor(person="p-agent", unit="hotline", role="agent")
INTEGRATOR = Actor(person="p-hotline", unit="hotline", role="integrator")
OPERATOR = Actor(person="p-operator", unit="hotline", role="operator")
OTHER_OPERATOR = Actor(person="p-other", unit="hotline", role="operator")
RECEIVED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
DECIDED_AT = RECEIVED_AT + timedelta(minutes=4)
LATER = RECEIVED_AT + timedelta(days=1)
MUCH_LATER = RECEIVED_AT + timedelta(days=2)
OPEN_CASE = LinkTarget("filed", case_is_closed=False)


def sealed(number: int) -> Sealed:
    """Stand for a text in the vault."""
    return Sealed(ref=UUID(int=number), commitment=f"{number:064x}")


TEXT, ANSWER, EXPLANATION, NAME, PHONE, REASON = (sealed(number) for number in range(1, 7))


def hint(street: UnitCode | None = STREET, matter: str | None = MATTER) -> SuggestedClass:
    """Give what the catalogue's words suggest."""
    return SuggestedClass(street=street, matter=matter, words=("占道烧烤",), catalogue=VERSION)


def received(
    street: UnitCode | None = STREET,
    matter: str | None = MATTER,
    suggestion: SuggestedClass | None = None,
    *,
    kind: AppealKind = "consultation",
    confidential: bool = False,
) -> AppealReceived:
    """诉求受理."""
    return AppealReceived(
        appeal_no=APPEAL_NO,
        source="hotline",
        external_no="H-1",
        channel="phone",
        kind=kind,
        subject=PERSON,
        anonymous=False,
        given_name=NAME,
        given_contact=None,
        title=None,
        text=TEXT,
        address=None,
        street=street,
        matter=matter,
        suggestion=suggestion,
        confidential=confidential,
        reported_at=None,
        received_by=INTEGRATOR.person,
        received_at=RECEIVED_AT,
    )


def answered() -> AppealAnswered:
    """直接答复."""
    return AppealAnswered(
        appeal_no=APPEAL_NO, answer=ANSWER, answered_by=AGENT.person, answered_at=DECIDED_AT
    )


def declined(ground: DeclineGround = "no_new_facts") -> AppealDeclined:
    """不予派单."""
    return AppealDeclined(
        appeal_no=APPEAL_NO,
        ground=ground,
        explanation=EXPLANATION,
        declined_by=AGENT.person,
        declined_at=DECIDED_AT,
    )


def filed(
    street: UnitCode = STREET,
    matter: str = MATTER,
    classified_by: Classifier = "source",
    *,
    confidential: bool = False,
) -> CaseFiled:
    """立案."""
    return CaseFiled(
        case_no=OWN_CASE,
        subject=PERSON,
        kind="consultation",
        street=street,
        matter=matter,
        classified_by=classified_by,
        confidential=confidential,
        catalogue=VERSION,
        filed_by=AGENT.person,
        filed_at=DECIDED_AT,
    )


def linked() -> AppealLinked:
    """重复件关联."""
    return AppealLinked(
        appeal_no=APPEAL_NO,
        case_no=OTHER_CASE,
        subject=PERSON,
        linked_by=AGENT.person,
        linked_at=DECIDED_AT,
    )


def unlinked() -> AppealUnlinked:
    """解除关联."""
    return AppealUnlinked(
        appeal_no=APPEAL_NO,
        case_no=OTHER_CASE,
        subject=PERSON,
        unlinked_by=AGENT.person,
        unlinked_at=LATER,
    )


def withdrawn(case_no: CaseNo | None) -> AppealWithdrawn:
    """撤回诉求."""
    return AppealWithdrawn(
        appeal_no=APPEAL_NO,
        case_no=case_no,
        subject=PERSON,
        withdrawn_by=AGENT.person,
        withdrawn_at=LATER,
    )


def receive(
    street: UnitCode | None = STREET,
    matter: str | None = MATTER,
    suggestion: SuggestedClass | None = None,
) -> ReceiveAppeal:
    """Ask to write down what the caller brings."""
    return ReceiveAppeal(
        appeal_no=APPEAL_NO,
        source="hotline",
        external_no="H-1",
        channel="phone",
        kind="consultation",
        subject=PERSON,
        anonymous=False,
        given_name=NAME,
        given_contact=None,
        title=None,
        text=TEXT,
        address=None,
        street=street,
        matter=matter,
        suggestion=suggestion,
        confidential=False,
        reported_at=None,
        meta=Meta(INTEGRATOR, RECEIVED_AT),
    )


def answer(on_spot: tuple[AppealKind, ...] = ("consultation",)) -> AnswerAppeal:
    """Ask to answer on the spot."""
    return AnswerAppeal(
        appeal_no=APPEAL_NO, answer=ANSWER, on_spot=on_spot, meta=Meta(AGENT, DECIDED_AT)
    )


def decline(ground: DeclineGround = "no_new_facts") -> DeclineAppeal:
    """Ask to dispatch nobody."""
    return DeclineAppeal(
        appeal_no=APPEAL_NO, ground=ground, explanation=EXPLANATION, meta=Meta(AGENT, DECIDED_AT)
    )


def file_case(street: UnitCode | None = None, matter: str | None = None) -> FileCase:
    """Ask to make it a case, where and about what it was received unless named."""
    return FileCase(
        appeal_no=APPEAL_NO,
        street=street,
        matter=matter,
        catalogue=VERSION,
        meta=Meta(AGENT, DECIDED_AT),
    )


def link(case_no: CaseNo = OTHER_CASE, target: LinkTarget | None = OPEN_CASE) -> LinkAppeal:
    """Ask to let it wait for another case."""
    return LinkAppeal(
        appeal_no=APPEAL_NO, case_no=case_no, target=target, meta=Meta(AGENT, DECIDED_AT)
    )


def unlink() -> UnlinkAppeal:
    """Ask to let it stand for itself again."""
    return UnlinkAppeal(appeal_no=APPEAL_NO, meta=Meta(AGENT, LATER))


def withdraw() -> WithdrawAppeal:
    """Ask to take it back."""
    return WithdrawAppeal(appeal_no=APPEAL_NO, meta=Meta(AGENT, LATER))


def recorded() -> SubjectRecorded:
    """当事人登记."""
    return SubjectRecorded(
        subject=PERSON,
        name=NAME,
        phone=PHONE,
        recorded_by=INTEGRATOR.person,
        recorded_at=RECEIVED_AT,
    )


def contact_read() -> PersonalDataRead:
    """查阅个人信息."""
    return PersonalDataRead(
        subject=PERSON,
        fields=("phone",),
        case_no=OWN_CASE,
        reason=REASON,
        read_by=AGENT.person,
        read_for=UnitCode("hotline"),
        read_at=LATER,
    )


def corrected(name: Sealed | None = None, phone: Sealed | None = None) -> SubjectCorrected:
    """更正当事人信息."""
    return SubjectCorrected(
        subject=PERSON,
        name=name,
        phone=phone,
        reason=REASON,
        corrected_by=AGENT.person,
        corrected_at=LATER,
    )


def subjects_linked(other: SubjectId = OTHER_PERSON) -> SubjectsLinked:
    """合并当事人."""
    return SubjectsLinked(
        subject=PERSON, other=other, reason=REASON, linked_by=AGENT.person, linked_at=LATER
    )


def subjects_unlinked() -> SubjectsUnlinked:
    """撤销合并."""
    return SubjectsUnlinked(
        subject=PERSON,
        other=OTHER_PERSON,
        reason=REASON,
        unlinked_by=AGENT.person,
        unlinked_at=LATER,
    )


GOES_ON = ErasureChoice(appeal_no=APPEAL_NO, choice="go_on")


def erasure_requested() -> ErasureRequested:
    """申请删除."""
    return ErasureRequested(
        subject=PERSON,
        covers=(PERSON,),
        ground="request",
        choices=(GOES_ON,),
        reason=REASON,
        requested_by=OPERATOR.person,
        requested_at=LATER,
    )


def erasure_rejected() -> ErasureRejected:
    """驳回删除申请."""
    return ErasureRejected(
        subject=PERSON, reason=REASON, rejected_by=OPERATOR.person, rejected_at=MUCH_LATER
    )


def held() -> SubjectHeld:
    """依法留存."""
    return SubjectHeld(subject=PERSON, reason=REASON, held_by=OPERATOR.person, held_at=LATER)


def hold_lifted() -> SubjectHoldLifted:
    """解除留存."""
    return SubjectHoldLifted(
        subject=PERSON, reason=REASON, lifted_by=OPERATOR.person, lifted_at=MUCH_LATER
    )


def erased() -> SubjectErased:
    """当事人信息删除."""
    return SubjectErased(
        subject=PERSON, ground="request", erased_by=OTHER_OPERATOR.person, erased_at=MUCH_LATER
    )


def record(name: Sealed | None = NAME, phone: Sealed | None = PHONE) -> RecordSubject:
    """Ask to record the person."""
    return RecordSubject(subject=PERSON, name=name, phone=phone, meta=Meta(INTEGRATOR, RECEIVED_AT))


def correct(name: Sealed | None = None, phone: Sealed | None = None) -> CorrectSubject:
    """Ask to write down what is right."""
    return CorrectSubject(
        subject=PERSON, name=name, phone=phone, reason=REASON, meta=Meta(AGENT, LATER)
    )


def link_subjects(other: SubjectId = OTHER_PERSON) -> LinkSubjects:
    """Say that another record is of the same person."""
    return LinkSubjects(subject=PERSON, other=other, reason=REASON, meta=Meta(AGENT, LATER))


def unlink_subjects() -> UnlinkSubjects:
    """Say that it is not."""
    return UnlinkSubjects(
        subject=PERSON, other=OTHER_PERSON, reason=REASON, meta=Meta(AGENT, LATER)
    )


def request_erasure() -> RequestErasure:
    """Ask for the person to be erased."""
    return RequestErasure(
        subject=PERSON,
        covers=(PERSON,),
        ground="request",
        choices=(GOES_ON,),
        reason=REASON,
        meta=Meta(OPERATOR, LATER),
    )


def approve_erasure(by: Actor = OTHER_OPERATOR, count_today: int = 1) -> ApproveErasure:
    """Ask to erase the person, as somebody requested."""
    return ApproveErasure(subject=PERSON, count_today=count_today, meta=Meta(by, MUCH_LATER))


def reject_erasure() -> RejectErasure:
    """Ask to erase nobody."""
    return RejectErasure(subject=PERSON, reason=REASON, meta=Meta(OPERATOR, MUCH_LATER))


def hold() -> HoldSubject:
    """Ask to keep the record."""
    return HoldSubject(subject=PERSON, reason=REASON, meta=Meta(OPERATOR, LATER))


def lift_hold() -> LiftHold:
    """Ask to keep it no longer."""
    return LiftHold(subject=PERSON, reason=REASON, meta=Meta(OPERATOR, MUCH_LATER))
