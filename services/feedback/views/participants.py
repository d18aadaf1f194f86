"""Who had a part in which case: units, persons who worked on it, persons who decided about it.

Rows come from three services and only ever grow, so that their order does not show.
"""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import Column, Connection, MetaData, Table, Text, select

from chassis.store.rows import upsert
from chassis.unit_of_work.definition import Projector, View
from contracts.event import Event
from contracts.events import dispatch, enforcement, intake
from contracts.ids import CaseNo, UnitCode
from services.feedback.domain.callback.participants import Participants

__all__ = ["PARTICIPANTS", "participants_of"]

Part = Literal["unit", "handler", "decider"]

_tables = MetaData()

participants = Table(
    "participants",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("name", Text, primary_key=True),
)

_UNITS: Mapping[type[Event], tuple[str, ...]] = {
    dispatch.CaseDispatched: ("unit",),
    dispatch.CaseRedispatched: ("from_unit", "unit"),
    dispatch.AssistRequested: ("unit",),
    dispatch.WhistleBlown: ("street", "units"),
    dispatch.WhistleUnitAdded: ("summoned",),
}
"""The fields that name a unit: it leads, assists, is called, or is the street that commands."""

_HANDLERS: Mapping[type[Event], tuple[str, ...]] = {
    dispatch.CaseSigned: ("signed_by",),
    dispatch.CallerContacted: ("contacted_by",),
    dispatch.StageReached: ("reached_by",),
    dispatch.HandlingReported: ("handlers", "reported_by"),
    dispatch.CaseObjected: ("objected_by",),
    dispatch.ExtensionRequested: ("requested_by",),
    dispatch.SuspensionRequested: ("requested_by",),
    dispatch.AssistRequested: ("requested_by",),
    dispatch.AssistAnswered: ("answered_by",),
    dispatch.AssistWithdrawn: ("withdrawn_by",),
    dispatch.CaseClaimed: ("person",),
    dispatch.CaseHandedOver: ("from_person", "person", "handed_over_by"),
    dispatch.ClaimReleased: ("person", "released_by"),
    dispatch.WhistleProposed: ("proposed_by",),
    dispatch.WhistleApproved: ("approved_by",),
    dispatch.WhistleRefused: ("refused_by",),
    dispatch.WhistleBlown: ("blown_by",),
    dispatch.WhistleConfirmed: ("confirmed_by",),
    dispatch.WhistleUnitAdded: ("added_by",),
    dispatch.WhistleCancelled: ("cancelled_by",),
    dispatch.WhistleEscalated: ("escalated_by",),
    dispatch.WhistleSettled: ("accepted_by",),
    enforcement.UnitAcknowledged: ("acknowledged_by",),
    enforcement.UnitContested: ("contested_by",),
    enforcement.UnitReported: ("reported_by",),
    enforcement.UnitChased: ("chased_by",),
    enforcement.UnitNamedAbsent: ("named_by",),
    enforcement.UnitLeftEarly: ("noted_by",),
    enforcement.UnitTaskCompleted: ("completed_by",),
    enforcement.UnitReleased: ("released_by",),
}
"""The fields that name a person who worked on the case for a unit."""

_DECIDERS: Mapping[type[Event], tuple[str, ...]] = {
    intake.CaseFiled: ("filed_by",),
    intake.AppealLinked: ("linked_by",),
    dispatch.CaseRedispatched: ("redispatched_by",),
    dispatch.ObjectionRuled: ("ruled_by",),
    dispatch.ExtensionGranted: ("granted_by",),
    dispatch.ExtensionDenied: ("denied_by",),
    dispatch.CaseSuspended: ("approved_by",),
    dispatch.SuspensionDenied: ("denied_by",),
    dispatch.CaseResumed: ("resumed_by",),
    dispatch.EscalationAnswered: ("answered_by",),
    dispatch.EndOrdered: ("ordered_by",),
    enforcement.ContestRuled: ("ruled_by",),
}
"""The fields that name a person who decided about the case."""

_BY_PART: Mapping[Part, Mapping[type[Event], tuple[str, ...]]] = {
    "unit": _UNITS,
    "handler": _HANDLERS,
    "decider": _DECIDERS,
}


def _noting(event_class: type[Event]) -> Projector:
    """Give what writes down everybody whom an event of this class names."""
    fields = [
        (part, field) for part, named in _BY_PART.items() for field in named.get(event_class, ())
    ]

    def note(connection: Connection, event: Event) -> None:
        case_no = getattr(event, "case_no")  # noqa: B009  # every one of these has it
        rows = [
            {"case_no": case_no, "part": part, "name": name}
            for part, field in fields
            for name in _names(getattr(event, field))
        ]
        upsert(connection, participants, rows)

    return note


def _names(value: object) -> list[str]:
    """Give the names in a field: a code or pseudonym, a summoned unit, or several of either.

    There is none where time did it and nobody.
    """
    several = value if isinstance(value, tuple) else (value,)
    names = (one.unit if isinstance(one, dispatch.SummonedUnit) else str(one) for one in several)
    return [name for name in names if name]


PARTICIPANTS = View(
    name="participants",
    tables=_tables,
    revision=1,
    on={one: _noting(one) for named in _BY_PART.values() for one in named},
)


def participants_of(connection: Connection, case_no: CaseNo) -> Participants:
    """Give all who had a part in a case, as far as their events have arrived."""
    query = select(participants.c.part, participants.c.name).where(
        participants.c.case_no == case_no
    )
    found: dict[str, set[str]] = {part: set() for part in _BY_PART}
    for part, name in connection.execute(query):
        found[part].add(name)
    return Participants(
        units=frozenset(map(UnitCode, found["unit"])),
        handlers=frozenset(found["handler"]),
        deciders=frozenset(found["decider"]),
    )
