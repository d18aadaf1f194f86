"""What dispatch, the units and the street of the invented operation ask for."""

from datetime import datetime

from chassis.decider import Meta
from contracts.calendar import Calendar, Limit
from contracts.envelope import Actor
from contracts.events.dispatch import SummonedUnit
from contracts.ids import UnitCode
from services.enforcement.domain.operation.coming import AcknowledgeWhistle, ReportIn
from services.enforcement.domain.operation.completing import CompleteTask
from services.enforcement.domain.operation.deadlines import LiftDeadlines
from services.enforcement.domain.operation.opening import OpenOperation, Terms
from services.enforcement.domain.operation.releasing import ReleaseUnit
from tests.unit.enforcement.facts import (
    ACKNOWLEDGED_AT,
    COMPLETED_AT,
    MARKET,
    OPENED_AT,
    OPERATION_NO,
    POLICE,
    RELEASED_AT,
    REPORTED_AT,
    RESULT,
    STREET,
    opened,
)

RECUSED = frozenset({"p-recused"})
SYSTEM = Actor(person="system:enforcement", unit="system", role="service")
TERMS = Terms(
    acknowledge=Limit(amount=30, unit="minute"),
    report=Limit(amount=2, unit="hour"),
    calendar=Calendar(
        version="cn-1",
        source="invented",
        years=(2026,),
        holidays=frozenset(),
        makeup_days=frozenset(),
    ),
)


def meta(unit: UnitCode, at: datetime) -> Meta:
    return Meta(Actor(person=f"p-{unit}", unit=unit, role="officer"), at)


def open_operation(*units: UnitCode) -> OpenOperation:
    """Ask for what `facts.opened` says happened."""
    fact = opened(*units or (POLICE, MARKET))
    return OpenOperation(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        street=fact.street,
        district=fact.district,
        blown_at=fact.blown_at,
        kind=fact.kind,
        units=tuple(
            SummonedUnit(unit=task.unit, role=task.role, basis="street", reason=None)
            for task in fact.tasks
        ),
        subject=fact.subject,
        terms=TERMS,
        meta=Meta(SYSTEM, OPENED_AT),
    )


def acknowledge(unit: UnitCode = POLICE, at: datetime = ACKNOWLEDGED_AT) -> AcknowledgeWhistle:
    return AcknowledgeWhistle(operation_no=OPERATION_NO, recused=RECUSED, meta=meta(unit, at))


def report(unit: UnitCode = POLICE, at: datetime = REPORTED_AT, officer_count: int = 2) -> ReportIn:
    return ReportIn(
        operation_no=OPERATION_NO, officer_count=officer_count, recused=RECUSED, meta=meta(unit, at)
    )


def complete(unit: UnitCode = POLICE, at: datetime = COMPLETED_AT) -> CompleteTask:
    return CompleteTask(
        operation_no=OPERATION_NO, result=RESULT, recused=RECUSED, meta=meta(unit, at)
    )


def release(
    unit: UnitCode = POLICE, acting_unit: UnitCode = STREET, at: datetime = RELEASED_AT
) -> ReleaseUnit:
    by = Actor(person="p-street", unit=acting_unit, role="officer")
    return ReleaseUnit(operation_no=OPERATION_NO, unit=unit, recused=RECUSED, meta=Meta(by, at))


def lift(at: datetime = ACKNOWLEDGED_AT) -> LiftDeadlines:
    return LiftDeadlines(operation_no=OPERATION_NO, meta=Meta(SYSTEM, at))


STEPS = (acknowledge, report, complete, release)
