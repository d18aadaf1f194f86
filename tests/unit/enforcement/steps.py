"""What the units and the street of the invented operation can ask for."""

from datetime import datetime

from services.enforcement.domain.operation import (
    AcknowledgeWhistle,
    CompleteTask,
    ReleaseUnit,
    ReportIn,
)
from tests.unit.enforcement.facts import (
    ACKNOWLEDGED_AT,
    COMPLETED_AT,
    OPERATION_NO,
    POLICE,
    RELEASED_AT,
    REPORTED_AT,
    RESULT,
    STREET,
)


def acknowledge(unit: str = POLICE, at: datetime = ACKNOWLEDGED_AT) -> AcknowledgeWhistle:
    return AcknowledgeWhistle(operation_no=OPERATION_NO, unit=unit, by=f"p-{unit}", at=at)


def report(unit: str = POLICE, at: datetime = REPORTED_AT, officer_count: int = 2) -> ReportIn:
    return ReportIn(
        operation_no=OPERATION_NO,
        unit=unit,
        officer_count=officer_count,
        by=f"p-{unit}",
        at=at,
    )


def complete(unit: str = POLICE, at: datetime = COMPLETED_AT) -> CompleteTask:
    return CompleteTask(operation_no=OPERATION_NO, unit=unit, result=RESULT, by=f"p-{unit}", at=at)


def release(
    unit: str = POLICE, acting_unit: str = STREET, at: datetime = RELEASED_AT
) -> ReleaseUnit:
    return ReleaseUnit(
        operation_no=OPERATION_NO, unit=unit, acting_unit=acting_unit, by="p-street", at=at
    )


STEPS = (acknowledge, report, complete, release)
