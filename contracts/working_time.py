"""Working days and office hours, and how far one comes in them: plain arithmetic in local time.

Every datetime here is naive and means Asia/Shanghai, which knows no summer time.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

__all__ = [
    "Calendar",
    "DayCount",
    "Segment",
    "after_workdays",
    "after_worked",
    "close_of_workday",
    "days",
    "opened",
    "worked_between",
]

DayCount = Literal["same_clock_time", "close_of_business"]
"""How a limit of n working days ends: at the start's own time of day on the n-th working day, or at
the close of it, the first day not counted (民法典 art. 201, 203)."""

Segment = tuple[time, time]
"""Opening and closing time of a part of a working day, local time."""

_ONE_DAY = timedelta(days=1)
_AHEAD = timedelta(days=60)
_MIDNIGHT = time(0)
_SATURDAY = 5
_FIXED_DAYS_OFF = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""元旦, 劳动节 and 国庆节, off without a notice (全国年节及纪念日放假办法, 2024)."""


class Calendar(BaseModel):
    """Which days are worked, and when offices are open, in Asia/Shanghai.

    `holidays` are weekdays off, `makeup_days` weekend days worked (调休). In a year that is not
    published, weekends and the statutory days off of a fixed date are off; the festivals of the
    moon and the days moved to them are not known, and a deadline in it is provisional.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    source: str
    years: tuple[int, ...]
    holidays: frozenset[date]
    makeup_days: frozenset[date]
    segments: tuple[Segment, ...] = ((time(9), time(12)), (time(13), time(18)))
    counting: DayCount = "same_clock_time"

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        times = [moment for segment in self.segments for moment in segment]
        if not times or any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("segments of a working day are in order, apart and not empty")
        for day in self.holidays | self.makeup_days:
            if not self.publishes(day.year):
                raise ValueError(f"{day} is listed, but {day.year} is not a published year")
            if (day.weekday() >= _SATURDAY) is (day in self.holidays):
                raise ValueError(f"{day}: holidays are weekdays off, make-up days weekend days")
        return self

    def publishes(self, year: int) -> bool:
        """Say whether the calendar holds the official arrangement of the year."""
        return year in self.years

    def missing_year(self, on: date) -> int | None:
        """Name the year that begins within 60 days of a date, or runs, without an arrangement.

        The State Council publishes a year about two months before it begins.
        """
        return next((one.year for one in (on, on + _AHEAD) if not self.publishes(one.year)), None)

    def is_workday(self, day: date) -> bool:
        """Say whether offices work on a local date."""
        if day.weekday() >= _SATURDAY:
            return day in self.makeup_days
        if day in self.holidays:
            return False
        return self.publishes(day.year) or (day.month, day.day) not in _FIXED_DAYS_OFF


def opened(moment: datetime, calendar: Calendar) -> datetime:
    """Give the moment itself while offices are open, and the next opening while they are not.

    At the minute of closing they are not open any more.
    """
    for opening, closing in _spans_from(moment, calendar):
        if moment < closing:
            return max(moment, opening)
    raise AssertionError  # pragma: no cover  # the spans never end


def after_workdays(start: datetime, amount: int, calendar: Calendar) -> datetime:
    """Give the same time of day on the n-th working day after the start's day.

    Raises: OverflowError beyond the year 9999.
    """
    day = start.date()
    for _ in range(amount):
        day = _next_workday(day, calendar)
    return datetime.combine(day, start.time())


def close_of_workday(moment: datetime, calendar: Calendar) -> datetime:
    """Give the closing time of the moment's day."""
    return datetime.combine(moment.date(), calendar.segments[-1][1])


def after_worked(start: datetime, left: timedelta, calendar: Calendar) -> datetime:
    """Give the moment at which offices have been open for `left` since the start.

    Never later than needed: time that ends with the day ends at its closing. `left` of zero gives
    the start or the next opening. Raises: OverflowError beyond the year 9999.
    """
    for opening, closing in _spans_from(start, calendar):
        begin = max(start, opening)
        if begin >= closing:
            continue
        if begin + left <= closing:
            return begin + left
        left -= closing - begin
    raise AssertionError  # pragma: no cover  # the spans never end


def worked_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Add up how long offices are open between two moments; zero when the end is not later."""
    total = timedelta()
    for opening, closing in _spans_from(start, calendar):
        if opening >= end:
            return total
        total += max(min(closing, end) - max(opening, start), timedelta())
    raise AssertionError  # pragma: no cover  # the spans never end


def days(first: date, last: date) -> list[date]:
    """List the days from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _spans_from(moment: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Give opening and closing of each part of each working day, from the moment's day on."""
    day = moment.date()
    if not calendar.is_workday(day):
        day = _next_workday(day, calendar)
    while True:
        for opening, closing in calendar.segments:
            yield datetime.combine(day, opening), datetime.combine(day, closing)
        day = _next_workday(day, calendar)


def _next_workday(day: date, calendar: Calendar) -> date:
    day += _ONE_DAY
    while not calendar.is_workday(day):
        day += _ONE_DAY
    return day
