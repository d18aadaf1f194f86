"""How far a joint operation has come: what each unit owes, did and missed, folded from its events.

A state keeps the events themselves, so that a reader of it finds who did what when.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal, assert_never

from contracts.events.enforcement import (
    ContestRuled,
    DeadlinesLifted,
    OperationCancelled,
    OperationConcluded,
    OperationOpened,
    UnitAcknowledged,
    UnitAcknowledgementMissed,
    UnitChased,
    UnitContested,
    UnitLeftEarly,
    UnitNamedAbsent,
    UnitReleased,
    UnitReported,
    UnitReportMissed,
    UnitTask,
    UnitTaskAdded,
    UnitTaskCompleted,
)
from contracts.ids import UnitCode

OperationStatus = Literal["underway", "concluded", "cancelled"]
"""进行中, 已完结, 已取消."""

TaskStatus = Literal[
    "summoned",
    "acknowledged",
    "reported",
    "completed",
    "released",
    "excused",
    "absent",
    "left",
    "cancelled",
]
"""已召集, 已签哨, 已报到, 已完成, 已放行, 已免除 (异议成立), 未报到, 提前离场, 已取消."""

FINISHED: frozenset[TaskStatus] = frozenset({"released", "excused", "absent", "left", "cancelled"})
"""The street waits for nothing more of a unit that stands so; one named absent may still come."""

ContestStatus = Literal["waiting", "lapsed", "upheld", "rejected"]
"""待裁定, 已失效 (the unit reported in all the same), 成立, 不成立."""

TaskEvent = (
    UnitAcknowledged
    | UnitAcknowledgementMissed
    | UnitReported
    | UnitReportMissed
    | UnitChased
    | UnitContested
    | ContestRuled
    | UnitNamedAbsent
    | UnitLeftEarly
    | UnitTaskCompleted
    | UnitReleased
)
"""What happens to one unit's task."""

OperationEvent = (
    OperationOpened
    | UnitTaskAdded
    | TaskEvent
    | DeadlinesLifted
    | OperationConcluded
    | OperationCancelled
)


@dataclass(frozen=True, slots=True)
class Task:
    """What one unit owes, and each thing it did or missed, as the event that says so."""

    owed: UnitTask
    seen_at: datetime
    """When the unit could see it."""
    acknowledged: UnitAcknowledged | None = None
    acknowledgement_missed: UnitAcknowledgementMissed | None = None
    reported: UnitReported | None = None
    report_missed: UnitReportMissed | None = None
    chased: UnitChased | None = None
    """The last time."""
    contested: UnitContested | None = None
    ruled: ContestRuled | None = None
    absent: UnitNamedAbsent | None = None
    left: UnitLeftEarly | None = None
    completed: UnitTaskCompleted | None = None
    released: UnitReleased | None = None
    cancelled: OperationCancelled | None = None

    @property
    def status(self) -> TaskStatus:
        """How the task stands. A unit named absent that comes after all is there again."""
        if self.is_excused:
            return "excused"
        if self.left:
            return "left"
        if self.released:
            return "released"
        if self.cancelled:
            return "cancelled"
        if self.completed:
            return "completed"
        if self.reported:
            return "reported"
        if self.absent:
            return "absent"
        return "acknowledged" if self.acknowledged else "summoned"

    @property
    def contest(self) -> ContestStatus | None:
        """How its contest stands; None of a unit that has not contested."""
        if self.ruled:
            return self.ruled.outcome
        if self.contested is None:
            return None
        return "lapsed" if self.reported else "waiting"

    @property
    def is_excused(self) -> bool:
        """Whether the district upheld its contest, so that it owes nothing and missed nothing."""
        return self.contest == "upheld"

    @property
    def is_finished(self) -> bool:
        """Whether the street waits for nothing more of it."""
        return self.status in FINISHED

    def counts(self, miss: UnitAcknowledgementMissed | UnitReportMissed | None) -> bool:
        """Whether something was missed and counts against the unit."""
        return miss is not None and miss.counts and not self.is_excused

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether the first clock still runs: a unit that is there knows of the whistle."""
        done = self.is_finished or self.reported
        return not (done or self.acknowledged or self.acknowledgement_missed)

    @property
    def awaits_report(self) -> bool:
        """Whether the second clock still runs."""
        return not (self.is_finished or self.reported or self.report_missed)


@dataclass(frozen=True, slots=True)
class NoOperation:
    """No whistle has opened it."""


@dataclass(frozen=True, slots=True)
class Underway:
    """进行中: at least one unit is not finished."""

    stage: ClassVar[Literal["underway"]] = "underway"

    fact: OperationOpened
    tasks: Mapping[UnitCode, Task]
    """By unit, in the order in which the whistle named them."""
    are_deadlines_lifted: bool = False


@dataclass(frozen=True, slots=True)
class Concluded:
    """已完结: every unit was released, excused, named absent, or left early."""

    stage: ClassVar[Literal["concluded"]] = "concluded"

    fact: OperationOpened
    tasks: Mapping[UnitCode, Task]
    concluded_at: datetime
    are_deadlines_lifted: bool = False
    """Kept, because one more unit opens the operation again."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """已取消: the whistle was cancelled; nobody has to come any more."""

    stage: ClassVar[Literal["cancelled"]] = "cancelled"

    fact: OperationOpened
    tasks: Mapping[UnitCode, Task]
    cancelled_at: datetime


Begun = Underway | Concluded | Cancelled
OperationState = NoOperation | Underway | Concluded | Cancelled


def evolve(state: OperationState, event: OperationEvent) -> OperationState:
    """Apply an event. One that does not fit leaves the state as it is."""
    if isinstance(event, OperationOpened):
        return _begun(event) if isinstance(state, NoOperation) else state
    if isinstance(state, NoOperation):
        return state
    if isinstance(event, ContestRuled):
        return _with_task(state, event)
    if isinstance(state, Concluded) and isinstance(event, UnitTaskAdded):
        state = Underway(state.fact, state.tasks, state.are_deadlines_lifted)
    return _evolve_underway(state, event) if isinstance(state, Underway) else state


def _begun(event: OperationOpened) -> Underway:
    return Underway(event, {owed.unit: Task(owed, event.opened_at) for owed in event.tasks})


def _evolve_underway(
    state: Underway,
    event: UnitTaskAdded | TaskEvent | DeadlinesLifted | OperationConcluded | OperationCancelled,
) -> Begun:
    match event:
        case UnitTaskAdded():
            unit, added = event.task.unit, Task(event.task, event.added_at)
            return replace(state, tasks={**state.tasks, unit: state.tasks.get(unit, added)})
        case DeadlinesLifted():
            return replace(state, are_deadlines_lifted=True)
        case OperationConcluded():
            return Concluded(
                state.fact, state.tasks, event.concluded_at, state.are_deadlines_lifted
            )
        case OperationCancelled():
            return Cancelled(state.fact, _stopped(state.tasks, event), event.cancelled_at)
        case _:
            return _with_task(state, event)


def _with_task(state: Begun, event: TaskEvent) -> Begun:
    if (task := state.tasks.get(event.unit)) is None:
        return state
    return replace(state, tasks={**state.tasks, event.unit: _task_after(task, event)})


def _stopped(tasks: Mapping[UnitCode, Task], event: OperationCancelled) -> Mapping[UnitCode, Task]:
    return {
        unit: task if task.is_finished else replace(task, cancelled=event)
        for unit, task in tasks.items()
    }


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
        case UnitChased():
            return replace(task, chased=event)
        case UnitContested():
            return replace(task, contested=event)
        case ContestRuled():
            return replace(task, ruled=event)
        case UnitNamedAbsent():
            return replace(task, absent=event)
        case UnitLeftEarly():
            return replace(task, left=event)
        case UnitTaskCompleted():
            return replace(task, completed=event)
        case UnitReleased():
            return replace(task, released=event)
        case _:
            assert_never(event)
