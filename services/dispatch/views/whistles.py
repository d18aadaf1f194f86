"""The register of whistles (哨单台账): each with its units and how far it has come."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, select, update

from chassis.http.paging import page
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events import dispatch
from contracts.instant import format_instant

__all__ = ["WHISTLES", "WhistleFilter", "list_whistles"]

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

_STATUS: dict[type[Event], str] = {
    dispatch.WhistleApproved: "approved",
    dispatch.WhistleRefused: "refused",
    dispatch.WhistleBlown: "blown",
    dispatch.WhistleConcluded: "concluded",
    dispatch.WhistleSettled: "settled",
}


@dataclass(frozen=True, slots=True)
class WhistleFilter:
    """What a list may be narrowed to; empty means all."""

    status: str | None = None
    street: str | None = None
    case_no: str | None = None


class _Whistles:
    name = "whistles"
    tables = _tables
    reads = frozenset(
        {dispatch.WhistleProposed.wire, dispatch.WhistleEscalated.wire}
        | {event.wire for event in _STATUS}
    )

    def project(self, connection: Connection, event: Event, _envelope: Envelope) -> None:
        """Apply one event."""
        if isinstance(event, dispatch.WhistleProposed):
            connection.execute(whistles.insert().values(_new_row(event)))
            return
        changes: dict[str, Any] = {}
        if isinstance(event, dispatch.WhistleEscalated):
            changes["late_count"] = whistles.c.late_count + 1
        else:
            changes["status"] = _STATUS[type(event)]
        if isinstance(event, dispatch.WhistleBlown):
            changes["blown_at"] = format_instant(event.blown_at)
        row = whistles.c.whistle_no == getattr(event, "whistle_no", "")
        connection.execute(update(whistles).where(row).values(changes))


WHISTLES = _Whistles()


def _new_row(event: dispatch.WhistleProposed) -> dict[str, object]:
    lead_first = sorted(event.units, key=lambda summoned: summoned.role != "lead")
    return {
        "whistle_no": event.whistle_no,
        "case_no": event.case_no,
        "round": event.round,
        "street": event.street,
        "kind": event.kind,
        "units": ",".join(summoned.unit for summoned in lead_first),
        "status": "proposed",
        "late_count": 0,
        "proposed_at": format_instant(event.proposed_at),
    }


def list_whistles(
    connection: Connection, wanted: WhistleFilter, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], int, str | None]:
    """List whistles in order of their numbers: a page, the total, the next cursor."""
    query = select(whistles)
    for column in ("status", "street", "case_no"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(whistles.c[column] == value)
    rows, total, following = page(connection, query, (whistles.c.whistle_no,), after, limit)
    return [{**row._asdict(), "units": row.units.split(",")} for row in rows], total, following
