"""A joint operation (联合执法): the units' side of one whistle, from the call to the last release.

Every unit acknowledges, reports in and completes its task; the street releases it, and not before
it completed (事不完、人不撤). A missed deadline is a fact of its own and bars nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from chassis.decider import Decider
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
from contracts.instant import SHANGHAI
from contracts.sealed import Sealed
from services.enforcement.domain.progress import (
    Concluded,
    NoOperation,
    OperationState,
    Task,
    Underway,
    deadlines,
    evolve,
)
from services.enforcement.domain.refusals import (
    AlreadyAcknowledged,
    AlreadyCompleted,
    AlreadyReleased,
    AlreadyReported,
    NotTheStreet,
    OfficersTooFew,
    OperationConcludedAlready,
    OperationUnknown,
    TaskNotCompleted,
    TaskNotReported,
    UnitHasNoTask,
    UnitNotSummoned,
)

__all__ = [
    "OPERATION",
    "AcknowledgeWhistle",
    "CompleteTask",
    "OpenOperation",
    "OperationCommand",
    "ReleaseUnit",
    "ReportIn",
    "existing",
]

_OFFICERS_MIN = 1
_OFFICERS_MIN_ENFORCING = 2
"""行政处罚法 art. 42: enforcement takes no fewer than two officers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOperation:
    """`event` is the whole fact: its deadlines were computed by whoever heard the whistle."""

    event: OperationOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeWhistle:
    operation_no: str
    unit: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIn:
    operation_no: str
    unit: str
    officer_count: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask:
    operation_no: str
    unit: str
    result: Sealed
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseUnit:
    operation_no: str
    unit: str
    acting_unit: str
    by: str
    at: datetime


_OwnCommand = AcknowledgeWhistle | ReportIn | CompleteTask
OperationCommand = OpenOperation | _OwnCommand | ReleaseUnit


def decide(command: OperationCommand, state: OperationState) -> Sequence[Event]:
    """Decide. Raises: the refusals of `domain.refusals`."""
    match command:
        case OpenOperation(event=event):
            return [event] if isinstance(state, NoOperation) else []
        case AcknowledgeWhistle():
            return _acknowledge(command, state)
        case ReportIn():
            return _report(command, state)
        case CompleteTask():
            return _complete(command, state)
        case ReleaseUnit():
            return _release(command, state)
        case _:
            assert_never(command)


def existing(operation_no: str, state: OperationState) -> Underway | Concluded:
    """Give the state of an operation that was opened. Raises: OperationUnknown."""
    if isinstance(state, NoOperation):
        raise OperationUnknown(operation_no=operation_no)
    return state


def _own_task(command: _OwnCommand, state: OperationState) -> tuple[OperationOpened, Task]:
    """Find the acting unit's task, as long as there is something to do."""
    found = existing(command.operation_no, state)
    if command.unit not in found.tasks:
        raise UnitNotSummoned(
            unit=command.unit, operation_no=command.operation_no, street=found.fact.street
        )
    if isinstance(found, Concluded):
        raise _concluded(found)
    return found.fact, found.tasks[command.unit]


def _concluded(state: Concluded) -> OperationConcludedAlready:
    return OperationConcludedAlready(
        operation_no=state.fact.operation_no, at=_clock(state.concluded_at)
    )


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _acknowledge(command: AcknowledgeWhistle, state: OperationState) -> Sequence[Event]:
    fact, task = _own_task(command, state)
    if task.acknowledged:
        at = _clock(task.acknowledged.acknowledged_at)
        raise AlreadyAcknowledged(unit=command.unit, at=at)
    return [_acknowledged(fact, command)]


def _acknowledged(
    fact: OperationOpened, command: AcknowledgeWhistle | ReportIn
) -> UnitAcknowledged:
    return UnitAcknowledged(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        unit=command.unit,
        acknowledged_by=command.by,
        acknowledged_at=command.at,
    )


def _report(command: ReportIn, state: OperationState) -> Sequence[Event]:
    fact, task = _own_task(command, state)
    if task.reported:
        raise AlreadyReported(unit=command.unit, at=_clock(task.reported.reported_at))
    needed = _OFFICERS_MIN_ENFORCING if fact.kind == "enforcement" else _OFFICERS_MIN
    if command.officer_count < needed:
        raise OfficersTooFew(needed=needed, given=command.officer_count)
    reported = UnitReported(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        unit=command.unit,
        officer_count=command.officer_count,
        reported_by=command.by,
        reported_at=command.at,
    )
    return [reported] if task.acknowledged else [_acknowledged(fact, command), reported]


def _complete(command: CompleteTask, state: OperationState) -> Sequence[Event]:
    fact, task = _own_task(command, state)
    if not task.reported:
        raise TaskNotReported(unit=command.unit)
    if task.completed:
        raise AlreadyCompleted(unit=command.unit, at=_clock(task.completed.completed_at))
    return [
        UnitTaskCompleted(
            operation_no=fact.operation_no,
            case_no=fact.case_no,
            round=fact.round,
            unit=command.unit,
            result=command.result,
            completed_by=command.by,
            completed_at=command.at,
        )
    ]


def _release(command: ReleaseUnit, state: OperationState) -> Sequence[Event]:
    _must_be_releasable(command, found := existing(command.operation_no, state))
    fact = found.fact
    released = UnitReleased(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        unit=command.unit,
        released_by=command.by,
        released_at=command.at,
    )
    if any(not task.released for unit, task in found.tasks.items() if unit != command.unit):
        return [released]
    return [
        released,
        OperationConcluded(
            operation_no=fact.operation_no,
            case_no=fact.case_no,
            round=fact.round,
            concluded_at=command.at,
        ),
    ]


def _must_be_releasable(command: ReleaseUnit, state: Underway | Concluded) -> None:
    fact, task = state.fact, state.tasks.get(command.unit)
    if command.acting_unit != fact.street:
        raise NotTheStreet(unit=command.acting_unit, street=fact.street)
    if task is None:
        units = ", ".join(state.tasks)
        raise UnitHasNoTask(unit=command.unit, operation_no=fact.operation_no, units=units)
    if isinstance(state, Concluded):
        raise _concluded(state)
    if task.released:
        raise AlreadyReleased(unit=command.unit, at=_clock(task.released.released_at))
    if not task.completed:
        raise TaskNotCompleted(unit=command.unit)


def lapse(state: OperationState, now: datetime) -> Sequence[Event]:
    """Give the misses due at `now` and not recorded yet, the earliest due first."""
    if not isinstance(state, Underway):
        return ()
    missed: list[UnitAcknowledgementMissed | UnitReportMissed] = []
    for task in state.tasks.values():
        if task.awaits_acknowledgement and task.owed.acknowledge.due_at <= now:
            missed.append(_acknowledgement_missed(state.fact, task.owed, now))
        if task.awaits_report and task.owed.report.due_at <= now:
            missed.append(_report_missed(state.fact, task.owed, now))
    return sorted(missed, key=lambda miss: miss.due_at)


def _acknowledgement_missed(
    fact: OperationOpened, owed: UnitTask, now: datetime
) -> UnitAcknowledgementMissed:
    return UnitAcknowledgementMissed(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        unit=owed.unit,
        due_at=owed.acknowledge.due_at,
        noticed_at=now,
    )


def _report_missed(fact: OperationOpened, owed: UnitTask, now: datetime) -> UnitReportMissed:
    return UnitReportMissed(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        unit=owed.unit,
        due_at=owed.report.due_at,
        noticed_at=now,
    )


OPERATION: Decider[OperationCommand, OperationState] = Decider(
    NoOperation(), decide, evolve, deadlines, lapse
)
