"""申请删除: from here on a person's record is stored and no more, until the request is decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.intake import ErasureChoice, ErasureRequested
from contracts.ids import AppealNo, SubjectId
from contracts.sealed import Sealed
from services.intake.domain.subject.policies import must_be_processed
from services.intake.domain.subject.state import SubjectState


class OpenAppealsNotChosen(Refusal):
    """在办诉求未选择 (个人信息保护法 art. 47): erasing must not stop open work by accident."""

    code = "open_appeals_not_chosen"
    zh = (
        "该当事人有 {count} 件未办结诉求（{appeals}）；请在 choices 中逐件选择 withdraw（撤回）"
        "或 go_on（继续办理，此后无法联系当事人）。"
    )
    en = (
        "{count} appeals of the person are open ({appeals}); choose for each, in `choices`,"
        " `withdraw` or `go_on` (it is handled without a way to reach them)."
    )


class ChoiceNotOpen(Refusal):
    """所选诉求不在办 (our default): a choice is about an open appeal of the person."""

    code = "choice_not_open"
    zh = "{appeals} 不是该当事人的未办结诉求，或被重复选择；请从 choices 中去掉。"
    en = "{appeals} is no open appeal of the person, or is named twice; leave it out of `choices`."


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestErasure:
    """申请删除 (个人信息保护法 art. 47): on the person's request, or as retention is over."""

    subject: SubjectId
    covers: tuple[SubjectId, ...]
    ground: Literal["request", "retention"]
    choices: tuple[ErasureChoice, ...]
    reason: Sealed
    meta: Meta


def request(command: RequestErasure, state: SubjectState) -> ErasureRequested:
    """Request it. Raises: SubjectUnknown, SubjectAlreadyErased, ErasureUnderWay."""
    must_be_processed(command.subject, state)
    return ErasureRequested(
        subject=command.subject,
        covers=command.covers,
        ground=command.ground,
        choices=command.choices,
        reason=command.reason,
        requested_by=command.meta.by.person,
        requested_at=command.meta.at,
    )


def must_be_chosen(open_appeals: Sequence[AppealNo], choices: Sequence[ErasureChoice]) -> None:
    """See that there is one choice for each open appeal.

    Raises: OpenAppealsNotChosen, ChoiceNotOpen.
    """
    chosen = [choice.appeal_no for choice in choices]
    surplus = sorted({no for no in chosen if no not in open_appeals or chosen.count(no) > 1})
    if surplus:
        raise ChoiceNotOpen(appeals=", ".join(surplus))
    missing = [no for no in open_appeals if no not in chosen]
    if missing:
        raise OpenAppealsNotChosen(count=len(missing), appeals=", ".join(missing))
