"""The register of whistles (哨单台账): each with its units and how far it has come."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    Update,
    select,
    update,
)

from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events import dispatch
from contracts.ids import CaseNo, UnitCode, WhistleNo
from contracts.instant import format_instant
from contracts.values import WhistleKind
from services.dispatch.domain.whistle.state import (
    Approved,
    Blown,
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
    Column("kind", Text, nullable=False),
    Column("units", Text, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("late_count", Integer, nullable=False),
    Column("proposed_at", Text, nullable=False),
    Column("blown_at", Text),
)


@dataclass(frozen=True, slots=True)
class WhistleFilter:
    """What a list may be narrowed to; empty means all."""

    status: str | None = None
    street: UnitCode | None = None
    case_no: CaseNo | None = None


class WhistleItem(BaseModel):
    """One line of the register; the lead unit comes first."""

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    kind: WhistleKind
    units: list[UnitCode]
    status: WhistleStage
    late_count: int
    proposed_at: str
    blown_at: str | None


def _proposed(connection: Connection, event: dispatch.WhistleProposed) -> None:
    lead_first = sorted(event.units, key=lambda summoned: summoned.role != "lead")
    row = {
        "whistle_no": event.whistle_no,
        "case_no": event.case_no,
        "round": event.round,
        "street": event.street,
        "kind": event.kind,
        "units": ",".join(summoned.unit for summoned in lead_first),
        "status": Proposed.stage,
        "late_count": 0,
        "proposed_at": format_instant(event.proposed_at),
    }
    connection.execute(whistles.insert().values(row))


def _approved(connection: Connection, event: dispatch.WhistleApproved) -> None:
    connection.execute(_row(event.whistle_no).values(status=Approved.stage))


def _refused(connection: Connection, event: dispatch.WhistleRefused) -> None:
    connection.execute(_row(event.whistle_no).values(status=Refused.stage))


def _blown(connection: Connection, event: dispatch.WhistleBlown) -> None:
    blown_at = format_instant(event.blown_at)
    connection.execute(_row(event.whistle_no).values(status=Blown.stage, blown_at=blown_at))


def _escalated(connection: Connection, event: dispatch.WhistleEscalated) -> None:
    connection.execute(_row(event.whistle_no).values(late_count=whistles.c.late_count + 1))


def _concluded(connection: Connection, event: dispatch.WhistleConcluded) -> None:
    connection.execute(_row(event.whistle_no).values(status=Concluded.stage))


def _settled(connection: Connection, event: dispatch.WhistleSettled) -> None:
    connection.execute(_row(event.whistle_no).values(status=Settled.stage))


WHISTLES = View(
    name="whistles",
    tables=_tables,
    revision=1,
    on={
        dispatch.WhistleProposed: _proposed,
        dispatch.WhistleApproved: _approved,
        dispatch.WhistleRefused: _refused,
        dispatch.WhistleBlown: _blown,
        dispatch.WhistleEscalated: _escalated,
        dispatch.WhistleConcluded: _concluded,
        dispatch.WhistleSettled: _settled,
    },
)


def _row(whistle_no: WhistleNo) -> Update:
    return update(whistles).where(whistles.c.whistle_no == whistle_no)


def list_whistles(
    connection: Connection, wanted: WhistleFilter, after: str | None, limit: int
) -> Page[WhistleItem]:
    """List whistles in order of their numbers. Raises: CursorUnreadable."""
    query = select(whistles)
    for column in ("status", "street", "case_no"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(whistles.c[column] == value)
    return page(connection, query, (whistles.c.whistle_no,), after, limit, _item)


def _item(row: Row[Any]) -> WhistleItem:
    return WhistleItem.model_validate({**row._asdict(), "units": row.units.split(",")})
