"""来电人: who waits for the outcome of a case (ADR 0004)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.dispatch import CallerJoined, CallerLeft
from contracts.ids import CaseNo
from contracts.values import Caller
from services.dispatch.domain.case.state import OpenCase
from services.dispatch.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCaller:
    """并入来电人 (our default): the caller of a linked appeal waits for the case too.

    `terms` are for a caller who left and comes back: the answer given in this round still holds.
    """

    case_no: CaseNo
    caller: Caller
    terms: Terms
    meta: Meta


def join(command: JoinCaller, state: OpenCase) -> Sequence[CallerJoined]:
    """Add the caller; with the others' call-backs under way, one is due at once."""
    facts = state.facts
    if command.caller in facts.callers:
        return []
    return [
        CallerJoined(
            case_no=facts.case_no,
            round=facts.round,
            caller=command.caller,
            unit=facts.unit,
            handlers=facts.handlers,
            callback_due=not facts.awaits_handling,
            joined_at=command.meta.at,
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveCaller:
    """来电人退出 (our default): withdrawn or unlinked; without callers the case is withdrawn."""

    case_no: CaseNo
    caller: Caller
    terms: Terms
    meta: Meta


def leave(command: LeaveCaller, state: OpenCase) -> Sequence[CallerLeft]:
    """Take the caller off the case."""
    facts = state.facts
    if command.caller not in facts.callers:
        return []
    return [
        CallerLeft(
            case_no=facts.case_no,
            round=facts.round,
            caller=command.caller,
            left_at=command.meta.at,
        )
    ]
