"""The street calls one more unit (加派): it gets a task with clocks of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Meta
from contracts.events.dispatch import SummonedUnit
from contracts.events.enforcement import UnitTaskAdded
from contracts.ids import OperationNo
from services.enforcement.domain.operation.opening import Terms, task_owed
from services.enforcement.domain.operation.policies import existing
from services.enforcement.domain.operation.state import Cancelled, OperationState


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask:
    """加派 (art. 16): the street calls one more unit; its clocks start at `added_at`."""

    operation_no: OperationNo
    summoned: SummonedUnit
    added_at: datetime
    """When the street called it; it sees that only when the command is carried out."""
    terms: Terms
    meta: Meta


def add_once(command: AddTask, state: OperationState) -> Sequence[UnitTaskAdded]:
    """Add a task, unless the unit has one or nobody has to come any more.

    An operation that was concluded before it heard of the call is open again.

    Raises: OperationUnknown.
    """
    found = existing(command.operation_no, state)
    if isinstance(found, Cancelled) or command.summoned.unit in found.tasks:
        return []
    fact = found.fact
    return [
        UnitTaskAdded(
            operation_no=fact.operation_no,
            case_no=fact.case_no,
            round=fact.round,
            task=task_owed(
                command.summoned, fact.kind, fact.round, command.added_at, command.terms
            ),
            added_at=command.meta.at,
        )
    ]
