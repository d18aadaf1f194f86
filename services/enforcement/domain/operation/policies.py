"""Conditions that several steps share. `{at}` in a sentence is local time, as on every page."""

from datetime import datetime
from typing import assert_never

from chassis.errors import Forbidden, OfficerRecused, Refusal, Unknown
from contracts.envelope import Actor
from contracts.events.enforcement import OperationOpened
from contracts.ids import OperationNo, UnitCode
from contracts.instant import SHANGHAI
from services.enforcement.domain.operation.state import (
    Begun,
    Cancelled,
    Concluded,
    NoOperation,
    OperationState,
    Task,
    Underway,
)


def existing(operation_no: OperationNo, state: OperationState) -> Begun:
    """Give the state of an operation that was opened. Raises: OperationUnknown."""
    if isinstance(state, NoOperation):
        raise OperationUnknown(operation_no=operation_no)
    return state


def must_not_be_recused(by: Actor, recused: frozenset[str], fact: OperationOpened) -> None:
    """Keep out who has a conflict of interest in the case. Raises: OfficerRecused."""
    if by.person in recused:
        raise OfficerRecused(case_no=fact.case_no)


def must_be_the_street(by: Actor, fact: OperationOpened) -> None:
    """Keep to the street what it alone decides. Raises: NotTheStreet."""
    if by.unit != fact.street:
        raise NotTheStreet(unit=by.unit, street=fact.street)


def underway(state: Begun) -> Underway:
    """Give the state of an operation that is not over.

    Raises: OperationConcludedAlready, OperationCancelledAlready.
    """
    operation_no = state.fact.operation_no
    match state:
        case Underway():
            return state
        case Concluded():
            at = local_time(state.concluded_at)
            raise OperationConcludedAlready(operation_no=operation_no, at=at)
        case Cancelled():
            at = local_time(state.cancelled_at)
            raise OperationCancelledAlready(operation_no=operation_no, at=at)
        case _:
            assert_never(state)


def own_task(operation_no: OperationNo, by: Actor, state: OperationState) -> tuple[Underway, Task]:
    """Give the task of the acting unit, in an operation that is not over.

    Raises: OperationUnknown, UnitNotSummoned, OperationConcludedAlready,
    OperationCancelledAlready, UnitExcused, UnitLeftAlready.
    """
    found, unit = existing(operation_no, state), UnitCode(by.unit)
    if unit not in found.tasks:
        raise UnitNotSummoned(unit=unit, operation_no=operation_no, street=found.fact.street)
    return underway(found), _still_asked(found.tasks[unit])


def task_named(unit: UnitCode, found: Begun) -> Task:
    """Give the task of a unit that somebody else names, whatever became of it.

    Raises: UnitHasNoTask.
    """
    if unit not in found.tasks:
        units = ", ".join(found.tasks)
        raise UnitHasNoTask(unit=unit, operation_no=found.fact.operation_no, units=units)
    return found.tasks[unit]


def open_task_named(unit: UnitCode, found: Begun) -> tuple[Underway, Task]:
    """Give the task of a unit that somebody else names, in an operation that is not over.

    Raises: UnitHasNoTask, OperationConcludedAlready, OperationCancelledAlready, UnitExcused,
    UnitLeftAlready.
    """
    task = task_named(unit, found)
    return underway(found), _still_asked(task)


def _still_asked(task: Task) -> Task:
    if task.ruled and task.is_excused:
        raise UnitExcused(unit=task.owed.unit, at=local_time(task.ruled.ruled_at))
    if task.left:
        raise UnitLeftAlready(unit=task.owed.unit, at=local_time(task.left.noted_at))
    return task


def must_not_be_there(task: Task) -> None:
    """Ask for a unit that has not come yet. Raises: UnitOnTheSpot."""
    if task.reported:
        raise UnitOnTheSpot(unit=task.owed.unit, at=local_time(task.reported.reported_at))


def local_time(moment: datetime) -> str:
    """Write a moment for an officer on the spot."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


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


class OperationCancelledAlready(Refusal):
    """联合执法已取消 (our default): the whistle was cancelled, and with it every task."""

    code = "operation_cancelled_already"
    zh = "联合执法 {operation_no} 已于 {at} 随撤哨取消，无需再应哨；仍需到场的，请由街道重新吹哨。"
    en = (
        "Operation {operation_no} was cancelled with its whistle at {at} (UTC+8), so nobody has to "
        "come; if somebody still should, the street has to blow a new whistle."
    )


class NotTheStreet(Forbidden):
    """非吹哨街道 (art. 16): units act under the direction of the street that whistled."""

    code = "not_the_street"
    zh = (
        "只有吹哨街道 {street} 可以放行、认定未报到或登记提前离场，{unit} 不能；"
        "请联系该街道，放行前请留在现场。"
    )
    en = (
        "Only the street that whistled, {street}, releases units, names them absent or notes that "
        "they left, not {unit}; ask the street, and stay on the spot until it releases you."
    )


class UnitHasNoTask(Refusal):
    """该单位无任务: the unit that is named was not called."""

    code = "unit_has_no_task"
    status = 404
    zh = "联合执法 {operation_no} 没有 {unit} 的任务；请从应哨单位中选择：{units}。"
    en = "{unit} has no task in operation {operation_no}; choose one of its units: {units}."


class UnitExcused(Refusal):
    """已免除应哨 (art. 12 (3)): the district upheld its contest, and nothing is asked of it."""

    code = "unit_excused"
    zh = "{unit} 的异议已于 {at} 裁定成立，免于应哨，无需再操作；仍需其到场的，请由街道重新吹哨。"
    en = (
        "The district upheld the contest of {unit} at {at} (UTC+8), so nothing is asked of it; if "
        "it should come after all, the street has to blow a new whistle."
    )


class UnitLeftAlready(Refusal):
    """已登记提前离场: the street noted that the unit left; its part is over."""

    code = "unit_left_already"
    zh = "{unit} 已于 {at} 被登记为提前离场，任务已终止；情况不符的，请联系吹哨街道。"
    en = (
        "The street noted at {at} (UTC+8) that {unit} left early, so its part is over; if that is "
        "wrong, talk to the street."
    )


class UnitOnTheSpot(Refusal):
    """单位已到场: who has reported in is neither chased nor named absent."""

    code = "unit_on_the_spot"
    zh = "{unit} 已于 {at} 报到，不能催哨或认定未报到；其擅自离开的，请登记提前离场。"
    en = (
        "{unit} reported in at {at} (UTC+8), so it is neither chased nor named absent; if it went "
        "away, note that it left early."
    )
