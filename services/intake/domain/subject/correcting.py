"""更正: what is recorded of a person was wrong or is no longer right."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Malformed
from contracts.events.intake import SubjectCorrected
from contracts.ids import SubjectId
from contracts.sealed import Sealed
from services.intake.domain.subject.policies import must_be_processed
from services.intake.domain.subject.state import SubjectState


class NothingCorrected(Malformed):
    """无更正内容 (our default): a correction gives a name, a phone or both."""

    code = "nothing_corrected"
    zh = "更正未包含姓名或电话；请至少填写一项。"
    en = "The correction has neither a name nor a phone; give at least one."


class PhoneUnreadable(Malformed):
    """电话无法识别 (our default): a corrected phone is one that can be dialled."""

    code = "phone_unreadable"
    zh = "无法识别该电话；请按拨打方式填写，例如 010-62345678。"
    en = "That is no phone number; write it as it is dialled, such as 010-62345678."


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectSubject:
    """更正当事人信息 (个人信息保护法 art. 46): the person's own record, as they ask."""

    subject: SubjectId
    name: Sealed | None
    phone: Sealed | None
    reason: Sealed
    meta: Meta


def correct(command: CorrectSubject, state: SubjectState) -> SubjectCorrected:
    """Correct.

    Raises: SubjectUnknown, SubjectAlreadyErased, ErasureUnderWay, NothingCorrected.
    """
    must_be_processed(command.subject, state)
    if command.name is None and command.phone is None:
        raise NothingCorrected
    return SubjectCorrected(
        subject=command.subject,
        name=command.name,
        phone=command.phone,
        reason=command.reason,
        corrected_by=command.meta.by.person,
        corrected_at=command.meta.at,
    )
