"""How many readers have gone beyond what they may read today, for those who watch over a service.

It is measured in the database, so it survives a restart and ends with the day.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from chassis.heartbeat import Problem
from chassis.observability.metrics import Gauge
from chassis.readings.noting import budget_scope
from chassis.readings.reading import Budgets
from chassis.store.tables import sequences

__all__ = ["BudgetWatch"]

_BEYOND = (
    select(func.count())
    .select_from(sequences)
    .where(sequences.c.scope >= bindparam("first"), sequences.c.scope < bindparam("behind"))
    .where(sequences.c.last > bindparam("most"))
)


class BudgetWatch:
    """Counts readers who were refused a reading because their budget of the day is used up."""

    def __init__(self, budgets: Budgets) -> None:
        self._most = {"contacts": budgets.contacts, "texts": budgets.texts}
        self._seen: dict[str, tuple[int, datetime, datetime]] = {}
        """By budget: how many readers, since when, and when this was measured."""

    def look(self, connection: Connection, now: datetime) -> None:
        """Measure."""
        for name, most in self._most.items():
            first = budget_scope(name, now)
            # Every counter of the day begins with `first`, which ends in a slash; 0 comes after it.
            behind = f"{first[:-1]}0"
            values = {"first": first, "behind": behind, "most": most}
            count: int = connection.execute(_BEYOND, values).scalar_one()
            if not count:
                self._seen.pop(name, None)
                continue
            _count, since, _now = self._seen.get(name, (0, now, now))
            self._seen[name] = (count, since, now)

    def problems(self) -> Iterator[Problem]:
        """Say which budgets were used up; it names nobody."""
        for name, (count, since, now) in self._seen.items():
            what = f"{count} readers have used up the {name} that they may read today"
            do = (
                "see who by `whistle readings --refused` and ask them why; if it is right, raise"
                f" WHISTLE_{name.upper()}_PER_DAY"
            )
            yield Problem("readings", (now - since).total_seconds(), what, do)

    def gauges(self) -> Iterator[Gauge]:
        """Give the same as numbers."""
        counts = [(name, float(self._seen.get(name, (0,))[0])) for name in self._most]
        about = "Readers who were refused more today."
        yield "whistle_readers_over_budget", about, "budget", counts
