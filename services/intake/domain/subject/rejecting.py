"""驳回: a request for erasure is not followed, or is taken back."""

from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.intake import ErasureRejected
from contracts.ids import SubjectId
from contracts.sealed import Sealed
from services.intake.domain.subject.policies import must_be_known, must_be_requested
from services.intake.domain.subject.state import SubjectState


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectErasure:
    """驳回删除申请 (个人信息保护法 art. 50): with a reason that is told to the person."""

    subject: SubjectId
    reason: Sealed
    meta: Meta


def reject(command: RejectErasure, state: SubjectState) -> ErasureRejected:
    """Reject. Raises: SubjectUnknown, SubjectAlreadyErased, ErasureNotRequested."""
    must_be_requested(command.subject, must_be_known(command.subject, state))
    return ErasureRejected(
        subject=command.subject,
        reason=command.reason,
        rejected_by=command.meta.by.person,
        rejected_at=command.meta.at,
    )
