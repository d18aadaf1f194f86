"""Clocks that stand still and go on, that are extended, and that a newer calendar revises."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.calendar import Deadline, DeadlineV1, Limit, TimeUnit, compute, with_warning
from contracts.catalogue import FileCatalogue
from contracts.instant import SHANGHAI
from contracts.moved_deadline import extend, is_definite_now, resume, revise, time_left
from contracts.working_time import Calendar

CALENDAR = FileCatalogue().at("2026-01-01").calendar
BY_DAY = CALENDAR.model_copy(update={"counting": "close_of_business"})
SPRING_2027 = frozenset(date(2027, 2, day) for day in (8, 9, 10, 11, 12))
NEWER = CALENDAR.model_copy(
    update={
        "version": "2026-12-01",
        "years": (*CALENDAR.years, 2027),
        "holidays": CALENDAR.holidays | SPRING_2027 | {date(2027, 1, 1)},
        "makeup_days": CALENDAR.makeup_days | {date(2027, 2, 6)},
    }
)
HOUR = 3600

moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  # Hypothesis adds the zone
    datetime(2026, 9, 30),  # noqa: DTZ001
    timezones=st.just(SHANGHAI),
).map(lambda moment: moment.replace(microsecond=0))
limits = st.builds(
    Limit,
    amount=st.integers(1, 20),
    unit=st.sampled_from(["minute", "hour", "work_hour", "workday", "day"]),
)
calendars = st.sampled_from([CALENDAR, BY_DAY])
parts = st.integers(0, 99)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def given_at(
    start: datetime | str,
    amount: int,
    unit: TimeUnit,
    calendar: Calendar = CALENDAR,
    *,
    around_the_clock: bool = False,
) -> Deadline:
    return compute(
        milestone="handle",
        round=1,
        rule="case.handle.200510",
        start=local(start) if isinstance(start, str) else start,
        limit=Limit(amount=amount, unit=unit),
        calendar=calendar,
        around_the_clock=around_the_clock,
    )


def on_the_way(deadline: Deadline, per_cent: int) -> datetime:
    moment = deadline.started_at + (deadline.due_at - deadline.started_at) * per_cent / 100
    return moment.replace(microsecond=0)


class TestTimeLeft:
    @pytest.mark.parametrize(
        ("unit", "now", "left"),
        [
            ("workday", "2026-11-23 10:00", 16 * HOUR),
            ("workday", "2026-11-23 20:00", 9 * HOUR),
            ("workday", "2026-11-25 09:30", HOUR // 2),
            ("workday", "2026-11-25 10:00", 0),
            ("workday", "2026-11-20 10:00", 16 * HOUR),
            ("day", "2026-11-23 20:00", 38 * HOUR),
        ],
    )
    def test_is_of_the_clocks_own_kind(self, unit: TimeUnit, now: str, left: int) -> None:
        assert time_left(given_at("2026-11-23 10:00", 2, unit), local(now), CALENDAR) == left

    def test_of_a_clock_that_runs_is_at_least_a_second(self) -> None:
        deadline = given_at("2026-11-23 10:00", 1, "hour")
        nearly = deadline.due_at - timedelta(microseconds=1)
        assert time_left(deadline, nearly, CALENDAR) == 1

    def test_runs_on_at_night_for_those_who_work_around_the_clock(self) -> None:
        deadline = given_at("2026-11-21 23:30", 1, "workday", around_the_clock=True)
        assert time_left(deadline, local("2026-11-22 11:30"), CALENDAR) == 12 * HOUR


class TestAClockThatGoesOn:
    def test_has_the_budget_that_was_left_and_the_start_it_had(self) -> None:
        deadline = given_at("2026-11-23 10:00", 5, "workday")
        left = time_left(deadline, local("2026-11-24 10:00"), CALENDAR)
        going = resume(deadline, left, local("2026-12-07 10:00"), CALENDAR)
        assert (going.started_at, going.limit) == (deadline.started_at, deadline.limit)
        # four working days are left, and the eleven days that it stood still do not count
        assert going.due_at == local("2026-12-11 10:00")
        assert going.warn_at == local("2026-12-09 15:00")
        assert date(2026, 12, 5) in going.skipped

    def test_at_night_goes_on_at_the_next_opening(self) -> None:
        deadline = given_at("2026-11-23 10:00", 2, "work_hour")
        going = resume(deadline, 2 * HOUR, local("2026-11-27 22:00"), CALENDAR)
        assert going.due_at == local("2026-11-30 11:00")

    @given(moments, limits, calendars, parts)
    def test_loses_and_gains_nothing_by_standing_still_for_no_time(
        self, start: datetime, within: Limit, calendar: Calendar, part: int
    ) -> None:
        deadline = given_at(start, within.amount, within.unit, calendar)
        now = on_the_way(deadline, part)
        going = resume(deadline, time_left(deadline, now, calendar), now, calendar)
        assert going.due_at == deadline.due_at
        assert going.warn_at <= going.due_at

    @given(moments, limits, calendars, parts, st.timedeltas(timedelta(), timedelta(days=30)))
    def test_has_as_much_left_as_when_it_stopped(
        self,
        start: datetime,
        within: Limit,
        calendar: Calendar,
        part: int,
        pause: timedelta,
    ) -> None:
        deadline = given_at(start, within.amount, within.unit, calendar)
        stopped = on_the_way(deadline, part)
        left = time_left(deadline, stopped, calendar)
        going = resume(deadline, left, stopped + pause, calendar)
        assert time_left(going, stopped + pause, calendar) == left
        assert going.due_at >= deadline.due_at


class TestAnExtension:
    def test_counts_from_the_old_due_time(self) -> None:
        deadline = given_at("2026-11-23 16:40", 5, "workday")
        extended = extend(deadline, 10, CALENDAR)
        assert deadline.due_at == local("2026-11-30 16:40")
        assert extended.due_at == local("2026-12-14 16:40")
        assert extended.started_at == deadline.started_at
        assert len(extended.skipped) == 6
        assert deadline.warn_at < extended.warn_at < extended.due_at

    def test_ends_at_closing_where_days_are_counted_so(self) -> None:
        extended = extend(given_at("2026-11-23 16:40", 5, "workday", BY_DAY), 1, BY_DAY)
        assert extended.due_at == local("2026-12-01 18:00")

    def test_of_a_limit_in_hours_that_ends_at_night_counts_from_the_next_opening(self) -> None:
        extended = extend(given_at("2026-11-20 23:00", 24, "hour"), 1, CALENDAR)
        assert extended.due_at == local("2026-11-24 09:00")

    def test_is_24_hours_a_day_around_the_clock(self) -> None:
        deadline = given_at("2026-11-20 23:00", 1, "workday", around_the_clock=True)
        extended = extend(deadline, 2, CALENDAR)
        assert extended.due_at == deadline.due_at + timedelta(days=2)
        assert extended.warn_at == deadline.warn_at + timedelta(days=2) * 70 / 100

    @given(moments, limits, calendars, st.integers(1, 10))
    def test_is_never_due_before_what_it_extends(
        self, start: datetime, within: Limit, calendar: Calendar, workdays: int
    ) -> None:
        deadline = given_at(start, within.amount, within.unit, calendar)
        extended = extend(deadline, workdays, calendar)
        assert extended.due_at > deadline.due_at + timedelta(days=workdays - 1)
        assert deadline.warn_at <= extended.warn_at <= extended.due_at


class TestARevision:
    def test_computes_again_what_start_and_limit_give(self) -> None:
        deadline = given_at("2027-02-05 10:00", 3, "workday")
        assert deadline.due_at == local("2027-02-10 10:00")
        revised = revise(deadline, NEWER)
        assert revised == given_at("2027-02-05 10:00", 3, "workday", NEWER)
        assert revised.due_at == local("2027-02-16 10:00")
        assert (deadline.provisional, revised.provisional) == (True, False)

    def test_keeps_the_way_in_which_days_were_counted(self) -> None:
        deadline = given_at("2027-02-05 10:00", 3, "workday", BY_DAY)
        revised = revise(deadline, NEWER)
        assert revised.due_at == local("2027-02-16 18:00")
        assert revised.counting == "close_of_business"

    def test_keeps_the_working_time_of_an_extension(self) -> None:
        extended = extend(given_at("2027-02-01 10:00", 3, "workday"), 5, CALENDAR)
        assert extended.due_at == local("2027-02-11 10:00")
        revised = revise(extended, NEWER)
        assert revised.due_at == local("2027-02-17 10:00")
        assert revised.warn_at < revised.due_at
        assert not revised.provisional

    def test_of_a_clock_that_went_on_counts_from_then(self) -> None:
        now = local("2027-02-05 09:00")
        going = resume(given_at("2026-12-28 09:00", 5, "workday"), 8 * HOUR, now, CALENDAR)
        assert going.due_at == local("2027-02-08 09:00")
        # Saturday 6 February is worked by the newer calendar, and the week after it is off
        revised = revise(going, NEWER, since=now)
        assert revised.due_at == local("2027-02-06 09:00")

    def test_reads_a_deadline_of_the_first_versions(self) -> None:
        old = dict(given_at("2027-02-06 10:00", 1, "workday"))
        old |= {"due_at": local("2027-02-09 00:00")}
        fields = {name: old[name] for name in DeadlineV1.model_fields}
        revised = revise(with_warning(DeadlineV1(**fields)), NEWER)
        # the Saturday of its start is worked by the newer calendar, from 10:00 on
        assert revised.due_at == local("2027-02-15 10:00")

    def test_is_of_no_use_to_a_definite_deadline(self) -> None:
        assert not is_definite_now(given_at("2026-11-23 10:00", 3, "workday"), NEWER)

    def test_waits_until_the_year_is_published(self) -> None:
        deadline = given_at("2027-02-05 10:00", 3, "workday")
        assert not is_definite_now(deadline, CALENDAR)
        assert is_definite_now(deadline, NEWER)

    def test_may_lead_into_a_year_that_is_not_published_either(self) -> None:
        deadline = given_at("2027-12-20 10:00", 10, "workday")
        assert not is_definite_now(deadline, NEWER)

    @given(moments, limits, calendars)
    def test_by_the_same_days_changes_nothing(
        self, start: datetime, within: Limit, calendar: Calendar
    ) -> None:
        deadline = given_at(start, within.amount, within.unit, calendar)
        assert revise(deadline, calendar) == deadline
