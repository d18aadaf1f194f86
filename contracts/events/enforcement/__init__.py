"""Events of 联合执法 enforcement: the units' side of a whistle, until the street releases them."""

from contracts.events.enforcement.operation import (
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

__all__ = [
    "DeadlinesLifted",
    "OperationConcluded",
    "OperationOpened",
    "UnitAcknowledged",
    "UnitAcknowledgementMissed",
    "UnitReleased",
    "UnitReportMissed",
    "UnitReported",
    "UnitTask",
    "UnitTaskCompleted",
]
