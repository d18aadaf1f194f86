"""What moves a deadline that was given, each time by an event: suspension, extension, a revision.

A clock counts in its own kind of time. That of a limit in working time runs while offices are
open, every other one runs day and night; a calendar moves only the former. All functions are pure.
"""

from datetime import UTC, datetime, timedelta

from contracts.calendar import Deadline, compute
from contracts.instant import SHANGHAI
from contracts.working_time import (
    Calendar,
    after_workdays,
    after_worked,
    close_of_workday,
    days,
    opened,
    worked_between,
)

__all__ = ["extend", "is_definite_now", "resume", "revise", "time_left"]

_SECOND = timedelta(seconds=1)


def time_left(deadline: Deadline, now: datetime, calendar: Calendar) -> int:
    """Say how many seconds of its own kind of time a clock still has; 0 when it is over.

    Rounded up, so that a clock that runs has at least one. `now` before the start counts as the
    start. `calendar` is the one that the deadline was given by.
    """
    now = max(now, deadline.started_at)
    if now >= deadline.due_at:
        return 0
    left = _between(deadline, _local(now), _local(deadline.due_at), calendar)
    return -(-left // _SECOND)


def resume(deadline: Deadline, seconds: int, now: datetime, calendar: Calendar) -> Deadline:
    """Let a clock that stood still go on at `now` with what was left of it (挂账 and 销账).

    `seconds` is what `time_left` gave when the clock stopped. Start and limit stay: time is added
    to the budget, not to the start. The lamp turns yellow when as much is left as it was before.
    Raises: OverflowError beyond the year 9999.
    """
    left = seconds * _SECOND
    yellow = _between(deadline, _local(deadline.warn_at), _local(deadline.due_at), calendar)
    due = _after(deadline, _local(now), left, calendar)
    warn = _after(deadline, _local(now), max(left - yellow, timedelta()), calendar)
    return _moved(deadline, warn, due, calendar)


def extend(
    deadline: Deadline, workdays: int, calendar: Calendar, yellow_at_per_cent: int = 70
) -> Deadline:
    """Add working days to a deadline, counted from its old due time, not from today (延期).

    For those who work around the clock a working day is 24 hours. A clock in elapsed time whose due
    moment lies outside working hours counts from the next opening. The lamp moves by
    `yellow_at_per_cent` (1 to 100) of what was added.
    Raises: OverflowError beyond the year 9999.
    """
    old_due = _local(deadline.due_at)
    if deadline.around_the_clock:
        due = old_due + timedelta(days=workdays)
    elif deadline.counting == "close_of_business":
        due = close_of_workday(after_workdays(old_due, workdays, calendar), calendar)
    else:
        due = after_workdays(opened(old_due, calendar), workdays, calendar)
    added = _between(deadline, old_due, due, calendar)
    warn = _after(deadline, _local(deadline.warn_at), added * yellow_at_per_cent // 100, calendar)
    return _moved(deadline, warn, due, calendar)


def is_definite_now(deadline: Deadline, calendar: Calendar) -> bool:
    """Say whether a provisional deadline is none any more by a newer calendar (时限核定).

    False for a deadline that was definite when it was given: nothing moves it. Until it is True, a
    provisional deadline that passed is not missed.
    """
    return deadline.provisional and not revise(deadline, calendar).provisional


def revise(
    deadline: Deadline,
    calendar: Calendar,
    *,
    since: datetime | None = None,
    yellow_at_per_cent: int = 70,
) -> Deadline:
    """Count a provisional deadline again by a newer calendar, in the way it was counted first.

    What the start and the limit gave is computed again. Otherwise, after a suspension or an
    extension, the working time from `since` to the due moment stays the same; `since` is when the
    clock last began to run, the start by default. The result is provisional where the newer
    calendar has no arrangement of a year either. Raises: OverflowError beyond the year 9999.
    """
    newer = calendar.model_copy(update={"counting": deadline.counting})
    older = _as_counted(deadline, newer)
    if _again(deadline, older, yellow_at_per_cent).due_at == deadline.due_at:
        return _again(deadline, newer, yellow_at_per_cent)
    begin, old_due = _local(since or deadline.started_at), _local(deadline.due_at)
    left = _between(deadline, begin, old_due, older)
    used = _between(deadline, begin, _local(deadline.warn_at), older)
    due = _after(deadline, begin, left, newer)
    return _moved(deadline, _after(deadline, begin, used, newer), due, newer)


def _again(deadline: Deadline, calendar: Calendar, yellow_at_per_cent: int) -> Deadline:
    return compute(
        milestone=deadline.milestone,
        round=deadline.round,
        rule=deadline.rule,
        start=deadline.started_at,
        limit=deadline.limit,
        calendar=calendar,
        around_the_clock=deadline.around_the_clock,
        yellow_at_per_cent=yellow_at_per_cent,
    )


def _as_counted(deadline: Deadline, calendar: Calendar) -> Calendar:
    """Give the working days by which a deadline was counted: all but those that it skipped."""
    span = days(_local(deadline.started_at).date(), _local(deadline.due_at).date())
    skipped = frozenset(deadline.skipped)
    return calendar.model_copy(
        update={
            "years": tuple({day.year for day in span}),
            "holidays": skipped,
            "makeup_days": frozenset(span) - skipped,
        }
    )


def _between(deadline: Deadline, start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Measure a span in the deadline's own kind of time."""
    if deadline.in_working_time:
        return worked_between(start, end, calendar)
    return end - start


def _after(deadline: Deadline, moment: datetime, left: timedelta, calendar: Calendar) -> datetime:
    """Go on for a span of the deadline's own kind of time.

    A limit of working days that ends at a time of day ends at an opening, not at the closing
    before it: both are the same moment of working time.
    """
    if not deadline.in_working_time:
        return moment + left
    end = after_worked(moment, left, calendar)
    at_clock_time = deadline.limit.unit == "workday" and deadline.counting == "same_clock_time"
    return opened(end, calendar) if at_clock_time else end


def _moved(deadline: Deadline, warn: datetime, due: datetime, calendar: Calendar) -> Deadline:
    passed = days(_local(deadline.started_at).date(), due.date())
    passed = passed if deadline.in_working_time else []
    return deadline.model_copy(
        update={
            "warn_at": _instant(min(warn, due)),
            "due_at": _instant(due),
            "calendar": calendar.version,
            "skipped": tuple(day for day in passed if not calendar.is_workday(day)),
            "provisional": not all(map(calendar.publishes, {day.year for day in passed})),
        }
    )


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


def _instant(moment: datetime) -> datetime:
    return moment.replace(tzinfo=SHANGHAI).astimezone(UTC)
