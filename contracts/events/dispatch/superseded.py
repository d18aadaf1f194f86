"""Versions of dispatch's events that logs hold and nobody writes any more, and what they became."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from contracts.calendar import DeadlineV1, with_warning
from contracts.event import Event, upcast
from contracts.events.dispatch.case import (
    CaseClosed,
    CaseDispatched,
    CaseReopened,
    DeadlineMissed,
    HandlingReported,
)
from contracts.events.dispatch.whistle import (
    SummonedUnit,
    WhistleBlown,
    WhistleEscalated,
    WhistleProposed,
    WhistleSettled,
)
from contracts.ids import AppealNo, CaseNo, SubjectId, UnitCode, WhistleNo
from contracts.instant import Instant
from contracts.sealed import Sealed
from contracts.values import AppealKind, Caller, UnitRole, WhistleKind

__all__ = [
    "CaseClosedV1",
    "CaseDispatchedV1",
    "CaseReopenedV1",
    "DeadlineMissedV1",
    "HandlingReportedV1",
    "WhistleBlownV1",
    "WhistleEscalatedV1",
    "WhistleProposedV1",
    "WhistleSettledV1",
]

_ONLY_DISTRICT = UnitCode("district")
"""Of the one catalogue that there was."""


class CaseDispatchedV1(Event):
    """派单, before events named the district and the assisting units."""

    wire: ClassVar[str] = "dispatch.case_dispatched.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    street: UnitCode
    matter: str
    kind: AppealKind
    callers: tuple[Caller, ...]
    confidential: bool
    routed_by: Literal["matter_lead", "street_lead"]
    """Why this unit: the matter names it, or the matter falls to the street of the place."""
    catalogue: str
    deadlines: tuple[DeadlineV1, ...]
    dispatched_at: Instant


@upcast(CaseDispatchedV1, CaseDispatched)
def _with_district(old: CaseDispatchedV1) -> CaseDispatched:
    deadlines = tuple(map(with_warning, old.deadlines))
    told = {**dict(old), "deadlines": deadlines}
    return CaseDispatched(**told, district=_ONLY_DISTRICT, assisting=())


class CaseReopenedV1(Event):
    """重新办理, before a dissatisfied caller could begin a round."""

    wire: ClassVar[str] = "dispatch.case_reopened.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    unresolved_for: tuple[AppealNo, ...]
    """The appeals whose callers said so."""
    deadlines: tuple[DeadlineV1, ...]
    reopened_at: Instant


@upcast(CaseReopenedV1, CaseReopened)
def _without_dissatisfied(old: CaseReopenedV1) -> CaseReopened:
    deadlines = tuple(map(with_warning, old.deadlines))
    return CaseReopened(**{**dict(old), "deadlines": deadlines}, dissatisfied_for=())


class HandlingReportedV1(Event):
    """办理反馈, before a unit could say that nobody is there to speak to."""

    wire: ClassVar[str] = "dispatch.handling_reported.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    claim: Literal["resolved", "partly_resolved", "unresolved"]
    contact: Literal["reached", "unreachable", "not_wanted"]
    """Whether the unit spoke to the caller before reporting (art. 15)."""
    account: Sealed
    handlers: tuple[str, ...]
    """Everyone who has worked on the case; none of them may make the call-back."""
    callers: tuple[Caller, ...]
    reported_by: str
    reported_at: Instant


@upcast(HandlingReportedV1, HandlingReported)
def _as_it_was(old: HandlingReportedV1) -> HandlingReported:
    return HandlingReported(**dict(old))


class DeadlineMissedV1(Event):
    """超期, when a case had two clocks."""

    wire: ClassVar[str] = "dispatch.deadline_missed.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    milestone: Literal["sign", "handle"]
    due_at: Instant
    noticed_at: Instant
    handlers: tuple[str, ...]
    callers: tuple[Caller, ...]


@upcast(DeadlineMissedV1, DeadlineMissed)
def _of_either_clock(old: DeadlineMissedV1) -> DeadlineMissed:
    return DeadlineMissed(**dict(old))


class CaseClosedV1(Event):
    """结案, before a district could order it."""

    wire: ClassVar[str] = "dispatch.case_closed.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    outcome: Literal["resolved", "unconfirmed", "withdrawn"]
    """`unconfirmed`: handled, but no caller could be asked."""
    closed_at: Instant


@upcast(CaseClosedV1, CaseClosed)
def _not_ordered(old: CaseClosedV1) -> CaseClosed:
    return CaseClosed(**dict(old))


class SummonedUnitV1(BaseModel):
    """A unit that a whistle calls, before it was said why this one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: UnitCode
    role: UnitRole


def _units(old: tuple[SummonedUnitV1, ...]) -> tuple[SummonedUnit, ...]:
    return tuple(SummonedUnit(**dict(one), basis="street", reason=None) for one in old)


class WhistleProposedV1(Event):
    """拟哨, when only the street that handles a case could propose one."""

    wire: ClassVar[str] = "dispatch.whistle_proposed.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    kind: WhistleKind
    units: tuple[SummonedUnitV1, ...]
    subject: SubjectId | None
    request: Sealed
    catalogue: str
    proposed_by: str
    proposed_at: Instant


@upcast(WhistleProposedV1, WhistleProposed)
def _by_its_street(old: WhistleProposedV1) -> WhistleProposed:
    return WhistleProposed(
        **{**dict(old), "units": _units(old.units)},
        district=_ONLY_DISTRICT,
        ground=None,
        evidence=None,
        plan=None,
        is_cross_district=False,
        unit=old.street,
    )


class WhistleBlownV1(Event):
    """吹哨, before it named the district."""

    wire: ClassVar[str] = "dispatch.whistle_blown.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    kind: WhistleKind
    units: tuple[SummonedUnitV1, ...]
    subject: SubjectId | None
    catalogue: str
    blown_by: str
    blown_at: Instant


@upcast(WhistleBlownV1, WhistleBlown)
def _approved_before(old: WhistleBlownV1) -> WhistleBlown:
    told = {**dict(old), "units": _units(old.units)}
    return WhistleBlown(**told, district=_ONLY_DISTRICT, is_to_confirm=False)


class WhistleEscalatedV1(Event):
    """升级, when nobody had to answer."""

    wire: ClassVar[str] = "dispatch.whistle_escalated.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    due_at: Instant
    escalated_at: Instant


@upcast(WhistleEscalatedV1, WhistleEscalated)
def _without_answer(old: WhistleEscalatedV1) -> WhistleEscalated:
    return WhistleEscalated(
        whistle_no=old.whistle_no,
        case_no=old.case_no,
        round=old.round,
        district=_ONLY_DISTRICT,
        unit=old.unit,
        ground="not_reported",
        due_at=old.due_at,
        reason=None,
        answer=None,
        escalated_by="",
        escalated_at=old.escalated_at,
    )


class WhistleSettledV1(Event):
    """销哨, before the street rated the units."""

    wire: ClassVar[str] = "dispatch.whistle_settled.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    accepted_by: str
    settled_at: Instant


@upcast(WhistleSettledV1, WhistleSettled)
def _unrated(old: WhistleSettledV1) -> WhistleSettled:
    return WhistleSettled(**dict(old), ratings=())
