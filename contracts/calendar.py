"""Time limits, working days, and the deadline that follows from them, with its arithmetic.

A deadline is computed once and stored; it is never computed again from a later calendar. A year
whose calendar is not published yet gives a provisional deadline, because accepting a complaint
never fails for a missing calendar.
"""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self, assert_never

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.instant import SHANGHAI, Instant

__all__ = [
    "Calendar",
    "DayCount",
    "Deadline",
    "DeadlineV1",
    "Limit",
    "Segment",
    "TimeUnit",
    "compute",
    "explain",
    "with_warning",
]

TimeUnit = Literal["minute", "hour", "work_hour", "workday", "day"]
"""分钟, 小时, 工作时, 工作日, 日. A 工作时 counts only while offices are open; a 日 is 24 hours."""

DayCount = Literal["same_clock_time", "close_of_business"]
"""How a limit of n working days ends: at the start's own time of day on the n-th working day, or at
the close of it, the first day not counted (民法典 art. 201, 203)."""

Segment = tuple[time, time]
"""Opening and closing time of a part of a working day, local time."""

_ONE_DAY = timedelta(days=1)
_WARN_TENTHS = 7
_MIDNIGHT = time(0)
_SATURDAY = 5
_ELAPSED = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": _ONE_DAY,
    "work_hour": timedelta(hours=1),
    "workday": _ONE_DAY,
}
_ZH_UNIT = {
    "minute": "分钟",
    "hour": "小时",
    "work_hour": "个工作时",
    "workday": "个工作日",
    "day": "日",
}
_EN_UNIT = {
    "minute": "minute",
    "hour": "hour",
    "work_hour": "working hour",
    "workday": "working day",
    "day": "day",
}


class Limit(BaseModel):
    """How long something may take: an amount of one unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[int, Field(ge=1, le=10_000)]
    unit: TimeUnit

    def scaled(self, per_cent: int) -> "Limit":
        """Give so many per cent of it, 1 to 100: of its own unit, rounded up, at least one."""
        return Limit(amount=max(1, -(-self.amount * per_cent // 100)), unit=self.unit)


class Calendar(BaseModel):
    """Which days are worked, and when offices are open, in Asia/Shanghai.

    `holidays` are weekdays off, `makeup_days` weekend days worked (调休). In a year that is not
    published, weekends only are off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    source: str
    years: tuple[int, ...]
    holidays: frozenset[date]
    makeup_days: frozenset[date]
    segments: tuple[Segment, ...] = ((time(9), time(12)), (time(13), time(18)))

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

    def is_workday(self, day: date) -> bool:
        """Say whether offices work on a local date."""
        if day.weekday() >= _SATURDAY:
            return day in self.makeup_days
        return day not in self.holidays


class DeadlineV1(BaseModel):
    """A deadline as events of the first versions hold it: without its warning and day count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    milestone: str
    round: Annotated[int, Field(ge=1)]
    rule: str
    started_at: Instant
    limit: Limit
    around_the_clock: bool
    due_at: Instant
    calendar: str
    skipped: tuple[date, ...]
    provisional: bool
    """Some year between start and due had no published calendar: weekends only were off in it."""


class Deadline(DeadlineV1):
    """A moment by which something is due, and how it was reached.

    `rule` names the limit in the catalogue, `calendar` the version of the working-day table.
    `skipped` are the days off that a limit in working time passed over, first to last.
    """

    warn_at: Instant
    """From here on the lamp is yellow (临期): seven tenths of the time are used."""
    counting: DayCount


def with_warning(old: DeadlineV1) -> Deadline:
    """Give a deadline of the first versions its warning: seven tenths of the elapsed time."""
    warn_at = old.started_at + (old.due_at - old.started_at) * _WARN_TENTHS / 10
    return Deadline(**dict(old), warn_at=warn_at, counting="same_clock_time")


def compute(  # noqa: PLR0913  # seven keyword facts, all kept in the deadline
    *,
    milestone: str,
    round: int,  # noqa: A002  # the word of every event: a reopened case is in its next round
    rule: str,
    start: datetime,
    limit: Limit,
    calendar: Calendar,
    around_the_clock: bool = False,
) -> Deadline:
    """Compute when `limit`, running from the aware moment `start`, is over.

    Minutes, hours and days are elapsed time. Working hours run only while offices are open. A
    limit of n working days ends at the same clock time on the n-th working day after the start's;
    a start on a day off counts from the midnight that opens the next working day, which keeps a
    later start from ever being due earlier. `around_the_clock` serves those who work day and
    night (water, power, gas, heat: 北京市接诉即办工作条例 article 19): for them a working day is
    24 hours and a working hour an hour.

    Raises: OverflowError when the due moment lies beyond the year 9999.
    """
    local_start = start.astimezone(SHANGHAI).replace(tzinfo=None)
    in_working_time = limit.unit in {"work_hour", "workday"} and not around_the_clock
    if not in_working_time:
        local_due = local_start + limit.amount * _ELAPSED[limit.unit]
    elif limit.unit == "workday":
        local_due = _after_workdays(local_start, limit.amount, calendar)
    else:
        local_due = _after_work_hours(local_start, timedelta(hours=limit.amount), calendar)
    days = _days(local_start.date(), local_due.date()) if in_working_time else []
    return Deadline(
        milestone=milestone,
        round=round,
        rule=rule,
        started_at=start,
        limit=limit,
        around_the_clock=around_the_clock,
        due_at=local_due.replace(tzinfo=SHANGHAI),
        calendar=calendar.version,
        skipped=tuple(day for day in days if not calendar.is_workday(day)),
        provisional=not all(calendar.publishes(year) for year in {day.year for day in days}),
        warn_at=start + (local_due - local_start) * _WARN_TENTHS / 10,
        counting="same_clock_time",
    )


def _after_workdays(start: datetime, amount: int, calendar: Calendar) -> datetime:
    if not calendar.is_workday(start.date()):
        start = datetime.combine(_next_workday(start.date(), calendar), _MIDNIGHT)
    day = start.date()
    for _ in range(amount):
        day = _next_workday(day, calendar)
    return datetime.combine(day, start.time())


def _after_work_hours(start: datetime, left: timedelta, calendar: Calendar) -> datetime:
    spans = [tuple(map(_since_midnight, segment)) for segment in calendar.segments]
    day, clock = start.date(), _since_midnight(start.time())
    if not calendar.is_workday(day):
        day, clock = _next_workday(day, calendar), timedelta()
    while True:
        for opening, closing in spans:
            begin = max(clock, opening)
            if begin >= closing:
                continue
            if begin + left <= closing:
                return datetime.combine(day, _MIDNIGHT) + begin + left
            left -= closing - begin
        day, clock = _next_workday(day, calendar), timedelta()


def _next_workday(day: date, calendar: Calendar) -> date:
    day += _ONE_DAY
    while not calendar.is_workday(day):
        day += _ONE_DAY
    return day


def _since_midnight(clock: time) -> timedelta:
    return datetime.combine(date.min, clock) - datetime.combine(date.min, _MIDNIGHT)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def explain(deadline: Deadline, language: Literal["zh", "en"] = "zh") -> str:
    """Write the arithmetic of a deadline as one sentence, in local time."""
    start, due = _clock(deadline.started_at), _clock(deadline.due_at)
    years = "～".join(sorted({start[:4], due[:4]}))
    within_one_year = start[:4] == due[:4]
    amount, unit = deadline.limit.amount, deadline.limit.unit
    match language:
        case "zh":
            nonstop = "（全天候）" if deadline.around_the_clock else ""
            skipped = f"；跳过 {_spans_of(deadline.skipped, '、')}" if deadline.skipped else ""
            missing = "未公布" if within_one_year else "未全部公布"
            note = f"（临时：{years} 年日历{missing}）" if deadline.provisional else ""
            return f"{start} 起 {amount} {_ZH_UNIT[unit]}{nonstop}{skipped}；到期 {due}{note}"
        case "en":
            plural = "" if amount == 1 else "s"
            nonstop = " around the clock" if deadline.around_the_clock else ""
            skipped = f"; skips {_spans_of(deadline.skipped, ', ')}" if deadline.skipped else ""
            missing = "no" if within_one_year else "not every"
            note = f" (provisional: {missing} calendar of {years} is published)"
            note = note if deadline.provisional else ""
            return (
                f"{amount} {_EN_UNIT[unit]}{plural}{nonstop} from {start}{skipped}; due {due}{note}"
            )
        case _:
            assert_never(language)


def _clock(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _spans_of(days: tuple[date, ...], separator: str) -> str:
    """Write runs of consecutive days as `10-01～10-07`."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == _ONE_DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return separator.join(
        f"{run[0]:%m-%d}" if len(run) == 1 else f"{run[0]:%m-%d}～{run[-1]:%m-%d}" for run in runs
    )
