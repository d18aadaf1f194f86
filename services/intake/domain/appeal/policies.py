"""What several steps ask of an appeal."""

from chassis.errors import Refusal, Unknown
from contracts.ids import AppealNo
from services.intake.domain.appeal.state import AppealState, NoAppeal, Received, RecordedAppeal


class AppealUnknown(Unknown):
    """无此诉求."""

    code = "appeal_unknown"
    zh = "没有编号为 {appeal_no} 的诉求；请核对编号。"
    en = "There is no appeal {appeal_no}; check the number."


class AppealAlreadySettled(Refusal):
    """诉求已处理: an appeal is settled once, in one way (our default)."""

    code = "appeal_already_settled"
    zh = "诉求 {appeal_no} 已处理（{stage}）；请重新读取后再操作。"
    en = "Appeal {appeal_no} is settled already ({stage}); read it again before acting."


def must_be_recorded(appeal_no: AppealNo, state: AppealState) -> RecordedAppeal:
    """Give the appeal. Raises: AppealUnknown."""
    if isinstance(state, NoAppeal):
        raise AppealUnknown(appeal_no=appeal_no)
    return state


def must_be_undecided(appeal_no: AppealNo, state: AppealState) -> Received:
    """Give an appeal about which nothing is decided.

    Raises: AppealUnknown, AppealAlreadySettled.
    """
    recorded = must_be_recorded(appeal_no, state)
    if isinstance(recorded, Received):
        return recorded
    raise AppealAlreadySettled(appeal_no=appeal_no, stage=recorded.stage)
