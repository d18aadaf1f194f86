"""撤回: a caller takes an appeal back, as long as it was not settled without a case."""

from dataclasses import dataclass
from typing import assert_never

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.intake import AppealWithdrawn
from contracts.ids import AppealNo, CaseNo, case_of_appeal
from services.intake.domain.appeal.policies import AppealAlreadySettled, must_be_recorded
from services.intake.domain.appeal.state import (
    Answered,
    AppealState,
    Declined,
    Filed,
    Linked,
    Received,
    RecordedAppeal,
    Withdrawn,
)


class AppealWithdrawnAlready(Refusal):
    """诉求已撤回: once (our default)."""

    code = "appeal_withdrawn_already"
    zh = "诉求 {appeal_no} 已撤回，无需重复；仍要反映的，请重新受理。"
    en = "Appeal {appeal_no} is withdrawn already; to go on with it, receive a new one."


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAppeal:
    """撤回诉求 (our default): take it back at the caller's wish."""

    appeal_no: AppealNo
    meta: Meta


def withdraw(command: WithdrawAppeal, state: AppealState) -> AppealWithdrawn:
    """Withdraw. Raises: AppealUnknown, AppealWithdrawnAlready, AppealAlreadySettled."""
    recorded = must_be_recorded(command.appeal_no, state)
    return AppealWithdrawn(
        appeal_no=recorded.fact.appeal_no,
        case_no=awaited_case(recorded),
        subject=recorded.fact.subject,
        withdrawn_by=command.meta.by.person,
        withdrawn_at=command.meta.at,
    )


def awaited_case(state: RecordedAppeal) -> CaseNo | None:
    """Give the case that the caller waits for.

    Raises: AppealWithdrawnAlready, AppealAlreadySettled.
    """
    appeal_no = state.fact.appeal_no
    match state:
        case Withdrawn():
            raise AppealWithdrawnAlready(appeal_no=appeal_no)
        case Answered() | Declined():
            raise AppealAlreadySettled(appeal_no=appeal_no, stage=state.stage)
        case Received():
            return None
        case Filed():
            return case_of_appeal(appeal_no)
        case Linked(case_no=linked_to):
            return linked_to
        case _:
            assert_never(state)
