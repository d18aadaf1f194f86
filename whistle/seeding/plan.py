"""How many cases on which day, which of them by whistle, and which are still open.

The plan is the same in every process that writes a part of it: nothing in it is random.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from chassis.store.bulk import DeadlineRow, EventRow
from contracts.catalogue import CatalogueVersion, FileCatalogue
from contracts.catalogue.rows import STREET
from contracts.ids import UnitCode
from contracts.instant import SHANGHAI
from whistle.seeding.case_log import PLACEHOLDER, CaseLog, renumber
from whistle.seeding.histories import Place, write_closed, write_open, write_whistled

__all__ = ["CASES_MAX", "Plan"]

_DAYS_MAX = 90
_CASES_PER_DAY = 200
"""At least; the cases of a small seed are all of the last days."""
_VARIANT_COUNT = 4
_WHISTLE_EVERY = 20
_OPEN_EVERY = 50
CASES_MAX = 40_000_000
"""The open cases are all of one day, whose numbers have six digits."""


@dataclass
class Plan:
    """`count` cases up to a moment, at which the open ones were filed."""

    count: int
    until: datetime
    log_ids: dict[str, UUID]
    version: CatalogueVersion = field(init=False)

    def __post_init__(self) -> None:
        catalogue = FileCatalogue()
        self.version = catalogue.at(catalogue.versions()[-1])
        self._open = self.count // _OPEN_EVERY
        self._days = max(1, min(_DAYS_MAX, self.count // _CASES_PER_DAY))

    def days(self) -> Iterator[tuple[datetime, int, int]]:
        """Give each day's moment, and how many of its cases are closed and how many open."""
        closed = self.count - self._open
        for number in range(self._days):
            share = closed * (number + 1) // self._days - closed * number // self._days
            at = self.until - timedelta(days=self._days - number + 1)
            yield at, share, 0
        yield self.until, 0, self._open

    def numbers(self) -> list[tuple[str, int]]:
        """Give the last number of every day, as intake counts them."""
        return [
            (f"appeal/{_day(at)}", closed + still_open)
            for at, closed, still_open in self.days()
            if closed + still_open
        ]

    def rows(self, service: str) -> Iterator[EventRow]:
        """Give a service's whole log."""
        for log, number in self._cases():
            yield from renumber(log.rows[service], number)

    def versions(self, service: str) -> Iterator[tuple[str, int]]:
        """Give every stream of a service with its last version."""
        for log, number in self._cases():
            for stream, version in log.last_versions(service):
                yield stream.replace(PLACEHOLDER, number), version

    def deadlines(self) -> Iterator[DeadlineRow]:
        """Give the deadlines of the open cases."""
        at, _, still_open = list(self.days())[-1]
        due = [write_open(CaseLog(self.log_ids), place, at) for place in self._places(0)]
        for number in range(still_open):
            for stream, *rest in due[number % _VARIANT_COUNT]:
                no = f"{_day(at)}{number + 1:06d}"
                yield (stream.replace(PLACEHOLDER, no), *rest)  # type: ignore[misc]  # the rest unchanged

    def _cases(self) -> Iterator[tuple[CaseLog, str]]:
        """Give every case's events and number; the few histories of a day are written once."""
        for number, (at, closed, still_open) in enumerate(self.days()):
            alone, whistled, fresh = (self._logs(write, number, at) for write in _WRITERS)
            for one in range(closed):
                logs = alone if one % _WHISTLE_EVERY else whistled
                yield logs[one % _VARIANT_COUNT], f"{_day(at)}{one + 1:06d}"
            for one in range(still_open):
                yield fresh[one % _VARIANT_COUNT], f"{_day(at)}{one + 1:06d}"

    def _logs(self, write: "_Writer", day: int, at: datetime) -> list[CaseLog]:
        logs = [CaseLog(self.log_ids) for _ in range(_VARIANT_COUNT)]
        by_street = write is write_whistled
        for log, place in zip(logs, self._places(day, by_street=by_street), strict=True):
            write(log, place, at)
        return logs

    def _places(self, day: int, *, by_street: bool = False) -> list[Place]:
        """Choose streets and matters, others every day; `by_street`: what a street leads."""
        streets = self.version.streets()
        matters = [one for one in self.version.matters() if (one.lead == STREET) or not by_street]
        departments = [
            UnitCode(one.code) for one in self.version.units() if one.kind == "department"
        ]
        first = [day * _VARIANT_COUNT + number for number in range(_VARIANT_COUNT)]
        return [
            Place(
                self.version,
                UnitCode(streets[one % len(streets)].code),
                matters[one % len(matters)].code,
                (departments[one % len(departments)], departments[(one + 1) % len(departments)]),
            )
            for one in first
        ]


_Writer = Callable[[CaseLog, Place, datetime], object]
_WRITERS: tuple[_Writer, ...] = (write_closed, write_whistled, write_open)


def _day(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%y%m%d}"
