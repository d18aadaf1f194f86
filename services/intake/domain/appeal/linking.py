"""重复件: an appeal about the matter of an open case waits for that case's outcome."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.intake import AppealLinked
from contracts.ids import AppealNo, CaseNo, case_of_appeal
from services.intake.domain.appeal.policies import AppealUnknown, must_be_undecided
from services.intake.domain.appeal.state import AppealStage, AppealState


class NoOpenCase(Refusal):
    """非在办工单: a link leads to an open case only (our default)."""

    code = "no_open_case"
    zh = "{case_no} 不是在办工单，不能关联；请核对编号，或单独立案。"
    en = "{case_no} is not an open case; check the number, or file this appeal for itself."


class LinkToItself(Refusal):
    """不能关联自身 (our default)."""

    code = "link_to_itself"
    zh = "诉求不能关联到自身；请填写另一工单的编号。"
    en = "An appeal cannot be linked to itself; name another case."


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What is known of the appeal whose case is to be linked to."""

    stage: AppealStage
    case_is_closed: bool
    """False also for a case that dispatch has not spoken of yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAppeal:
    """关联重复件 (our default): let it wait for an open case about the same matter.

    `target` is None when no appeal has the number of that case.
    """

    appeal_no: AppealNo
    case_no: CaseNo
    target: LinkTarget | None
    meta: Meta


def link(command: LinkAppeal, state: AppealState) -> AppealLinked:
    """Link. Raises: AppealUnknown, NoOpenCase, AppealAlreadySettled, LinkToItself."""
    must_be_open(command.case_no, command.target)
    fact = must_be_undecided(command.appeal_no, state).fact
    if command.case_no == case_of_appeal(fact.appeal_no):
        raise LinkToItself
    return AppealLinked(
        appeal_no=fact.appeal_no,
        case_no=command.case_no,
        subject=fact.subject,
        linked_by=command.meta.by.person,
        linked_at=command.meta.at,
    )


def must_be_open(case_no: CaseNo, target: LinkTarget | None) -> None:
    """Let only a filed case that is not closed be linked to. Raises: AppealUnknown, NoOpenCase."""
    if target is None:
        raise AppealUnknown(appeal_no=case_no)
    if target.stage != "filed" or target.case_is_closed:
        raise NoOpenCase(case_no=case_no)
