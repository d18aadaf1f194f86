"""Conditions that several steps share."""

from chassis.errors import Forbidden, OfficerRecused, Unknown
from contracts.envelope import Actor
from contracts.events.feedback import CallbackScheduled
from contracts.ids import CallbackNo
from services.feedback.domain.callback.participants import Participants
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
        "回访 {callback_no} 针对 {unit} 的办理，主办、协办、被吹哨单位及参与办理的人员不得回访；"
        "请交由其他单位且未参与办理的回访员。"
    )
    en = (
        "Call-back {callback_no} asks about the work of {unit}, so nobody of a unit that led, "
        "assisted or was called, and nobody who worked on it, may make it; hand it to a visitor "
        "of another unit who had no part in it."
    )


class CallbackByDispatcher(Forbidden):
    """派单人不得回访 (监管分离, our default after 扶沟县 2019): who dispatches does not verify."""

    code = "callback_by_dispatcher"
    zh = (
        "您对工单 {case_no} 作过立案、派单、裁定、延期等决定，不能回访该工单；"
        "请交由未参与决定的回访员。"
    )
    en = (
        "You decided about case {case_no} (filed, dispatched, ruled, extended or ended it), so you "
        "do not make its call-back; hand it to a visitor who decided nothing about it."
    )


def existing(callback_no: CallbackNo, state: CallbackState) -> Scheduled | Completed | Waived:
    """Give the state of a call-back that was scheduled. Raises: CallbackUnknown."""
    if isinstance(state, NoCallback):
        raise CallbackUnknown(callback_no=callback_no)
    return state


def must_have_no_part(by: Actor, fact: CallbackScheduled, participants: Participants) -> None:
    """Keep out every unit and person that handled the case, and who decided about it.

    Raises: CallbackByHandler, CallbackByDispatcher.
    """
    units = {fact.unit, *participants.units}
    handlers = {*fact.handlers, *participants.handlers}
    if by.unit in units or by.person in handlers:
        raise CallbackByHandler(callback_no=fact.callback_no, unit=fact.unit)
    if by.person in participants.deciders:
        raise CallbackByDispatcher(case_no=fact.case_no)


def must_not_be_recused(by: Actor, recused: frozenset[str], fact: CallbackScheduled) -> None:
    """Keep out who has a conflict of interest in the case. Raises: OfficerRecused."""
    if by.person in recused:
        raise OfficerRecused(case_no=fact.case_no)
