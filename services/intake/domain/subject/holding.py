"""依法留存: a law or a court wants a record kept; a request for erasure may come all the same."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.intake import SubjectHeld, SubjectHoldLifted
from contracts.ids import SubjectId
from contracts.sealed import Sealed
from services.intake.domain.subject.policies import must_be_known
from services.intake.domain.subject.state import SubjectState


class SubjectNotHeld(Refusal):
    """未留存 (our default): only a hold that is there can be lifted."""

    code = "subject_not_held"
    zh = "当事人 {subject} 的信息未被依法留存；请核对编号。"
    en = "The record of {subject} is not held; check the number."


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSubject:
    """依法留存 (个人信息保护法 art. 47, para. 2): keep it, however its erasure is decided on."""

    subject: SubjectId
    reason: Sealed
    meta: Meta


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold:
    """解除留存 (个人信息保护法 art. 47, para. 2): the duty to keep it is over."""

    subject: SubjectId
    reason: Sealed
    meta: Meta


def hold(command: HoldSubject, state: SubjectState) -> list[SubjectHeld]:
    """Hold, once. Raises: SubjectUnknown, SubjectAlreadyErased."""
    if must_be_known(command.subject, state).is_held:
        return []
    return [
        SubjectHeld(
            subject=command.subject,
            reason=command.reason,
            held_by=command.meta.by.person,
            held_at=command.meta.at,
        )
    ]


def lift(command: LiftHold, state: SubjectState) -> SubjectHoldLifted:
    """Lift the hold. Raises: SubjectUnknown, SubjectAlreadyErased, SubjectNotHeld."""
    if not must_be_known(command.subject, state).is_held:
        raise SubjectNotHeld(subject=command.subject)
    return SubjectHoldLifted(
        subject=command.subject,
        reason=command.reason,
        lifted_by=command.meta.by.person,
        lifted_at=command.meta.at,
    )
