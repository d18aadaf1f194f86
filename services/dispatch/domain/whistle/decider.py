"""A whistle (哨): proposed, approved, blown; the units act elsewhere; the street accepts.

街道办事处条例 art. 11 and 17: the street coordinates and commands the departments it calls. Two
people stand behind a whistle, so that nobody blows one alone (防止乱吹哨).
"""

from collections.abc import Sequence
from typing import assert_never

from chassis.decider import Decider
from chassis.errors import Unknown
from services.dispatch.domain.whistle.approval import (
    ApproveWhistle,
    ProposeWhistle,
    RefuseWhistle,
    approve,
    propose,
    refuse,
)
from services.dispatch.domain.whistle.call import BlowWhistle, EscalateWhistle, blow, escalate
from services.dispatch.domain.whistle.settlement import (
    ConcludeWhistle,
    SettleWhistle,
    conclude,
    settle,
)
from services.dispatch.domain.whistle.state import NoWhistle, WhistleEvent, WhistleState, evolve

WhistleCommand = (
    ProposeWhistle
    | ApproveWhistle
    | RefuseWhistle
    | BlowWhistle
    | EscalateWhistle
    | ConcludeWhistle
    | SettleWhistle
)


class WhistleUnknown(Unknown):
    """无此哨 (our default): the number was never proposed."""

    code = "whistle_unknown"
    zh = "没有编号为 {whistle_no} 的哨；请核对编号。"
    en = "There is no whistle {whistle_no}; check the number."


def decide(command: WhistleCommand, state: WhistleState) -> Sequence[WhistleEvent]:
    """Decide. Raises: the refusals of this package."""
    if isinstance(command, ProposeWhistle):
        return [propose(command)] if isinstance(state, NoWhistle) else []
    if isinstance(state, NoWhistle):
        raise WhistleUnknown(whistle_no=command.whistle_no)
    match command:
        case ApproveWhistle():
            return [approve(command, state)]
        case RefuseWhistle():
            return [refuse(command, state)]
        case BlowWhistle():
            return [blow(command, state)]
        case EscalateWhistle():
            return escalate(command, state)
        case ConcludeWhistle():
            return conclude(command, state)
        case SettleWhistle():
            return [settle(command, state)]
        case _:
            assert_never(command)


WHISTLE: Decider[WhistleCommand, WhistleState, WhistleEvent] = Decider(NoWhistle(), decide, evolve)
