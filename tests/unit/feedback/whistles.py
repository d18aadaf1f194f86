"""Facts of the one whistle of the invented case: two units are called, one of them never comes."""

from datetime import datetime
from typing import Literal

from contracts.event import Event
from contracts.events.dispatch import (
    AssistRequested,
    SummonedUnit,
    UnitRating,
    WhistleBlown,
    WhistleCancelled,
    WhistleSettled,
    WhistleUnitAdded,
)
from contracts.events.enforcement import (
    ContestRuled,
    UnitAcknowledgementMissed,
    UnitNamedAbsent,
    UnitReported,
    UnitReportMissed,
)
from contracts.ids import UnitCode, WhistleNo
from tests.unit.feedback.facts import (
    A_DEADLINE,
    CASE_NO,
    NOON,
    OPERATION_NO,
    SEALED,
    STREET,
    WHISTLE_NO,
)

URBAN, POLICE, FIRE = (
    UnitCode("urban-management"),
    UnitCode("public-security"),
    UnitCode("fire-rescue"),
)
DISTRICT = UnitCode("district")


def summoned(unit: UnitCode) -> SummonedUnit:
    return SummonedUnit(unit=unit, role="assisting", basis="list", reason=None)


def blown(
    *units: UnitCode, number: WhistleNo = WHISTLE_NO, street: UnitCode = STREET, at: datetime = NOON
) -> WhistleBlown:
    return WhistleBlown(
        whistle_no=number,
        case_no=CASE_NO,
        round=1,
        street=street,
        district=DISTRICT,
        kind="daily",
        units=tuple(map(summoned, units)),
        subject=None,
        catalogue="2026-01-01",
        is_to_confirm=False,
        blown_by="p-blower",
        blown_at=at,
    )


def unit_added(unit: UnitCode) -> WhistleUnitAdded:
    return WhistleUnitAdded(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        summoned=summoned(unit),
        kind="daily",
        catalogue="2026-01-01",
        added_by="p-adder",
        added_at=NOON,
    )


def assist_requested(unit: UnitCode) -> AssistRequested:
    return AssistRequested(
        case_no=CASE_NO,
        round=1,
        unit=unit,
        lead=STREET,
        is_listed=True,
        reason=None,
        request=SEALED,
        deadline=A_DEADLINE,
        requested_by="p-asker",
        requested_at=NOON,
    )


def rating(unit: UnitCode, points: int = 100, quality: int | None = None) -> UnitRating:
    return UnitRating(
        unit=unit,
        signing=points,
        arrival=points,
        people=points,
        quality=points if quality is None else quality,
        staying=points,
        result=points,
        reason=None,
    )


def settled(
    *ratings: UnitRating, number: WhistleNo = WHISTLE_NO, at: datetime = NOON
) -> WhistleSettled:
    return WhistleSettled(
        whistle_no=number,
        case_no=CASE_NO,
        round=1,
        ratings=ratings,
        accepted_by="p-settler",
        settled_at=at,
    )


def cancelled(number: WhistleNo = WHISTLE_NO) -> WhistleCancelled:
    return WhistleCancelled(
        whistle_no=number,
        case_no=CASE_NO,
        round=1,
        ground="street",
        reason=SEALED,
        cancelled_by="p-canceller",
        cancelled_at=NOON,
    )


def acknowledgement_missed(unit: UnitCode, *, counts: bool = True) -> UnitAcknowledgementMissed:
    return UnitAcknowledgementMissed(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        due_at=NOON,
        counts=counts,
        noticed_at=NOON,
    )


def report_missed(unit: UnitCode, *, counts: bool = True) -> UnitReportMissed:
    return UnitReportMissed(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        due_at=NOON,
        counts=counts,
        noticed_at=NOON,
    )


def named_absent(unit: UnitCode) -> UnitNamedAbsent:
    return UnitNamedAbsent(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        named_by="p-namer",
        named_at=NOON,
    )


def contest_ruled(unit: UnitCode, outcome: Literal["upheld", "rejected"]) -> ContestRuled:
    return ContestRuled(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        outcome=outcome,
        reason=SEALED,
        ruled_by="p-ruler",
        ruled_at=NOON,
    )


def reported(unit: UnitCode, by: str) -> UnitReported:
    return UnitReported(
        operation_no=OPERATION_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        officer_count=2,
        reported_by=by,
        reported_at=NOON,
    )


def whistle_life() -> list[Event]:
    """Blown to two units, settled, both rated."""
    return [blown(URBAN, POLICE), settled(rating(URBAN), rating(POLICE, 0))]


def lapses() -> list[Event]:
    """One unit comes late, the other never."""
    return [report_missed(URBAN), report_missed(POLICE), named_absent(POLICE)]
