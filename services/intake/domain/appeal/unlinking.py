"""解除关联: a wrong link is undone, and the appeal is undecided again."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.intake import AppealUnlinked
from contracts.ids import AppealNo
from services.intake.domain.appeal.policies import must_be_recorded
from services.intake.domain.appeal.state import AppealState, Linked


class AppealNotLinked(Refusal):
    """诉求未关联: only a link is undone (our default)."""

    code = "appeal_not_linked"
    zh = "诉求 {appeal_no} 没有关联到任何工单，无需解除。"
    en = "Appeal {appeal_no} is not linked to a case, so there is nothing to undo."


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkAppeal:
    """解除关联 (our default): undo a wrong link."""

    appeal_no: AppealNo
    meta: Meta


def unlink(command: UnlinkAppeal, state: AppealState) -> AppealUnlinked:
    """Undo a link. Raises: AppealUnknown, AppealNotLinked."""
    linked = must_be_recorded(command.appeal_no, state)
    if not isinstance(linked, Linked):
        raise AppealNotLinked(appeal_no=command.appeal_no)
    return AppealUnlinked(
        appeal_no=linked.fact.appeal_no,
        case_no=linked.case_no,
        subject=linked.fact.subject,
        unlinked_by=command.meta.by.person,
        unlinked_at=command.meta.at,
    )
