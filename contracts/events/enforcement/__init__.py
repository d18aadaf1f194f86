"""Events of 联合执法 enforcement: the units' side of a whistle, until the street releases them."""

from contracts.events.enforcement.operation import (
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
from contracts.events.enforcement.reading import (
    ReadingNoted,
    ReadingRefused,
)
from contracts.events.enforcement.superseded import (
    OperationConcludedV1,
    OperationOpenedV1,
    UnitAcknowledgementMissedV1,
    UnitReportMissedV1,
)

__all__ = [
    "ContestRuled",
    "DeadlinesLifted",
    "OperationCancelled",
    "OperationConcluded",
    "OperationConcludedV1",
    "OperationOpened",
    "OperationOpenedV1",
    "ReadingNoted",
    "ReadingRefused",
    "UnitAcknowledged",
    "UnitAcknowledgementMissed",
    "UnitAcknowledgementMissedV1",
    "UnitChased",
    "UnitContested",
    "UnitLeftEarly",
    "UnitNamedAbsent",
    "UnitReleased",
    "UnitReportMissed",
    "UnitReportMissedV1",
    "UnitReported",
    "UnitTask",
    "UnitTaskAdded",
    "UnitTaskCompleted",
]
