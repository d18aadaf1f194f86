"""The clocks of an operation: open, missed (签哨超时、未按时报到), and lifted (解除时限)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Meta
from contracts.calendar import Deadline
from contracts.events.enforcement import (
    DeadlinesLifted,
    OperationOpened,
    UnitAcknowledgementMissed,
    UnitReportMissed,
)
from contracts.ids import OperationNo
from services.enforcement.domain.operation.state import OperationState, Task, Underway


def open_deadlines(state: OperationState) -> Sequence[Deadline]:
    """Give the open deadlines: only units that still have to report in have any."""
    if not isinstance(state, Underway) or state.are_deadlines_lifted:
        return ()
    tasks = state.tasks.values()
    return (
        *(task.owed.acknowledge for task in tasks if task.awaits_acknowledgement),
        *(task.owed.report for task in tasks if task.awaits_report),
    )


def missed(
    state: OperationState, now: datetime
) -> Sequence[UnitAcknowledgementMissed | UnitReportMissed]:
    """Give the misses due at `now` and not recorded yet, the earliest due first."""
    if not isinstance(state, Underway) or state.are_deadlines_lifted:
        return ()
    found: list[UnitAcknowledgementMissed | UnitReportMissed] = []
    for task in state.tasks.values():
        if task.awaits_acknowledgement and task.owed.acknowledge.due_at <= now:
            found.append(_acknowledgement_missed(state.fact, task, now))
        if task.awaits_report and task.owed.report.due_at <= now:
            found.append(_report_missed(state.fact, task, now))
    return sorted(found, key=lambda miss: miss.due_at)


def _would_count(task: Task, due: Deadline) -> bool:
    """Say whether a miss is the unit's: it could see the whistle, and knew when it was due.

    A provisional deadline still ends the wait for the unit, but it is no miss (our default).
    """
    return task.seen_at < due.due_at and not due.provisional


def _acknowledgement_missed(
    fact: OperationOpened, task: Task, now: datetime
) -> UnitAcknowledgementMissed:
    return UnitAcknowledgementMissed(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        unit=task.owed.unit,
        due_at=task.owed.acknowledge.due_at,
        counts=_would_count(task, task.owed.acknowledge),
        noticed_at=now,
    )


def _report_missed(fact: OperationOpened, task: Task, now: datetime) -> UnitReportMissed:
    return UnitReportMissed(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        unit=task.owed.unit,
        due_at=task.owed.report.due_at,
        counts=_would_count(task, task.owed.report),
        noticed_at=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftDeadlines:
    """解除时限 (our default, after 个人信息保护法 art. 47): nobody is left who waits."""

    operation_no: OperationNo
    meta: Meta


def lift(command: LiftDeadlines, state: OperationState) -> Sequence[DeadlinesLifted]:
    """Lift the clocks of an operation that is underway, once; a whistle may not be blown yet."""
    if not isinstance(state, Underway) or state.are_deadlines_lifted:
        return []
    return [
        DeadlinesLifted(
            operation_no=state.fact.operation_no,
            case_no=state.fact.case_no,
            round=state.fact.round,
            lifted_at=command.meta.at,
        )
    ]
