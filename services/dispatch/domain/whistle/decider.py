"""A whistle (哨): proposed, approved, blown; the units act elsewhere; the street accepts.

街道办事处条例 art. 11 and 17: the street of the place coordinates and commands the departments it
calls. Two people stand behind a whistle, so that nobody blows one alone (防止乱吹哨); of an
emergency one the second may come afterwards.
"""

from collections.abc import Sequence
from typing import assert_never

from chassis.decider import Decider
from chassis.errors import Unknown
from services.dispatch.domain.whistle.adding import AddUnit, ExcuseUnit, add, excuse
from services.dispatch.domain.whistle.approval import (
    ApproveWhistle,
    RefuseWhistle,
    approve,
    refuse,
)
from services.dispatch.domain.whistle.call import BlowWhistle, blow
from services.dispatch.domain.whistle.cancelling import (
    CancelWhistle,
    CancelWithCase,
    cancel,
    cancel_with_case,
)
from services.dispatch.domain.whistle.emergency import (
    BlowEmergencyWhistle,
    ConfirmWhistle,
    blow_at_once,
    confirm,
)
from services.dispatch.domain.whistle.escalation import (
    AnswerEscalation,
    AskDistrict,
    EscalateWhistle,
    answer,
    ask,
    escalate,
)
from services.dispatch.domain.whistle.proposing import ProposeWhistle, propose
from services.dispatch.domain.whistle.settlement import (
    ConcludeWhistle,
    SettleWhistle,
    conclude,
    settle,
)
from services.dispatch.domain.whistle.state import (
    Begun,
    NoWhistle,
    WhistleEvent,
    WhistleState,
    deadlines,
    evolve,
    missed,
)

BeginningCommand = ProposeWhistle | BlowEmergencyWhistle
StreetCommand = (
    ApproveWhistle
    | RefuseWhistle
    | BlowWhistle
    | ConfirmWhistle
    | AddUnit
    | CancelWhistle
    | AskDistrict
    | AnswerEscalation
    | SettleWhistle
)
"""Given by a person of the street; one of them by the district."""
FollowingCommand = EscalateWhistle | ExcuseUnit | ConcludeWhistle | CancelWithCase
"""What follows for a whistle from what happened elsewhere; never refused."""
WhistleCommand = BeginningCommand | StreetCommand | FollowingCommand


class WhistleUnknown(Unknown):
    """无此哨 (our default): the number was never proposed."""

    code = "whistle_unknown"
    zh = "没有编号为 {whistle_no} 的哨；请核对编号。"
    en = "There is no whistle {whistle_no}; check the number."


def decide(command: WhistleCommand, state: WhistleState) -> Sequence[WhistleEvent]:
    """Decide. Raises: the refusals of this package."""
    if isinstance(command, BeginningCommand):
        return _begin(command) if isinstance(state, NoWhistle) else []
    if isinstance(state, NoWhistle):
        raise WhistleUnknown(whistle_no=command.whistle_no)
    if isinstance(command, FollowingCommand):
        return _follow(command, state)
    return [_act(command, state)]


def _begin(command: BeginningCommand) -> Sequence[WhistleEvent]:
    match command:
        case ProposeWhistle():
            return [propose(command)]
        case BlowEmergencyWhistle():
            return blow_at_once(command)
        case _:
            assert_never(command)


def _act(command: StreetCommand, state: Begun) -> WhistleEvent:
    match command:
        case ApproveWhistle():
            return approve(command, state)
        case RefuseWhistle():
            return refuse(command, state)
        case BlowWhistle():
            return blow(command, state)
        case ConfirmWhistle():
            return confirm(command, state)
        case AddUnit():
            return add(command, state)
        case CancelWhistle():
            return cancel(command, state)
        case AskDistrict():
            return ask(command, state)
        case AnswerEscalation():
            return answer(command, state)
        case SettleWhistle():
            return settle(command, state)
        case _:
            assert_never(command)


def _follow(command: FollowingCommand, state: Begun) -> Sequence[WhistleEvent]:
    match command:
        case EscalateWhistle():
            return escalate(command, state)
        case ExcuseUnit():
            return excuse(command, state)
        case ConcludeWhistle():
            return conclude(command, state)
        case CancelWithCase():
            return cancel_with_case(command, state)
        case _:
            assert_never(command)


WHISTLE: Decider[WhistleCommand, WhistleState, WhistleEvent] = Decider(
    NoWhistle(), decide, evolve, deadlines, missed
)
