"""What several steps ask of a person's record."""

from chassis.errors import Refusal, Unknown
from contracts.ids import SubjectId
from services.intake.domain.subject.state import Erased, NoSubject, SubjectState


class SubjectUnknown(Unknown):
    """无此当事人."""

    code = "subject_unknown"
    zh = "没有编号为 {subject} 的当事人；请核对编号。"
    en = "There is no person recorded as {subject}; check the number."


class SubjectAlreadyErased(Refusal):
    """当事人信息已删除 (个人信息保护法 art. 47): erasing is for good."""

    code = "subject_already_erased"
    zh = "当事人 {subject} 的信息已删除，无法再读取或再次删除。"
    en = "What was known of {subject} has been erased; it can be neither read nor erased again."


def must_not_be_erased(subject: SubjectId, state: SubjectState) -> None:
    """Raises: SubjectAlreadyErased."""
    if isinstance(state, Erased):
        raise SubjectAlreadyErased(subject=subject)


def must_be_known(subject: SubjectId, state: SubjectState) -> None:
    """Let only a record pass that was made and not erased.

    Raises: SubjectUnknown, SubjectAlreadyErased.
    """
    if isinstance(state, NoSubject):
        raise SubjectUnknown(subject=subject)
    must_not_be_erased(subject, state)
