"""当事人信息删除: another person approves, and what is known is destroyed in every service."""

from dataclasses import dataclass
from datetime import timedelta

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.intake import SubjectErased
from contracts.ids import SubjectId
from contracts.instant import SHANGHAI
from services.intake.domain.subject.policies import must_be_known, must_be_requested
from services.intake.domain.subject.state import SubjectState

ERASURES_A_DAY_MAX = 50
"""Approvals a day of Shanghai (our default): a stolen token does not empty the hotline."""


class ErasureNeedsAnother(Refusal):
    """须由他人批准 (our default): nobody erases a person alone."""

    code = "erasure_needs_another"
    zh = "删除申请不能由申请人本人批准；请由另一名运维员批准。"
    en = "Who requested an erasure cannot approve it; another operator has to."


class SubjectIsHeld(Refusal):
    """依法留存 (个人信息保护法 art. 47, para. 2): a record that a law wants kept stays."""

    code = "subject_is_held"
    zh = "当事人 {subject} 的信息被依法留存，不能删除；请在解除留存后再批准，或驳回申请。"
    en = "The record of {subject} is held; approve after the hold is lifted, or reject the request."


class ErasureLimitReached(Refusal):
    """超过每日删除上限 (our default): erasing is for good, so it is never done in bulk."""

    code = "erasure_limit_reached"
    zh = "今日批准的删除已达 {limit} 件；{resumes_at} 起可继续批准。"
    en = "{limit} erasures were approved today; approve this one from {resumes_at} on."


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveErasure:
    """批准删除 (个人信息保护法 art. 47): destroy what is known of the person."""

    subject: SubjectId
    count_today: int
    """How many approvals there are today, this one included."""
    meta: Meta


def approve(command: ApproveErasure, state: SubjectState) -> SubjectErased:
    """Erase.

    Raises: SubjectUnknown, SubjectAlreadyErased, ErasureNotRequested, ErasureNeedsAnother,
    SubjectIsHeld, ErasureLimitReached.
    """
    known = must_be_known(command.subject, state)
    request = must_be_requested(command.subject, known)
    if request.requested_by == command.meta.by.person:
        raise ErasureNeedsAnother
    if known.is_held:
        raise SubjectIsHeld(subject=command.subject)
    if command.count_today > ERASURES_A_DAY_MAX:
        tomorrow = command.meta.at.astimezone(SHANGHAI) + timedelta(days=1)
        resumes_at = f"{tomorrow:%Y-%m-%d} 00:00+08:00"
        raise ErasureLimitReached(limit=ERASURES_A_DAY_MAX, resumes_at=resumes_at)
    return SubjectErased(
        subject=command.subject,
        ground=request.ground,
        erased_by=command.meta.by.person,
        erased_at=command.meta.at,
    )
