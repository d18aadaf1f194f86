"""The register of whistles (哨单台账): each with its units and how far it has come."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    func,
    or_,
    select,
)

from chassis.store.rows import add, put
from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events import dispatch
from contracts.events.dispatch import SummonedUnit
from contracts.ids import CaseNo, UnitCode, WhistleNo
from contracts.instant import format_instant
from contracts.values import WhistleGround, WhistleKind
from services.dispatch.domain.whistle.state import (
    Approved,
    Blown,
    Cancelled,
    Concluded,
    Proposed,
    Refused,
    Settled,
    WhistleStage,
)

_tables = MetaData()

whistles = Table(
    "whistles",
    _tables,
    Column("whistle_no", Text, primary_key=True),
    Column("case_no", Text, nullable=False, index=True),
    Column("round", Integer, nullable=False),
    Column("street", Text, nullable=False, index=True),
    Column("district", Text, nullable=False, index=True),
    Column("proposing_unit", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ground", Text),
    Column("is_cross_district", Boolean, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("is_to_confirm", Boolean, nullable=False),
    Column("late_count", Integer, nullable=False),
    Column("proposed_at", Text, nullable=False),
    Column("blown_at", Text),
    Column("ended_at", Text),
)

whistle_units = Table(
    "whistle_units",
    _tables,
    Column("whistle_no", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("is_excused", Boolean, nullable=False),
    Column("is_late", Boolean, nullable=False),
    Index("whistle_units_by_unit", "unit", "whistle_no"),
)


@dataclass(frozen=True, slots=True)
class SeenBy:
    """A unit that reads: its street's whistles, those it proposed, those that call it."""

    unit: UnitCode
    district: UnitCode | None
    """Where the unit is a district or its operations centre: it sees all of that district."""


@dataclass(frozen=True, slots=True)
class WhistleFilter:
    """What a list may be narrowed to; empty means all."""

    status: str | None = None
    street: UnitCode | None = None
    case_no: CaseNo | None = None
    seen_by: SeenBy | None = None


class WhistleItem(BaseModel):
    """One line of the register; the lead unit comes first."""

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    district: UnitCode
    proposing_unit: UnitCode
    kind: WhistleKind
    ground: WhistleGround | None
    is_cross_district: bool
    units: list[UnitCode]
    excused: list[UnitCode]
    """Those of the units whose contest was upheld: they have no part in it."""
    status: WhistleStage
    is_to_confirm: bool
    late_count: int
    proposed_at: str
    blown_at: str | None
    ended_at: str | None


def _proposed(connection: Connection, event: dispatch.WhistleProposed) -> None:
    row = {
        "whistle_no": event.whistle_no,
        "case_no": event.case_no,
        "round": event.round,
        "street": event.street,
        "district": event.district,
        "proposing_unit": event.unit,
        "kind": event.kind,
        "ground": event.ground,
        "is_cross_district": event.is_cross_district,
        "status": Proposed.stage,
        "is_to_confirm": False,
        "late_count": 0,
        "proposed_at": format_instant(event.proposed_at),
    }
    add(connection, whistles, [row])
    lead_first = sorted(event.units, key=lambda summoned: summoned.role != "lead")
    rows = [_unit(event.whistle_no, one, place) for place, one in enumerate(lead_first)]
    add(connection, whistle_units, rows)


def _unit(whistle_no: WhistleNo, summoned: SummonedUnit, place: int) -> dict[str, object]:
    return {
        "whistle_no": whistle_no,
        "unit": summoned.unit,
        "place": place,
        "role": summoned.role,
        "is_excused": False,
        "is_late": False,
    }


def _approved(connection: Connection, event: dispatch.WhistleApproved) -> None:
    _set(connection, event.whistle_no, status=Approved.stage)


def _refused(connection: Connection, event: dispatch.WhistleRefused) -> None:
    _end(connection, event.whistle_no, Refused.stage, event.refused_at)


def _blown(connection: Connection, event: dispatch.WhistleBlown) -> None:
    _set(
        connection,
        event.whistle_no,
        status=Blown.stage,
        is_to_confirm=event.is_to_confirm,
        blown_at=format_instant(event.blown_at),
    )


def _confirmed(connection: Connection, event: dispatch.WhistleConfirmed) -> None:
    _set(connection, event.whistle_no, is_to_confirm=False)


def _added(connection: Connection, event: dispatch.WhistleUnitAdded) -> None:
    of_whistle = whistle_units.c.whistle_no == event.whistle_no
    place = connection.execute(select(func.count()).select_from(whistle_units).where(of_whistle))
    row = _unit(event.whistle_no, event.summoned, place.scalar_one())
    add(connection, whistle_units, [row])


def _excused(connection: Connection, event: dispatch.WhistleUnitExcused) -> None:
    """Count no lateness of a unit that has no part in it."""
    key = {"whistle_no": event.whistle_no, "unit": event.unit}
    put(connection, whistle_units, key, is_excused=True)
    _count_late(connection, event.whistle_no)


def _cancelled(connection: Connection, event: dispatch.WhistleCancelled) -> None:
    _end(connection, event.whistle_no, Cancelled.stage, event.cancelled_at)


def _escalated(connection: Connection, event: dispatch.WhistleEscalated) -> None:
    if event.ground == "not_reported":
        key = {"whistle_no": event.whistle_no, "unit": event.unit}
        put(connection, whistle_units, key, is_late=True)
        _count_late(connection, event.whistle_no)


def _count_late(connection: Connection, whistle_no: WhistleNo) -> None:
    late = select(func.count()).select_from(whistle_units)
    late = late.where(
        whistle_units.c.whistle_no == whistle_no,
        whistle_units.c.is_late,
        ~whistle_units.c.is_excused,
    )
    _set(connection, whistle_no, late_count=connection.execute(late).scalar_one())


def _concluded(connection: Connection, event: dispatch.WhistleConcluded) -> None:
    _set(connection, event.whistle_no, status=Concluded.stage)


def _settled(connection: Connection, event: dispatch.WhistleSettled) -> None:
    _end(connection, event.whistle_no, Settled.stage, event.settled_at)


WHISTLES = View(
    name="whistles",
    tables=_tables,
    revision=3,
    on={
        dispatch.WhistleProposed: _proposed,
        dispatch.WhistleApproved: _approved,
        dispatch.WhistleRefused: _refused,
        dispatch.WhistleBlown: _blown,
        dispatch.WhistleConfirmed: _confirmed,
        dispatch.WhistleUnitAdded: _added,
        dispatch.WhistleUnitExcused: _excused,
        dispatch.WhistleCancelled: _cancelled,
        dispatch.WhistleEscalated: _escalated,
        dispatch.WhistleConcluded: _concluded,
        dispatch.WhistleSettled: _settled,
    },
)


def _set(connection: Connection, whistle_no: WhistleNo, **values: object) -> None:
    put(connection, whistles, {"whistle_no": whistle_no}, **values)


def _end(connection: Connection, whistle_no: WhistleNo, stage: WhistleStage, at: datetime) -> None:
    ended_at = format_instant(at)
    _set(connection, whistle_no, status=stage, is_to_confirm=False, ended_at=ended_at)


def list_whistles(
    connection: Connection, wanted: WhistleFilter, after: str | None, limit: int
) -> Page[WhistleItem]:
    """List whistles in order of their numbers. Raises: CursorUnreadable."""
    query = select(whistles)
    for column in ("status", "street", "case_no"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(whistles.c[column] == value)
    if wanted.seen_by is not None:
        query = query.where(_is_seen(wanted.seen_by))
    found = page(connection, query, (whistles.c.whistle_no,), after, limit, _line)
    rows = _units_of(connection, [one.whistle_no for one in found.items])
    items = [one.model_copy(update=_named(rows[one.whistle_no])) for one in found.items]
    return found.model_copy(update={"items": items})


def _named(rows: Sequence[Row[Any]]) -> dict[str, list[UnitCode]]:
    excused = [UnitCode(row.unit) for row in rows if row.is_excused]
    return {"units": [UnitCode(row.unit) for row in rows], "excused": excused}


def _is_seen(reader: SeenBy) -> ColumnElement[bool]:
    calls = select(whistle_units.c.unit).where(
        whistle_units.c.whistle_no == whistles.c.whistle_no, whistle_units.c.unit == reader.unit
    )
    return or_(
        whistles.c.street == reader.unit,
        whistles.c.proposing_unit == reader.unit,
        whistles.c.district == (reader.district or ""),
        whistles.c.blown_at.is_not(None) & calls.exists(),
    )


def _units_of(
    connection: Connection, numbers: Sequence[WhistleNo]
) -> defaultdict[WhistleNo, list[Row[Any]]]:
    of_these = select(whistle_units).where(whistle_units.c.whistle_no.in_(numbers))
    found = defaultdict[WhistleNo, list[Row[Any]]](list)
    for row in connection.execute(of_these.order_by(whistle_units.c.place)):
        found[row.whistle_no].append(row)
    return found


def _line(row: Row[Any]) -> WhistleItem:
    return WhistleItem.model_validate({**row._asdict(), "units": [], "excused": []})
