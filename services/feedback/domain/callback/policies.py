"""Conditions that several steps share."""

from chassis.errors import Forbidden, OfficerRecused, Unknown
from contracts.envelope import Actor
from contracts.events.feedback import CallbackScheduled
from contracts.ids import CallbackNo
from services.feedback.domain.callback.state import (
    CallbackState,
    Completed,
    NoCallback,
    Scheduled,
    Waived,
)


class CallbackUnknown(Unknown):
    """无此回访: nothing has called for one of that number."""

    code = "callback_unknown"
    zh = "没有编号为 {callback_no} 的回访；请核对编号，或从回访列表中重新选择。"
    en = "There is no call-back {callback_no}; check the number, or choose one from the list."


class CallbackByHandler(Forbidden):
    """办理人不得回访 (art. 23): the hotline calls back, so that handling is not its own judge."""

    code = "callback_by_handler"
    zh = (
        "回访 {callback_no} 针对 {unit} 的办理，须由未参与办理的人员进行；"
        "请交由其他单位且未参与办理的回访员。"
    )
    en = (
        "Call-back {callback_no} asks about the work of {unit}, so nobody who handled it may make "
        "it; hand it to a visitor of another unit who had no part in it."
    )


def existing(callback_no: CallbackNo, state: CallbackState) -> Scheduled | Completed | Waived:
    """Give the state of a call-back that was scheduled. Raises: CallbackUnknown."""
    if isinstance(state, NoCallback):
        raise CallbackUnknown(callback_no=callback_no)
    return state


def must_not_have_handled(by: Actor, fact: CallbackScheduled) -> None:
    """Keep out the unit that handled the case, and every person who had a part in it.

    Raises: CallbackByHandler.
    """
    if by.unit == fact.unit or by.person in fact.handlers:
        raise CallbackByHandler(callback_no=fact.callback_no, unit=fact.unit)


def must_not_be_recused(by: Actor, recused: frozenset[str], fact: CallbackScheduled) -> None:
    """Keep out who has a conflict of interest in the case. Raises: OfficerRecused."""
    if by.person in recused:
        raise OfficerRecused(case_no=fact.case_no)
