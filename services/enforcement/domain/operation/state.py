"""How far a joint operation has come: what each unit owes, did and missed, folded from its events.

A state keeps the events themselves, so that a reader of it finds who did what when.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal, assert_never

from contracts.events.enforcement import (
    DeadlinesLifted,
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
from contracts.ids import UnitCode

OperationStatus = Literal["underway", "concluded"]
"""进行中, 已完结."""

TaskStatus = Literal["summoned", "acknowledged", "reported", "completed", "released"]
"""已召集, 已签哨, 已报到, 已完成, 已放行."""

TaskEvent = (
    UnitAcknowledged
    | UnitAcknowledgementMissed
    | UnitReported
    | UnitReportMissed
    | UnitTaskCompleted
    | UnitReleased
)
"""What happens to one unit's task."""

OperationEvent = OperationOpened | TaskEvent | DeadlinesLifted | OperationConcluded


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
    def status(self) -> TaskStatus:
        """The last step that was taken."""
        if self.released:
            return "released"
        if self.completed:
            return "completed"
        if self.reported:
            return "reported"
        return "acknowledged" if self.acknowledged else "summoned"

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether the first clock still runs: a unit that is there knows of the whistle."""
        return not (self.acknowledged or self.acknowledgement_missed or self.reported)

    @property
    def awaits_report(self) -> bool:
        """Whether the second clock still runs."""
        return not (self.reported or self.report_missed)


@dataclass(frozen=True, slots=True)
class NoOperation:
    """No whistle has opened it."""


@dataclass(frozen=True, slots=True)
class Underway:
    """进行中: at least one unit is not released."""

    stage: ClassVar[Literal["underway"]] = "underway"

    fact: OperationOpened
    tasks: Mapping[UnitCode, Task]
    """By unit, in the order in which the whistle named them."""
    are_deadlines_lifted: bool = False


@dataclass(frozen=True, slots=True)
class Concluded:
    """已完结: the street has released every unit."""

    stage: ClassVar[Literal["concluded"]] = "concluded"

    fact: OperationOpened
    tasks: Mapping[UnitCode, Task]
    concluded_at: datetime


OperationState = NoOperation | Underway | Concluded


def evolve(state: OperationState, event: OperationEvent) -> OperationState:
    """Apply an event. One that does not fit leaves the state as it is."""
    if isinstance(event, OperationOpened):
        return _begun(event) if isinstance(state, NoOperation) else state
    if not isinstance(state, Underway):
        return state
    if isinstance(event, OperationConcluded):
        return Concluded(state.fact, state.tasks, event.concluded_at)
    if isinstance(event, DeadlinesLifted):
        return replace(state, are_deadlines_lifted=True)
    if (task := state.tasks.get(event.unit)) is None:
        return state
    return replace(state, tasks={**state.tasks, event.unit: _task_after(task, event)})


def _begun(event: OperationOpened) -> Underway:
    return Underway(event, {owed.unit: Task(owed) for owed in event.tasks})


def _task_after(task: Task, event: TaskEvent) -> Task:
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
