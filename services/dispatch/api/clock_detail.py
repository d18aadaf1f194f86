"""The clocks of a case as they are shown: due, met, missed, noticed, and the lamp."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel

from contracts.calendar import Deadline, explain
from contracts.instant import Instant
from services.dispatch.domain.case.clocks import Clock, ClockState
from services.dispatch.domain.lamps import Lamp, lamp


class Explained(BaseModel):
    """How a deadline was reached, in one sentence per language."""

    zh: str
    en: str


class DeadlineDetail(BaseModel):
    """An open deadline."""

    milestone: str
    round: int
    due_at: Instant
    provisional: bool
    explained: Explained


class ClockDetail(DeadlineDetail):
    """A clock of the case, in any round; `missed` stays so when it is met late."""

    state: ClockState
    warn_at: Instant
    met_at: Instant | None
    missed: bool
    noticed_at: Instant | None
    lamp: Lamp | None
    """None for one that asks for nothing any more: met or lifted."""


def deadline_detail(deadline: Deadline) -> DeadlineDetail:
    """Show a deadline with its arithmetic."""
    return DeadlineDetail(
        milestone=deadline.milestone,
        round=deadline.round,
        due_at=deadline.due_at,
        provisional=deadline.provisional,
        explained=Explained(zh=explain(deadline, "zh"), en=explain(deadline, "en")),
    )


def clock_detail(clock: Clock, now: datetime) -> ClockDetail:
    """Show a clock as it is at a moment."""
    deadline = clock.deadline
    is_done = clock.is_lifted or clock.met_at is not None
    return ClockDetail(
        **dict(deadline_detail(deadline)),
        state=clock.state,
        warn_at=deadline.warn_at,
        met_at=clock.met_at,
        missed=clock.noticed_at is not None,
        noticed_at=clock.noticed_at,
        lamp=None if is_done else lamp(deadline.warn_at, deadline.due_at, now),
    )


def worst(clocks: Iterable[ClockDetail], round_no: int) -> Lamp:
    """Give the lamp of a case: of what this round still asks for, that which is worst off.

    The newest clock of a milestone stands for it: another one took the place of those before.
    An assist that is overdue moves no lamp of the lead.
    """
    newest = {
        clock.milestone: clock.lamp
        for clock in clocks
        if clock.round == round_no and not clock.milestone.startswith("assist/")
    }
    if "red" in newest.values():
        return "red"
    return "yellow" if "yellow" in newest.values() else "green"
