"""What dispatch, the units and the street of the invented operation ask for."""

from datetime import datetime
from typing import Literal

from chassis.decider import Meta
from contracts.calendar import Calendar, Limit
from contracts.envelope import Actor
from contracts.events.dispatch import SummonedUnit
from contracts.ids import UnitCode
from services.enforcement.domain.operation.absence import NameAbsent
from services.enforcement.domain.operation.adding import AddTask
from services.enforcement.domain.operation.cancelling import CancelOperation
from services.enforcement.domain.operation.chasing import ChaseUnit
from services.enforcement.domain.operation.coming import AcknowledgeWhistle, ReportIn
from services.enforcement.domain.operation.completing import CompleteTask
from services.enforcement.domain.operation.contesting import ContestCall, RuleOnContest
from services.enforcement.domain.operation.deadlines import LiftDeadlines
from services.enforcement.domain.operation.leaving import NoteEarlyDeparture
from services.enforcement.domain.operation.opening import OpenOperation, Terms
from services.enforcement.domain.operation.releasing import ReleaseUnit
from tests.unit.enforcement.facts import (
    ACKNOWLEDGED_AT,
    COMPLETED_AT,
    CONTESTED_AT,
    DISTRICT,
    FIRE,
    MARKET,
    NAMED_AT,
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
    around_the_clock=frozenset(),
    yellow_at_per_cent=70,
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


def street(at: datetime, acting_unit: UnitCode = STREET) -> Meta:
    """Act for the street; any unit may try."""
    return Meta(Actor(person="p-street", unit=acting_unit, role="officer"), at)


def contest(unit: UnitCode = POLICE, at: datetime = CONTESTED_AT) -> ContestCall:
    return ContestCall(
        operation_no=OPERATION_NO, basis=RESULT, recused=RECUSED, meta=meta(unit, at)
    )


def rule(
    unit: UnitCode = POLICE,
    outcome: Literal["upheld", "rejected"] = "upheld",
    acting_unit: UnitCode = DISTRICT,
    at: datetime = COMPLETED_AT,
) -> RuleOnContest:
    return RuleOnContest(
        operation_no=OPERATION_NO,
        unit=unit,
        outcome=outcome,
        reason=RESULT,
        recused=RECUSED,
        meta=meta(acting_unit, at),
    )


def name_absent(
    unit: UnitCode = POLICE, acting_unit: UnitCode = STREET, at: datetime = NAMED_AT
) -> NameAbsent:
    by = street(at, acting_unit)
    return NameAbsent(operation_no=OPERATION_NO, unit=unit, recused=RECUSED, meta=by)


def leave(
    unit: UnitCode = POLICE, acting_unit: UnitCode = STREET, at: datetime = RELEASED_AT
) -> NoteEarlyDeparture:
    by = street(at, acting_unit)
    return NoteEarlyDeparture(operation_no=OPERATION_NO, unit=unit, recused=RECUSED, meta=by)


def chase(
    unit: UnitCode = POLICE,
    acting_unit: UnitCode = STREET,
    at: datetime = CONTESTED_AT,
    watched: UnitCode | None = None,
) -> ChaseUnit:
    by = street(at, acting_unit)
    return ChaseUnit(
        operation_no=OPERATION_NO, unit=unit, watched=watched, recused=RECUSED, meta=by
    )


def add(
    unit: UnitCode = FIRE, at: datetime = ACKNOWLEDGED_AT, seen_at: datetime = ACKNOWLEDGED_AT
) -> AddTask:
    return AddTask(
        operation_no=OPERATION_NO,
        summoned=SummonedUnit(unit=unit, role="assisting", basis="street", reason=None),
        added_at=at,
        terms=TERMS,
        meta=Meta(SYSTEM, seen_at),
    )


def cancel(at: datetime = RELEASED_AT) -> CancelOperation:
    return CancelOperation(operation_no=OPERATION_NO, meta=Meta(SYSTEM, at))


STEPS = (acknowledge, contest, report, complete, release, name_absent, leave, chase, rule)
