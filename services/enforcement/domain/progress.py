"""How far a joint operation has come: what each unit owes, did and missed, folded from its events.

A state keeps the events themselves, so that whoever shows or continues it finds who did what when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.events.enforcement import (
    OperationConcluded,
    OperationOpened,
    UnitAcknowledged,
    UnitAcknowledgementMissed,
    UnitReleased,
    UnitReported,
    UnitReportMissed,
    UnitTask,
    UnitTaskCompleted,
)

__all__ = [
    "Concluded",
    "NoOperation",
    "OperationState",
    "Task",
    "Underway",
    "deadlines",
    "evolve",
]


@dataclass(frozen=True, slots=True)
class Task:
    """What one unit owes, and each thing it did or missed, as the event that says so."""

    owed: UnitTask
    acknowledged: UnitAcknowledged | None = None
    acknowledgement_missed: UnitAcknowledgementMissed | None = None
    reported: UnitReported | None = None
    report_missed: UnitReportMissed | None = None
    completed: UnitTaskCompleted | None = None
    released: UnitReleased | None = None

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether the first clock still runs: a unit that is there has surely heard."""
        return not (self.acknowledged or self.acknowledgement_missed or self.reported)

    @property
    def awaits_report(self) -> bool:
        """Whether the second clock still runs."""
        return not (self.reported or self.report_missed)


@dataclass(frozen=True, slots=True)
class NoOperation:
    pass


@dataclass(frozen=True, slots=True)
class Underway:
    fact: OperationOpened
    tasks: Mapping[str, Task]
    """By unit, in the order in which the whistle named them."""


@dataclass(frozen=True, slots=True)
class Concluded:
    fact: OperationOpened
    tasks: Mapping[str, Task]
    concluded_at: datetime


OperationState = NoOperation | Underway | Concluded


_TaskEvent = (
    UnitAcknowledged
    | UnitAcknowledgementMissed
    | UnitReported
    | UnitReportMissed
    | UnitTaskCompleted
    | UnitReleased
)


def evolve(state: OperationState, event: Event) -> OperationState:
    """Fold. What does not fit leaves the state as it is."""
    if isinstance(state, NoOperation) and isinstance(event, OperationOpened):
        return Underway(event, {task.unit: Task(task) for task in event.tasks})
    if not isinstance(state, Underway):
        return state
    match event:
        case OperationConcluded(concluded_at=concluded_at):
            return Concluded(state.fact, state.tasks, concluded_at)
        case _ if isinstance(event, _TaskEvent) and event.unit in state.tasks:
            changed = _follow(state.tasks[event.unit], event)
            return replace(state, tasks={**state.tasks, event.unit: changed})
        case _:
            return state


def _follow(task: Task, event: _TaskEvent) -> Task:
    match event:
        case UnitAcknowledged():
            return replace(task, acknowledged=event)
        case UnitAcknowledgementMissed():
            return replace(task, acknowledgement_missed=event)
        case UnitReported():
            return replace(task, reported=event)
        case UnitReportMissed():
            return replace(task, report_missed=event)
        case UnitTaskCompleted():
            return replace(task, completed=event)
        case UnitReleased():
            return replace(task, released=event)
        case _:
            assert_never(event)


def deadlines(state: OperationState) -> Sequence[Deadline]:
    """Give the open deadlines: only units that have not reported in have any."""
    if not isinstance(state, Underway):
        return ()
    tasks = state.tasks.values()
    return (
        *(task.owed.acknowledge for task in tasks if task.awaits_acknowledgement),
        *(task.owed.report for task in tasks if task.awaits_report),
    )
