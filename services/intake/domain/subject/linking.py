"""合并当事人: two records are of one person, as an agent finds; and it can be undone."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.intake import SubjectsLinked, SubjectsUnlinked
from contracts.ids import SubjectId
from contracts.sealed import Sealed
from services.intake.domain.subject.policies import must_be_processed
from services.intake.domain.subject.state import SubjectState


class SubjectsAreOne(Refusal):
    """不能与自身合并 (our default)."""

    code = "subjects_are_one"
    zh = "不能将当事人与其自身合并；请填写另一当事人的编号。"
    en = "A record cannot be linked to itself; name the other record."


class SubjectsNotLinked(Refusal):
    """未合并 (our default): only what was linked directly can be undone."""

    code = "subjects_not_linked"
    zh = "当事人 {subject} 与 {other} 未直接合并；请核对两个编号。"
    en = "{subject} and {other} are not linked directly; check both numbers."


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSubjects:
    """合并当事人 (个人信息保护法 art. 8, accuracy): they are looked up and erased together."""

    subject: SubjectId
    other: SubjectId
    reason: Sealed
    meta: Meta


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkSubjects:
    """撤销合并 (个人信息保护法 art. 8, accuracy): each stands for itself again."""

    subject: SubjectId
    other: SubjectId
    reason: Sealed
    meta: Meta


def link(command: LinkSubjects, state: SubjectState) -> list[SubjectsLinked]:
    """Link, once.

    Raises: SubjectUnknown, SubjectAlreadyErased, ErasureUnderWay, SubjectsAreOne.
    """
    if command.subject == command.other:
        raise SubjectsAreOne
    if command.other in must_be_processed(command.subject, state).linked:
        return []
    return [
        SubjectsLinked(
            subject=command.subject,
            other=command.other,
            reason=command.reason,
            linked_by=command.meta.by.person,
            linked_at=command.meta.at,
        )
    ]


def unlink(command: UnlinkSubjects, state: SubjectState) -> SubjectsUnlinked:
    """Undo a link.

    Raises: SubjectUnknown, SubjectAlreadyErased, ErasureUnderWay, SubjectsNotLinked.
    """
    if command.other not in must_be_processed(command.subject, state).linked:
        raise SubjectsNotLinked(subject=command.subject, other=command.other)
    return SubjectsUnlinked(
        subject=command.subject,
        other=command.other,
        reason=command.reason,
        unlinked_by=command.meta.by.person,
        unlinked_at=command.meta.at,
    )
