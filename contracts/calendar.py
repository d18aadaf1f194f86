"""Time limits, working days, and the deadline that follows from them, with its arithmetic.

A deadline is computed once and stored. A year whose calendar is not published yet gives a
provisional deadline, because accepting a complaint never fails for a missing calendar. What moves a
deadline afterwards, always by an event, stands in `contracts/moved_deadline.py`.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field

from contracts.instant import SHANGHAI, Instant
from contracts.working_time import (
    Calendar,
    DayCount,
    after_workdays,
    after_worked,
    close_of_workday,
    days,
    opened,
    worked_between,
)

__all__ = [
    "Calendar",
    "DayCount",
    "Deadline",
    "DeadlineV1",
    "Limit",
    "TimeUnit",
    "compute",
    "explain",
    "with_warning",
]

TimeUnit = Literal["minute", "hour", "work_hour", "workday", "day"]
"""分钟, 小时, 工作时, 工作日, 日. A 工作时 counts only while offices are open; a 日 is 24 hours."""

_ONE_DAY = timedelta(days=1)
_WARN_TENTHS = 7
_WORKING = {"work_hour", "workday"}
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
    """From here on the lamp is yellow (临期): seven tenths of the time, by default, are used."""
    counting: DayCount

    @property
    def in_working_time(self) -> bool:
        """Say whether the clock stands still while offices are closed."""
        return self.limit.unit in _WORKING and not self.around_the_clock


def with_warning(old: DeadlineV1) -> Deadline:
    """Give a deadline of the first versions its warning: seven tenths of the elapsed time."""
    warn_at = old.started_at + (old.due_at - old.started_at) * _WARN_TENTHS / 10
    return Deadline(**dict(old), warn_at=warn_at, counting="same_clock_time")


def compute(  # noqa: PLR0913  # eight keyword facts, all kept in the deadline
    *,
    milestone: str,
    round: int,  # noqa: A002  # the word of every event: a reopened case is in its next round
    rule: str,
    start: datetime,
    limit: Limit,
    calendar: Calendar,
    around_the_clock: bool = False,
    yellow_at_per_cent: int = 70,
) -> Deadline:
    """Compute when `limit`, running from the aware moment `start`, is over.

    Minutes, hours and days are elapsed time. Working hours and working days are working time: they
    run only while offices are open, a start outside these hours counts from the next opening, and
    nothing is due outside them. How a limit of n working days ends is the calendar's `counting`:
    at the start's time of day on the n-th working day after, or at the close of that day
    (民法典 art. 201, 203: the day of the start is not counted, whatever day it is).
    `around_the_clock` serves those who work day and night (water, power, gas, heat:
    北京市接诉即办工作条例 article 19): for them a working day is 24 hours, a working hour an hour.

    The lamp is yellow once `yellow_at_per_cent` (1 to 100) of the time is used, counted in the
    limit's own kind of time: a lamp of a limit in working time changes while offices are open.

    Raises: OverflowError when the due moment lies beyond the year 9999.
    """
    local_start = start.astimezone(SHANGHAI).replace(tzinfo=None)
    in_working_time = limit.unit in _WORKING and not around_the_clock
    if in_working_time:
        due = _due_in_working_time(local_start, limit, calendar)
        used = worked_between(local_start, due, calendar) * yellow_at_per_cent // 100
        warn = after_worked(local_start, used, calendar)
    else:
        due = local_start + limit.amount * _ELAPSED[limit.unit]
        warn = local_start + (due - local_start) * yellow_at_per_cent // 100
    passed = days(local_start.date(), due.date()) if in_working_time else []
    return Deadline(
        milestone=milestone,
        round=round,
        rule=rule,
        started_at=start,
        limit=limit,
        around_the_clock=around_the_clock,
        due_at=due.replace(tzinfo=SHANGHAI),
        calendar=calendar.version,
        skipped=tuple(day for day in passed if not calendar.is_workday(day)),
        provisional=not all(map(calendar.publishes, {day.year for day in passed})),
        warn_at=warn.replace(tzinfo=SHANGHAI),
        counting=calendar.counting,
    )


def _due_in_working_time(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    if limit.unit == "work_hour":
        return after_worked(start, timedelta(hours=limit.amount), calendar)
    if calendar.counting == "close_of_business":
        return close_of_workday(after_workdays(start, limit.amount, calendar), calendar)
    return after_workdays(opened(start, calendar), limit.amount, calendar)


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
