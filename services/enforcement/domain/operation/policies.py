"""Conditions that several steps share. `{at}` in a sentence is local time, as on every page."""

from datetime import datetime

from chassis.errors import Forbidden, OfficerRecused, Refusal, Unknown
from contracts.envelope import Actor
from contracts.events.enforcement import OperationOpened
from contracts.ids import OperationNo, UnitCode
from contracts.instant import SHANGHAI
from services.enforcement.domain.operation.state import (
    Concluded,
    NoOperation,
    OperationState,
    Task,
    Underway,
)


class OperationUnknown(Unknown):
    """无此联合执法: no whistle of that number has arrived here."""

    code = "operation_unknown"
    zh = "没有编号为 {operation_no} 的联合执法；请核对哨号，刚吹的哨请稍后再试。"
    en = (
        "There is no operation {operation_no}; check the whistle's number, and if it was blown "
        "just now try again in a moment."
    )


class UnitNotSummoned(Forbidden):
    """未被召集: the whistle did not name this unit."""

    code = "unit_not_summoned"
    zh = "联合执法 {operation_no} 没有召集 {unit}，不能操作；如应参加，请联系吹哨街道 {street}。"
    en = (
        "{unit} was not called to operation {operation_no} and cannot act in it; if it should "
        "take part, contact the street that whistled, {street}."
    )


class OperationConcludedAlready(Refusal):
    """联合执法已完结: what is still not solved needs a new whistle."""

    code = "operation_concluded_already"
    zh = "联合执法 {operation_no} 已于 {at} 完结，不能再操作；问题仍未解决的，请由街道重新吹哨。"
    en = (
        "Operation {operation_no} was concluded at {at} (UTC+8) and takes no more steps; if the "
        "problem is not solved, the street has to blow a new whistle."
    )


def existing(operation_no: OperationNo, state: OperationState) -> Underway | Concluded:
    """Give the state of an operation that was opened. Raises: OperationUnknown."""
    if isinstance(state, NoOperation):
        raise OperationUnknown(operation_no=operation_no)
    return state


def must_not_be_recused(by: Actor, recused: frozenset[str], fact: OperationOpened) -> None:
    """Keep out who has a conflict of interest in the case. Raises: OfficerRecused."""
    if by.person in recused:
        raise OfficerRecused(case_no=fact.case_no)


def underway(state: Underway | Concluded) -> Underway:
    """Give the state of an operation that is not over. Raises: OperationConcludedAlready."""
    if isinstance(state, Concluded):
        at = local_time(state.concluded_at)
        raise OperationConcludedAlready(operation_no=state.fact.operation_no, at=at)
    return state


def own_task(operation_no: OperationNo, by: Actor, state: OperationState) -> tuple[Underway, Task]:
    """Give the task of the acting unit, in an operation that is not over.

    Raises: OperationUnknown, UnitNotSummoned, OperationConcludedAlready.
    """
    found, unit = existing(operation_no, state), UnitCode(by.unit)
    if unit not in found.tasks:
        raise UnitNotSummoned(unit=unit, operation_no=operation_no, street=found.fact.street)
    return underway(found), found.tasks[unit]


def local_time(moment: datetime) -> str:
    """Write a moment for an officer on the spot."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
