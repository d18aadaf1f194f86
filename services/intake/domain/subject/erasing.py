"""当事人信息删除: what is known of a person is destroyed, here and in every service."""

from dataclasses import dataclass
from typing import Literal

from chassis.decider import Meta
from contracts.events.intake import SubjectErased
from contracts.ids import SubjectId
from services.intake.domain.subject.policies import must_be_known
from services.intake.domain.subject.state import SubjectState


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseSubject:
    """删除当事人信息 (个人信息保护法 art. 47): on request, or when retention is over."""

    subject: SubjectId
    ground: Literal["request", "retention"]
    meta: Meta


def erase(command: EraseSubject, state: SubjectState) -> SubjectErased:
    """Erase. Raises: SubjectUnknown, SubjectAlreadyErased."""
    must_be_known(command.subject, state)
    return SubjectErased(
        subject=command.subject,
        ground=command.ground,
        erased_by=command.meta.by.person,
        erased_at=command.meta.at,
    )
