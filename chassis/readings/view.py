"""The list of readings, for auditors: by case, by person, by reader.

The same view in every service, over its own two events. An older event of a service may stand in
it too (`also`), by way of `add_row`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Column, Connection, Index, MetaData, Row, Table, Text, select

from chassis.store.rows import add
from chassis.unit_of_work.definition import Projector, View
from chassis.views.keyset import Page, page
from contracts.event import Event
from contracts.ids import CaseNo, SubjectId, UnitCode
from contracts.instant import format_instant
from contracts.readings import NotedReading, ReadingFacts, ReadingKind, RefusedReading

__all__ = [
    "ReadingFilter",
    "ReadingItem",
    "ReadingOutcome",
    "add_row",
    "list_readings",
    "readings_view",
]

ReadingOutcome = Literal["noted", "refused"]
"""查阅, 被拒."""

_tables = MetaData()

readings = Table(
    "readings",
    _tables,
    Column("reading_no", Text, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("code", Text),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("cases", Text, nullable=False),
    Column("subjects", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("reader", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("readings_by_time", "at", "reading_no"),
    Index("readings_by_reader", "reader", "at", "reading_no"),
    Index("readings_by_unit", "unit", "at", "reading_no"),
)

reading_concerns = Table(
    "reading_concerns",
    _tables,
    Column("concern", Text, primary_key=True),
    Column("reading_no", Text, primary_key=True),
)
"""`concern` is the number of a case or the id of a person; the two look different."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFilter:
    """What the list may be narrowed to; None means all."""

    case_no: CaseNo | None = None
    subject: SubjectId | None = None
    reader: str | None = None
    unit: UnitCode | None = None
    what: ReadingKind | None = None
    outcome: ReadingOutcome | None = None


class ReadingItem(BaseModel):
    """One reading, or one refusal; the reason and what was read stay in the vault."""

    reading_no: str
    outcome: ReadingOutcome
    code: str | None
    """Why it was refused."""
    what: ReadingKind
    about: str
    cases: list[CaseNo]
    subjects: list[SubjectId]
    fields: list[str]
    reader: str
    unit: UnitCode
    role: str
    at: str


def readings_view(
    noted: type[Event], refused: type[Event], also: Mapping[type[Event], Projector] | None = None
) -> View:
    """Make the view of a service from its two events (`contracts.readings`)."""
    on: dict[type[Event], Projector] = {noted: _noted, refused: _refused, **(also or {})}
    return View(name="readings", tables=_tables, revision=1, on=on)


def _noted(connection: Connection, event: NotedReading) -> None:
    add_row(connection, event, event.read_at, fields=event.fields)


def _refused(connection: Connection, event: RefusedReading) -> None:
    add_row(connection, event, event.refused_at, code=event.code)


def add_row(
    connection: Connection,
    facts: ReadingFacts,
    at: datetime,
    *,
    fields: Iterable[str] = (),
    code: str | None = None,
) -> None:
    """Add one reading; with a `code` it was refused."""
    row = {
        "reading_no": facts.reading_no,
        "outcome": "noted" if code is None else "refused",
        "code": code,
        "what": facts.what,
        "about": facts.about,
        "cases": ",".join(facts.cases),
        "subjects": ",".join(facts.subjects),
        "fields": ",".join(fields),
        "reader": facts.reader,
        "unit": facts.unit,
        "role": facts.role,
        "at": format_instant(at),
    }
    add(connection, readings, [row])
    concerns = sorted({*facts.cases, *facts.subjects})
    rows = [{"concern": one, "reading_no": facts.reading_no} for one in concerns]
    add(connection, reading_concerns, rows)


def list_readings(
    connection: Connection, wanted: ReadingFilter, after: str | None, limit: int
) -> Page[ReadingItem]:
    """List readings in the order of time. Raises: CursorUnreadable."""
    query = select(readings)
    for column in ("reader", "unit", "what", "outcome"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(readings.c[column] == value)
    for concern in (wanted.case_no, wanted.subject):
        if concern is not None:
            about = select(reading_concerns.c.reading_no).where(
                reading_concerns.c.concern == concern
            )
            query = query.where(readings.c.reading_no.in_(about))
    return page(connection, query, (readings.c.at, readings.c.reading_no), after, limit, _item)


def _item(row: Row[Any]) -> ReadingItem:
    lists = {name: _split(getattr(row, name)) for name in ("cases", "subjects", "fields")}
    return ReadingItem.model_validate({**row._asdict(), **lists})


def _split(text: str) -> list[str]:
    return text.split(",") if text else []
