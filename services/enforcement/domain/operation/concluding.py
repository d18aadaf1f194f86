"""The end of an operation: it is over as soon as the street waits for nothing more of any unit.

Exactly one unit leads. If that one is excused or named absent, the street commands the others
itself (art. 16) and nothing else changes; who should lead instead takes a new whistle.
"""

from collections.abc import Sequence
from datetime import datetime

from contracts.events.enforcement import OperationConcluded
from services.enforcement.domain.operation.state import Begun, OperationEvent, Underway, evolve


def and_its_end(operation: Begun, event: OperationEvent, now: datetime) -> Sequence[OperationEvent]:
    """Give an event, and the conclusion of the operation if no unit is left after it."""
    after = evolve(operation, event)
    if isinstance(after, Underway) and all(task.is_finished for task in after.tasks.values()):
        return [event, _concluded(after, now)]
    return [event]


def _concluded(operation: Underway, now: datetime) -> OperationConcluded:
    fact = operation.fact
    return OperationConcluded(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        units=tuple(operation.tasks),
        concluded_at=now,
    )
