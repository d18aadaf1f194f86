"""What several steps ask of a person's record."""

from chassis.errors import Forbidden, Refusal, Unknown
from contracts.events.intake import ErasureRequested
from contracts.ids import SubjectId
from contracts.instant import SHANGHAI
from services.intake.domain.subject.state import Erased, Known, NoSubject, SubjectState


class SubjectUnknown(Unknown):
    """无此当事人."""

    code = "subject_unknown"
    zh = "没有编号为 {subject} 的当事人；请核对编号。"
    en = "There is no person recorded as {subject}; check the number."


class SubjectAlreadyErased(Refusal):
    """当事人信息已删除 (个人信息保护法 art. 47): erasing is for good."""

    code = "subject_already_erased"
    zh = "当事人 {subject} 的信息已删除，无法再读取或再次删除；请刷新列表。"
    en = "{subject} is erased and can be neither read nor erased again; read the list again."


class ErasureUnderWay(Forbidden):
    """已申请删除 (个人信息保护法 art. 47): until it is decided, a record is stored and no more."""

    code = "erasure_under_way"
    status = 409
    zh = (
        "当事人 {subject} 的信息已于 {requested_on} 申请删除，决定前只保存、不使用；"
        "请由运维员批准或驳回该申请后再操作。"
    )
    en = (
        "The erasure of {subject} was requested on {requested_on}; until an operator approves or"
        " rejects it, the record is stored and not used. Ask for that decision first."
    )


class ErasureNotRequested(Refusal):
    """未申请删除 (our default): what is decided on was requested before."""

    code = "erasure_not_requested"
    zh = "当事人 {subject} 没有待决定的删除申请；请先提交申请。"
    en = "No erasure of {subject} is waiting for a decision; request it first."


def must_not_be_erased(subject: SubjectId, state: SubjectState) -> None:
    """Raises: SubjectAlreadyErased."""
    if isinstance(state, Erased):
        raise SubjectAlreadyErased(subject=subject)


def must_be_known(subject: SubjectId, state: SubjectState) -> Known:
    """Give a record that was made and not erased.

    Raises: SubjectUnknown, SubjectAlreadyErased.
    """
    if isinstance(state, NoSubject):
        raise SubjectUnknown(subject=subject)
    if isinstance(state, Erased):
        raise SubjectAlreadyErased(subject=subject)
    return state


def must_be_processed(subject: SubjectId, state: SubjectState) -> Known:
    """Give a record that may be used, and not only stored.

    Raises: SubjectUnknown, SubjectAlreadyErased, ErasureUnderWay.
    """
    known = must_be_known(subject, state)
    if known.request is not None:
        requested_on = f"{known.request.requested_at.astimezone(SHANGHAI):%Y-%m-%d}"
        raise ErasureUnderWay(subject=subject, requested_on=requested_on)
    return known


def is_processed(state: SubjectState) -> bool:
    """Say whether a record may be used, and not only stored."""
    return isinstance(state, Known) and state.request is None


def must_be_requested(subject: SubjectId, known: Known) -> ErasureRequested:
    """Give the request that waits for a decision. Raises: ErasureNotRequested."""
    if known.request is None:
        raise ErasureNotRequested(subject=subject)
    return known.request
