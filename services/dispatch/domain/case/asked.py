"""What assisting units were asked for in a round, as events have it, and their clocks (协办)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from contracts.calendar import Deadline
from contracts.events.dispatch import (
    AssistAnswered,
    AssistMissed,
    AssistRequested,
    AssistWithdrawn,
)
from contracts.ids import CaseNo, UnitCode

AssistEvent = AssistRequested | AssistAnswered | AssistMissed | AssistWithdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Assist:
    """What one unit was asked for in this round."""

    unit: UnitCode
    deadline: Deadline | None
    """None once it was missed, and while no clock may run."""
    is_open: bool = True
    """Whether it waits for an answer."""


Assists = tuple[Assist, ...]


def evolve_assists(assists: Assists, event: AssistEvent) -> Assists:
    """Fold. What is late can still be answered."""
    match event:
        case AssistRequested(unit=unit, deadline=deadline):
            return (*assists, Assist(unit=unit, deadline=deadline))
        case AssistMissed(unit=unit):
            is_open = True
        case AssistAnswered(unit=unit) | AssistWithdrawn(unit=unit):
            is_open = False
        case _:
            assert_never(event)
    return tuple(
        replace(one, deadline=None, is_open=is_open) if one.unit == unit else one for one in assists
    )


def without_clocks(assists: Assists) -> Assists:
    """Let no clock run any more."""
    return tuple(replace(one, deadline=None) for one in assists)


def with_clocks(assists: Assists, moved: Sequence[Deadline]) -> Assists:
    """Let clocks go on that stood still, or that were counted again."""
    named = {one.milestone: one for one in moved}
    return tuple(
        replace(one, deadline=named.get(f"assist/{one.unit}", one.deadline)) for one in assists
    )


def clocks(assists: Assists) -> Sequence[Deadline]:
    """Give the deadlines that are open."""
    return [one.deadline for one in assists if one.deadline]


def missed_assists(
    case_no: CaseNo, round_no: int, assists: Assists, now: datetime
) -> Sequence[AssistMissed]:
    """Give the misses that are due and not recorded."""
    return [
        AssistMissed(
            case_no=case_no,
            round=round_no,
            unit=one.unit,
            due_at=one.deadline.due_at,
            noticed_at=now,
        )
        for one in assists
        if one.deadline and one.deadline.due_at <= now and not one.deadline.provisional
    ]
