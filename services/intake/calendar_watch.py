"""Warns before the table of working days ends, while there is time to publish the next year."""

from collections.abc import Iterator
from datetime import datetime

import structlog

from chassis.heartbeat import Problem
from contracts.catalogue import Catalogue, UnknownVersion
from contracts.instant import SHANGHAI

__all__ = ["CalendarWatch"]

log = structlog.get_logger(__name__)


class CalendarWatch:
    """Sees whether the calendar in force still holds the days that deadlines run into."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._missing: tuple[int, datetime, datetime] | None = None
        """The year, since when it has been missed, and when this was seen last."""

    def look(self, _connection: object, now: datetime) -> None:
        """Look at the version in force today."""
        year = self._missing_year(now)
        if year is None:
            self._missing = None
            return
        if self._missing is None or self._missing[0] != year:
            log.warning("calendar_ends", year=year)
            self._missing = (year, now, now)
        self._missing = (year, self._missing[1], now)

    def problems(self) -> Iterator[Problem]:
        """Say which year is missing."""
        if self._missing is not None:
            year, since, now = self._missing
            what = f"the catalogue has no working days of {year}; deadlines in it are provisional"
            do = f"publish a version with the notice of {year}: `whistle catalogue publish`"
            yield Problem("calendar", (now - since).total_seconds(), what, do)

    def _missing_year(self, now: datetime) -> int | None:
        today = now.astimezone(SHANGHAI).date()
        try:
            return self._catalogue.current(today).calendar.missing_year(today)
        except UnknownVersion:
            return None
