"""A whistle (哨): proposed, approved, blown; the units act elsewhere; the street accepts.

街道办事处条例 art. 11 and 17: the street of the place coordinates and commands the departments it
calls. Two people stand behind a whistle, so that nobody blows one alone (防止乱吹哨); of an
emergency one the second may come afterwards.
"""

from collections.abc import Sequence
from typing import assert_never

from chassis.decider import Decider
from chassis.errors import Unknown
from services.dispatch.domain.whistle import (
    adding,
    approval,
    call,
    cancelling,
    emergency,
    escalation,
    proposing,
    settlement,
)
from services.dispatch.domain.whistle.commands import (
    BeginningCommand,
    FollowingCommand,
    StreetCommand,
    WhistleCommand,
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
        case proposing.ProposeWhistle():
            return [proposing.propose(command)]
        case emergency.BlowEmergencyWhistle():
            return emergency.blow_at_once(command)
        case _:
            assert_never(command)


def _act(command: StreetCommand, state: Begun) -> WhistleEvent:
    match command:
        case approval.ApproveWhistle():
            return approval.approve(command, state)
        case approval.RefuseWhistle():
            return approval.refuse(command, state)
        case call.BlowWhistle():
            return call.blow(command, state)
        case emergency.ConfirmWhistle():
            return emergency.confirm(command, state)
        case adding.AddUnit():
            return adding.add(command, state)
        case cancelling.CancelWhistle():
            return cancelling.cancel(command, state)
        case escalation.AskDistrict():
            return escalation.ask(command, state)
        case escalation.AnswerEscalation():
            return escalation.answer(command, state)
        case settlement.SettleWhistle():
            return settlement.settle(command, state)
        case _:
            assert_never(command)


def _follow(command: FollowingCommand, state: Begun) -> Sequence[WhistleEvent]:
    match command:
        case escalation.EscalateWhistle():
            return escalation.escalate(command, state)
        case adding.ExcuseUnit():
            return adding.excuse(command, state)
        case settlement.ConcludeWhistle():
            return settlement.conclude(command, state)
        case cancelling.CancelWithCase():
            return cancelling.cancel_with_case(command, state)
        case _:
            assert_never(command)


WHISTLE: Decider[WhistleCommand, WhistleState, WhistleEvent] = Decider(
    NoWhistle(), decide, evolve, deadlines, missed
)
