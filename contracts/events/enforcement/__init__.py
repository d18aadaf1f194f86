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
from contracts.events.enforcement.reading import ReadingNoted, ReadingRefused

__all__ = [
    "DeadlinesLifted",
    "OperationConcluded",
    "OperationOpened",
    "ReadingNoted",
    "ReadingRefused",
    "UnitAcknowledged",
    "UnitAcknowledgementMissed",
    "UnitReleased",
    "UnitReportMissed",
    "UnitReported",
    "UnitTask",
    "UnitTaskCompleted",
]
