"""What a district has to look at: units that did not come (升级), and cases copied to it (抄送).

街道办事处条例 art. 44: the district investigates and answers; 接诉即办工作条例 art. 12: it gets a
copy of what goes straight to a street.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    func,
    select,
    update,
)

from chassis.store.rows import put
from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events import dispatch
from contracts.ids import CaseNo, UnitCode, WhistleNo
from contracts.instant import format_instant

EscalationStatus = Literal["open", "missed", "answered"]
"""The district has yet to answer; it is late; it has answered."""
CopyStatus = Literal["open", "closed"]

_tables = MetaData()

escalations = Table(
    "escalations",
    _tables,
    Column("whistle_no", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("told_count", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("is_late", Boolean, nullable=False),
    Column("escalated_at", Text, nullable=False),
    Column("answer_due", Text),
    Column("answered_at", Text),
    Index("escalations_by_district", "district", "status", "escalated_at"),
)

copies = Table(
    "district_copies",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("district", Text, nullable=False),
    Column("copied_at", Text, nullable=False),
    Column("status", Text, nullable=False),
    Index("district_copies_by_district", "district", "status", "copied_at"),
)


@dataclass(frozen=True, slots=True)
class EscalationFilter:
    """What a list may be narrowed to; empty means all."""

    district: UnitCode | None = None
    status: EscalationStatus | None = None


class EscalationItem(BaseModel):
    """What the district was told about one unit of one whistle, as told last."""

    whistle_no: WhistleNo
    unit: UnitCode
    case_no: CaseNo
    district: UnitCode
    ground: Literal["not_reported", "absent", "asked"]
    told_count: int
    status: EscalationStatus
    is_late: bool
    """The time for an answer passed before there was one, this time or an earlier one."""
    escalated_at: str
    """When it was told last."""
    answer_due: str | None
    """None where no clock runs: the callers were erased, or it was told before there were any."""
    answered_at: str | None


class EscalationTotals(BaseModel):
    """How many escalations there are of each status."""

    open: int
    missed: int
    answered: int


class EscalationPage(Page[EscalationItem]):
    """One page, with the totals of the district whatever the status asked for."""

    totals: EscalationTotals


class CopyItem(BaseModel):
    """A case that went straight to a street of the district."""

    case_no: CaseNo
    district: UnitCode
    copied_at: str
    status: CopyStatus


def _escalated(connection: Connection, event: dispatch.WhistleEscalated) -> None:
    key = {"whistle_no": event.whistle_no, "unit": event.unit}
    is_it = (escalations.c.whistle_no == event.whistle_no) & (escalations.c.unit == event.unit)
    before = connection.execute(select(escalations).where(is_it)).one_or_none()
    is_open = before is not None and before.status == "open"
    due = format_instant(event.answer.due_at) if event.answer else None
    put(
        connection,
        escalations,
        key,
        case_no=event.case_no,
        district=event.district,
        ground=event.ground,
        told_count=before.told_count + 1 if before else 1,
        status="open",
        is_late=bool(before and before.is_late),
        escalated_at=format_instant(event.escalated_at),
        answer_due=before.answer_due if before and is_open and due is None else due,
        answered_at=None,
    )


def _answered(connection: Connection, event: dispatch.EscalationAnswered) -> None:
    key = {"whistle_no": event.whistle_no, "unit": event.unit}
    answered_at = format_instant(event.answered_at)
    put(connection, escalations, key, status="answered", answered_at=answered_at)


def _missed(connection: Connection, event: dispatch.EscalationAnswerMissed) -> None:
    key = {"whistle_no": event.whistle_no, "unit": event.unit}
    put(connection, escalations, key, status="missed", is_late=True)


def _copied(connection: Connection, event: dispatch.DistrictCopied) -> None:
    copied = {"district": event.district, "copied_at": format_instant(event.copied_at)}
    put(connection, copies, {"case_no": event.case_no}, **copied, status="open")


def _closed(connection: Connection, event: dispatch.CaseClosed) -> None:
    copied = update(copies).where(copies.c.case_no == event.case_no)
    connection.execute(copied.values(status="closed"))


ESCALATIONS = View(
    name="escalations",
    tables=_tables,
    revision=1,
    on={
        dispatch.WhistleEscalated: _escalated,
        dispatch.EscalationAnswered: _answered,
        dispatch.EscalationAnswerMissed: _missed,
        dispatch.DistrictCopied: _copied,
        dispatch.CaseClosed: _closed,
    },
)


def list_escalations(
    connection: Connection, wanted: EscalationFilter, after: str | None, limit: int
) -> EscalationPage:
    """List escalations, the one told first on top. Raises: CursorUnreadable."""
    query = select(escalations)
    counted = select(escalations.c.status, func.count()).group_by(escalations.c.status)
    if wanted.district is not None:
        of_district = escalations.c.district == wanted.district
        query, counted = query.where(of_district), counted.where(of_district)
    if wanted.status is not None:
        query = query.where(escalations.c.status == wanted.status)
    order = (escalations.c.escalated_at, escalations.c.whistle_no, escalations.c.unit)
    found = page(connection, query, order, after, limit, _escalation)
    by_status: dict[str, int] = {row[0]: row[1] for row in connection.execute(counted)}
    totals = {status: by_status.get(status, 0) for status in EscalationTotals.model_fields}
    return EscalationPage(**dict(found), totals=EscalationTotals(**totals))


def list_copies(
    connection: Connection,
    district: UnitCode | None,
    status: CopyStatus | None,
    after: str | None,
    limit: int,
) -> Page[CopyItem]:
    """List the cases copied to a district, or to all. Raises: CursorUnreadable."""
    query = select(copies)
    if district is not None:
        query = query.where(copies.c.district == district)
    if status is not None:
        query = query.where(copies.c.status == status)
    return page(connection, query, (copies.c.copied_at, copies.c.case_no), after, limit, _copy)


def _escalation(row: Row[Any]) -> EscalationItem:
    return EscalationItem.model_validate(row._asdict())


def _copy(row: Row[Any]) -> CopyItem:
    return CopyItem.model_validate(row._asdict())
