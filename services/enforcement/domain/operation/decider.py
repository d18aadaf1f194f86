"""A joint operation (联合执法): the units' side of one whistle, from the call to the last release.

Every unit acknowledges, reports in and completes its task; the street releases it, and not before
it completed (事不完、人不撤). A missed deadline is a fact of its own and bars nothing.
"""

from collections.abc import Sequence
from typing import assert_never

from chassis.decider import Decider
from services.enforcement.domain.operation.coming import (
    AcknowledgeWhistle,
    ReportIn,
    acknowledge,
    report_in,
)
from services.enforcement.domain.operation.completing import CompleteTask, complete
from services.enforcement.domain.operation.deadlines import (
    LiftDeadlines,
    lift,
    missed,
    open_deadlines,
)
from services.enforcement.domain.operation.opening import OpenOperation, open_once
from services.enforcement.domain.operation.policies import existing, must_not_be_recused
from services.enforcement.domain.operation.releasing import ReleaseUnit, release
from services.enforcement.domain.operation.state import (
    NoOperation,
    OperationEvent,
    OperationState,
    evolve,
)

OfficerCommand = AcknowledgeWhistle | ReportIn | CompleteTask | ReleaseUnit
"""Given by a person; `recused` are those who must not, by what dispatch says of the case."""
OperationCommand = OpenOperation | LiftDeadlines | OfficerCommand


def decide(command: OperationCommand, state: OperationState) -> Sequence[OperationEvent]:
    """Decide. Raises: the refusals of the steps and of `policies`."""
    if isinstance(command, OfficerCommand):
        fact = existing(command.operation_no, state).fact
        must_not_be_recused(command.meta.by, command.recused, fact)
    match command:
        case OpenOperation():
            return open_once(command, state)
        case LiftDeadlines():
            return lift(command, state)
        case AcknowledgeWhistle():
            return acknowledge(command, state)
        case ReportIn():
            return report_in(command, state)
        case CompleteTask():
            return complete(command, state)
        case ReleaseUnit():
            return release(command, state)
        case _:
            assert_never(command)


OPERATION: Decider[OperationCommand, OperationState, OperationEvent] = Decider(
    NoOperation(), decide, evolve, open_deadlines, missed
)
