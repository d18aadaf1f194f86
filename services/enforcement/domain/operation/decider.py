"""A joint operation (联合执法): the units' side of one whistle, from the call to the last release.

Every unit acknowledges, reports in and completes its task; the street releases it, and not before
it completed (事不完、人不撤). A missed deadline is a fact of its own and bars nothing. The street
alone can bring every operation to its end: it names absent who does not come, and notes who left.
"""

from collections.abc import Sequence
from typing import assert_never

from chassis.decider import Decider
from services.enforcement.domain.operation.absence import NameAbsent, name_absent
from services.enforcement.domain.operation.adding import AddTask, add_once
from services.enforcement.domain.operation.cancelling import CancelOperation, cancel
from services.enforcement.domain.operation.chasing import ChaseUnit, chase
from services.enforcement.domain.operation.coming import (
    AcknowledgeWhistle,
    ReportIn,
    acknowledge,
    report_in,
)
from services.enforcement.domain.operation.completing import CompleteTask, complete
from services.enforcement.domain.operation.contesting import (
    ContestCall,
    RuleOnContest,
    contest,
    rule,
)
from services.enforcement.domain.operation.deadlines import (
    LiftDeadlines,
    lift,
    missed,
    open_deadlines,
)
from services.enforcement.domain.operation.leaving import NoteEarlyDeparture, note_departure
from services.enforcement.domain.operation.opening import OpenOperation, open_once
from services.enforcement.domain.operation.policies import existing, must_not_be_recused
from services.enforcement.domain.operation.releasing import ReleaseUnit, release
from services.enforcement.domain.operation.state import (
    NoOperation,
    OperationEvent,
    OperationState,
    evolve,
)

UnitCommand = AcknowledgeWhistle | ContestCall | ReportIn | CompleteTask
"""Given by a called unit, for itself."""
StreetCommand = NameAbsent | NoteEarlyDeparture | ReleaseUnit
"""Given by the street that whistled, of one unit."""
OfficerCommand = UnitCommand | StreetCommand | ChaseUnit | RuleOnContest
"""Given by a person; `recused` are those who must not, by what dispatch says of the case."""
ReactionCommand = OpenOperation | AddTask | CancelOperation | LiftDeadlines
OperationCommand = ReactionCommand | OfficerCommand


def decide(command: OperationCommand, state: OperationState) -> Sequence[OperationEvent]:
    """Decide. Raises: the refusals of the steps and of `policies`."""
    if isinstance(command, OfficerCommand):
        fact = existing(command.operation_no, state).fact
        must_not_be_recused(command.meta.by, command.recused, fact)
    match command:
        case OpenOperation():
            return open_once(command, state)
        case AddTask():
            return add_once(command, state)
        case CancelOperation():
            return cancel(command, state)
        case LiftDeadlines():
            return lift(command, state)
        case _:
            return _decide_for_person(command, state)


def _decide_for_person(command: OfficerCommand, state: OperationState) -> Sequence[OperationEvent]:
    match command:
        case AcknowledgeWhistle():
            return acknowledge(command, state)
        case ContestCall():
            return contest(command, state)
        case ReportIn():
            return report_in(command, state)
        case CompleteTask():
            return complete(command, state)
        case ReleaseUnit():
            return release(command, state)
        case NameAbsent():
            return name_absent(command, state)
        case NoteEarlyDeparture():
            return note_departure(command, state)
        case ChaseUnit():
            return chase(command, state)
        case RuleOnContest():
            return rule(command, state)
        case _:
            assert_never(command)


OPERATION: Decider[OperationCommand, OperationState, OperationEvent] = Decider(
    NoOperation(), decide, evolve, open_deadlines, missed
)
