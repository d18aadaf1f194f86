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
from services.enforcement.domain.operation.deadlines import missed, open_deadlines
from services.enforcement.domain.operation.opening import OpenOperation, open_once
from services.enforcement.domain.operation.releasing import ReleaseUnit, release
from services.enforcement.domain.operation.state import (
    NoOperation,
    OperationEvent,
    OperationState,
    evolve,
)

OperationCommand = OpenOperation | AcknowledgeWhistle | ReportIn | CompleteTask | ReleaseUnit


def decide(command: OperationCommand, state: OperationState) -> Sequence[OperationEvent]:
    """Decide. Raises: the refusals of the steps and of `policies`."""
    match command:
        case OpenOperation():
            return open_once(command, state)
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
