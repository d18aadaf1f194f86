"""双考核 (art. 33): what streets do with their whistles, and how called units answer them.

Rows of a whistle come from dispatch, misses and absences from enforcement. Days are those of
Asia/Shanghai, each of its own event: a whistle is blown in one period and settled in another.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    func,
    select,
)

from chassis.store.rows import put, upsert
from chassis.unit_of_work.definition import View
from contracts.events.dispatch import (
    WhistleBlown,
    WhistleCancelled,
    WhistleSettled,
    WhistleUnitExcused,
)
from contracts.events.enforcement import (
    ContestRuled,
    UnitAcknowledgementMissed,
    UnitNamedAbsent,
    UnitReportMissed,
)
from contracts.ids import OperationNo, UnitCode
from contracts.instant import SHANGHAI
from services.feedback.domain.whistle_marks import FIGURES, Marks, StreetWhistles
from services.feedback.views.scores import Period

Lapse = Literal["acknowledgement", "report", "absent"]
"""签哨超时, 未按时报到, 认定未报到."""

_tables = MetaData()

street_whistles = Table(
    "street_whistles",
    _tables,
    Column("whistle_no", Text, primary_key=True),
    Column("street", Text, index=True),
    Column("blown_on", Text),
    Column("settled_on", Text),
    Column("cancelled_on", Text),
)
"""A whistle that was never blown has no street and counts nowhere."""

unit_ratings = Table(
    "unit_ratings",
    _tables,
    Column("whistle_no", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("day", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in FIGURES),
)

unit_lapses = Table(
    "unit_lapses",
    _tables,
    Column("operation_no", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("lapse", Text, primary_key=True),
    Column("day", Text, nullable=False),
)


def _blow(connection: Connection, event: WhistleBlown) -> None:
    blown = {"street": event.street, "blown_on": _day(event.blown_at)}
    put(connection, street_whistles, {"whistle_no": event.whistle_no}, **blown)


def _cancel(connection: Connection, event: WhistleCancelled) -> None:
    day = _day(event.cancelled_at)
    put(connection, street_whistles, {"whistle_no": event.whistle_no}, cancelled_on=day)


def _settle(connection: Connection, event: WhistleSettled) -> None:
    day = _day(event.settled_at)
    put(connection, street_whistles, {"whistle_no": event.whistle_no}, settled_on=day)
    rows = [
        {
            "whistle_no": event.whistle_no,
            "unit": rating.unit,
            "day": day,
            **{name: getattr(rating, name) for name in FIGURES},
        }
        for rating in event.ratings
    ]
    upsert(connection, unit_ratings, rows)


def _miss_acknowledgement(connection: Connection, event: UnitAcknowledgementMissed) -> None:
    if event.counts:
        _lapse(connection, event.operation_no, event.unit, "acknowledgement", event.due_at)


def _miss_report(connection: Connection, event: UnitReportMissed) -> None:
    if event.counts:
        _lapse(connection, event.operation_no, event.unit, "report", event.due_at)


def _name_absent(connection: Connection, event: UnitNamedAbsent) -> None:
    _lapse(connection, event.operation_no, event.unit, "absent", event.named_at)


def _lapse(
    connection: Connection, operation_no: OperationNo, unit: UnitCode, lapse: Lapse, at: datetime
) -> None:
    row = {"operation_no": operation_no, "unit": unit, "lapse": lapse, "day": _day(at)}
    upsert(connection, unit_lapses, [row])


def _void(connection: Connection, event: ContestRuled) -> None:
    """Count nothing against a unit that had no part in it: its contest was upheld (异议成立)."""
    if event.outcome == "upheld":
        is_its = (unit_lapses.c.operation_no == event.operation_no) & (
            unit_lapses.c.unit == event.unit
        )
        connection.execute(delete(unit_lapses).where(is_its))


def _excuse(connection: Connection, event: WhistleUnitExcused) -> None:
    """Rate nobody who had no part in it, where the ruling came after the settlement."""
    is_its = (unit_ratings.c.whistle_no == event.whistle_no) & (unit_ratings.c.unit == event.unit)
    connection.execute(delete(unit_ratings).where(is_its))


def _day(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat()


WHISTLE_SCORES = View(
    name="whistle_scores",
    tables=_tables,
    revision=2,
    on={
        WhistleBlown: _blow,
        WhistleCancelled: _cancel,
        WhistleSettled: _settle,
        WhistleUnitExcused: _excuse,
        UnitAcknowledgementMissed: _miss_acknowledgement,
        UnitReportMissed: _miss_report,
        UnitNamedAbsent: _name_absent,
        ContestRuled: _void,
    },
)


def marks_by_unit(connection: Connection, period: Period) -> dict[str, Marks]:
    """Add up the ratings and lapses of a period for every unit that has any."""
    sums = [func.sum(unit_ratings.c[name]).label(name) for name in FIGURES]
    rated = select(unit_ratings.c.unit, func.count().label("rated"), *sums)
    rated = rated.where(*period.holds(unit_ratings.c.day)).group_by(unit_ratings.c.unit)
    lapses = select(unit_lapses.c.unit, unit_lapses.c.lapse, func.count().label("lapses"))
    lapses = lapses.where(*period.holds(unit_lapses.c.day))
    lapsed: dict[str, dict[str, int]] = {}
    for row in connection.execute(lapses.group_by(unit_lapses.c.unit, unit_lapses.c.lapse)):
        lapsed.setdefault(row.unit, {})[row.lapse] = row.lapses
    given = {row.unit: row for row in connection.execute(rated)}
    return {
        unit: Marks(
            rated=given[unit].rated if unit in given else 0,
            sums={name: getattr(given[unit], name) for name in FIGURES} if unit in given else {},
            acknowledgements_missed=lapsed.get(unit, {}).get("acknowledgement", 0),
            reports_missed=lapsed.get(unit, {}).get("report", 0),
            absences=lapsed.get(unit, {}).get("absent", 0),
        )
        for unit in sorted({*given, *lapsed})
    }


def whistles_by_street(connection: Connection, period: Period) -> dict[str, StreetWhistles]:
    """Count the whistles of a period for every street that blew any."""
    counted: dict[str, dict[str, int]] = {}
    for step in ("blown", "settled", "cancelled"):
        day = street_whistles.c[f"{step}_on"]
        query = select(street_whistles.c.street, func.count().label("whistles"))
        query = query.where(street_whistles.c.street.is_not(None), day.is_not(None))
        query = query.where(*period.holds(day)).group_by(street_whistles.c.street)
        for row in connection.execute(query):
            counted.setdefault(row.street, {})[step] = row.whistles
    return {
        street: StreetWhistles(
            blown=steps.get("blown", 0),
            settled=steps.get("settled", 0),
            cancelled=steps.get("cancelled", 0),
        )
        for street, steps in sorted(counted.items())
    }
