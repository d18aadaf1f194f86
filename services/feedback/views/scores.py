"""What scores are made of: counts per unit and day, and the call-backs and ends behind every count.

Days are those of Asia/Shanghai: of completion for a call-back, of dispatch or re-dispatch for the
volume (受理量), of the order for an ordered end. Dispatch owns the last two. Scores themselves are
computed on reading.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)

from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events.dispatch import CaseDispatched, CaseRedispatched, EndOrdered
from contracts.events.feedback import CallbackCompleted
from contracts.ids import CallbackNo, CaseNo, UnitCode
from contracts.instant import SHANGHAI, format_instant
from contracts.scoring import Counts
from contracts.values import Satisfaction
from services.feedback.domain.ranking import Tally

_COUNTS = ("valid", "contacted", "resolved", "satisfied", "basically_satisfied")
_ADDED = ("volume", *_COUNTS, "ordered")
_tables = MetaData()

unit_days = Table(
    "unit_days",
    _tables,
    Column("unit", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("volume", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in _COUNTS),
    Column("ordered", Integer, nullable=False),
    Index("unit_days_by_day", "day"),
)

counted_callbacks = Table(
    "counted_callbacks",
    _tables,
    Column("callback_no", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("unit", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("completed_at", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in _COUNTS),
    Column("satisfaction", Text),
    Index("counted_by_unit", "unit", "completed_at", "callback_no"),
)

ordered_ends = Table(
    "ordered_ends",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("ordered_at", Text, nullable=False),
    Index("ordered_ends_by_unit", "unit", "ordered_at", "case_no"),
)

_GROW = (
    update(unit_days)
    .where(unit_days.c.unit == bindparam("of_unit"), unit_days.c.day == bindparam("on_day"))
    .values({name: unit_days.c[name] + bindparam(f"more_{name}") for name in _ADDED})
)
"""Built once: building it for every answer costs more than running it."""


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included; None is open on that side."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """Give the conditions on a column of ISO days."""
        after = [] if self.first is None else [day >= self.first.isoformat()]
        before = [] if self.last is None else [day <= self.last.isoformat()]
        return after + before


class CountedCallback(BaseModel):
    """One call-back behind a unit's counts: 1 in each count that it adds to."""

    callback_no: CallbackNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    day: str
    completed_at: str
    valid: int
    contacted: int
    resolved: int
    satisfied: int
    basically_satisfied: int
    satisfaction: Satisfaction | None


class OrderedEnd(BaseModel):
    """One case behind a unit's count of ordered ends."""

    case_no: CaseNo
    unit: UnitCode
    day: str
    ordered_at: str


def _count_case(connection: Connection, event: CaseDispatched) -> None:
    _add(connection, event.unit, _day(event.dispatched_at), {"volume": 1})


def _count_case_again(connection: Connection, event: CaseRedispatched) -> None:
    _add(connection, event.unit, _day(event.redispatched_at), {"volume": 1})


def _count_ordered_end(connection: Connection, event: EndOrdered) -> None:
    day = _day(event.ordered_at)
    row = {
        "case_no": event.case_no,
        "unit": event.unit,
        "day": day,
        "ordered_at": format_instant(event.ordered_at),
    }
    connection.execute(insert(ordered_ends), row)
    _add(connection, event.unit, day, {"ordered": 1})


def _count_answers(connection: Connection, event: CallbackCompleted) -> None:
    answers, day = event.answers, _day(event.completed_at)
    satisfaction = answers and answers.satisfaction
    counts = {
        "valid": int(answers is not None),
        "contacted": int(answers is not None and answers.contacted),
        "resolved": int(answers is not None and answers.resolved),
        "satisfied": int(satisfaction == "satisfied"),
        "basically_satisfied": int(satisfaction == "basically_satisfied"),
    }
    row = {
        "callback_no": event.callback_no,
        "case_no": event.case_no,
        "round": event.round,
        "unit": event.unit,
        "day": day,
        "completed_at": format_instant(event.completed_at),
        "satisfaction": satisfaction,
        **counts,
    }
    connection.execute(insert(counted_callbacks), row)
    _add(connection, event.unit, day, counts)


def _day(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat()


def _add(connection: Connection, unit: UnitCode, day: str, more: dict[str, int]) -> None:
    """Add to the counts of a unit's day; its row begins at zero."""
    added = {**dict.fromkeys(_ADDED, 0), **more}
    grown = {f"more_{name}": value for name, value in added.items()}
    if not connection.execute(_GROW, {"of_unit": unit, "on_day": day, **grown}).rowcount:
        connection.execute(insert(unit_days), {"unit": unit, "day": day, **added})


SCORES = View(
    name="scores",
    tables=_tables,
    revision=2,
    on={
        CaseDispatched: _count_case,
        CaseRedispatched: _count_case_again,
        EndOrdered: _count_ordered_end,
        CallbackCompleted: _count_answers,
    },
)


def count_by_unit(connection: Connection, period: Period) -> dict[str, Tally]:
    """Add up the days of a period for every unit that has any."""
    sums = [func.sum(unit_days.c[name]).label(name) for name in _ADDED]
    query = select(unit_days.c.unit, *sums).where(*period.holds(unit_days.c.day))
    return {
        row.unit: Tally(
            volume=row.volume,
            counts=Counts.model_validate(
                {name: getattr(row, name) for name in Counts.model_fields}
            ),
        )
        for row in connection.execute(query.group_by(unit_days.c.unit))
    }


def list_counted(
    connection: Connection, unit: UnitCode, period: Period, after: str | None, limit: int
) -> Page[CountedCallback]:
    """List the call-backs behind a unit's counts in order of completion.

    Adding up a column of the whole list gives the count of that name. Those that never reached
    anybody are in it with zeros. Raises: CursorUnreadable.
    """
    table = counted_callbacks
    query = select(table).where(table.c.unit == unit, *period.holds(table.c.day))
    order = (table.c.completed_at, table.c.callback_no)
    return page(connection, query, order, after, limit, _counted)


def _counted(row: Row[Any]) -> CountedCallback:
    return CountedCallback.model_validate(row._asdict())


def list_ordered(
    connection: Connection, unit: UnitCode, period: Period, after: str | None, limit: int
) -> Page[OrderedEnd]:
    """List the cases behind a unit's count of ordered ends in their order.

    Raises: CursorUnreadable.
    """
    table = ordered_ends
    query = select(table).where(table.c.unit == unit, *period.holds(table.c.day))
    order = (table.c.ordered_at, table.c.case_no)
    return page(connection, query, order, after, limit, _ordered)


def _ordered(row: Row[Any]) -> OrderedEnd:
    return OrderedEnd.model_validate(row._asdict())
