"""Deadlines over any start, limit and calendar; working days against two independent tables."""

from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.calendar import Calendar, Deadline, Limit, TimeUnit, compute, explain
from contracts.canonical import canonical_bytes
from contracts.catalogue import FileCatalogue
from contracts.instant import SHANGHAI
from contracts.working_time import opened

CALENDAR = FileCatalogue().at("2026-01-01").calendar
BY_DAY = CALENDAR.model_copy(update={"counting": "close_of_business"})
MINUTE = timedelta(minutes=1)

starts = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(SHANGHAI))  # noqa: DTZ001  # Hypothesis adds the zone
limits = st.builds(
    Limit,
    amount=st.integers(1, 60),
    unit=st.sampled_from(["minute", "hour", "work_hour", "workday", "day"]),
)


calendars = st.sampled_from([CALENDAR, BY_DAY])


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def limit(amount: int, unit: TimeUnit) -> Limit:
    return Limit(amount=amount, unit=unit)


def deadline(
    start: datetime,
    within: Limit,
    calendar: Calendar = CALENDAR,
    *,
    around_the_clock: bool = False,
    yellow: int = 70,
) -> Deadline:
    return compute(
        milestone="handle",
        round=1,
        rule="case.handle.200510",
        start=start,
        limit=within,
        calendar=calendar,
        around_the_clock=around_the_clock,
        yellow_at_per_cent=yellow,
    )


def due(start: str, amount: int, unit: TimeUnit, *, around_the_clock: bool = False) -> str:
    found = deadline(local(start), limit(amount, unit), around_the_clock=around_the_clock)
    return found.due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        # elapsed time runs through nights, weekends and festivals
        ("2026-09-30 23:50", 30, "minute", "2026-10-01 00:20"),
        ("2026-09-30 16:40", 24, "hour", "2026-10-01 16:40"),
        ("2026-09-30 16:40", 7, "day", "2026-10-07 16:40"),
        # working days: the start's day does not count, the clock time stays
        ("2026-11-23 16:40", 1, "workday", "2026-11-24 16:40"),
        ("2026-11-20 16:40", 1, "workday", "2026-11-23 16:40"),
        # a start after closing counts from the next opening, one at noon from the afternoon
        ("2026-11-20 23:59", 1, "workday", "2026-11-24 09:00"),
        ("2026-11-20 18:00", 1, "workday", "2026-11-24 09:00"),
        ("2026-11-23 12:30", 1, "workday", "2026-11-24 13:00"),
        ("2026-11-23 02:00", 1, "workday", "2026-11-24 09:00"),
        # 国庆: 10-01 to 10-07 off, Saturday 10-10 worked
        ("2026-09-30 16:40", 5, "workday", "2026-10-13 16:40"),
        # Sunday 2026-09-20 is worked
        ("2026-09-18 10:00", 1, "workday", "2026-09-20 10:00"),
        # so does a start on a day off
        ("2026-11-21 15:00", 1, "workday", "2026-11-24 09:00"),
        ("2026-10-03 22:00", 2, "workday", "2026-10-10 09:00"),
        # working hours: lunch, night and weekend do not count
        ("2026-11-23 09:00", 2, "work_hour", "2026-11-23 11:00"),
        ("2026-11-23 11:00", 2, "work_hour", "2026-11-23 14:00"),
        ("2026-11-23 12:30", 1, "work_hour", "2026-11-23 14:00"),
        ("2026-11-23 11:00", 1, "work_hour", "2026-11-23 12:00"),
        ("2026-11-23 17:30", 1, "work_hour", "2026-11-24 09:30"),
        ("2026-11-20 17:30", 1, "work_hour", "2026-11-23 09:30"),
        ("2026-11-21 03:00", 8, "work_hour", "2026-11-23 18:00"),
        ("2026-11-23 02:00", 9, "work_hour", "2026-11-24 10:00"),
    ],
)
def test_worked_examples(start: str, amount: int, unit: TimeUnit, expected: str) -> None:
    assert due(start, amount, unit) == expected


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (1, "workday", "2026-11-22 23:30"),
        (4, "work_hour", "2026-11-22 03:30"),
        (2, "hour", "2026-11-22 01:30"),
    ],
)
def test_utilities_work_on_a_saturday_night(amount: int, unit: TimeUnit, expected: str) -> None:
    assert due("2026-11-21 23:30", amount, unit, around_the_clock=True) == expected


def test_a_deadline_says_which_days_off_it_passed_over() -> None:
    found = deadline(local("2026-09-30 16:40"), limit(5, "workday"))
    assert found.skipped == (*(date(2026, 10, day) for day in range(1, 8)), date(2026, 10, 11))
    assert deadline(local("2026-09-30 16:40"), limit(9, "day")).skipped == ()


@given(start=starts, within=limits, around_the_clock=st.booleans())
def test_due_is_after_start(start: datetime, within: Limit, *, around_the_clock: bool) -> None:
    assert deadline(start, within, around_the_clock=around_the_clock).due_at > start


@given(starts, st.timedeltas(timedelta(), timedelta(days=20)), limits, calendars)
def test_a_later_start_is_never_due_earlier(
    start: datetime, delay: timedelta, within: Limit, calendar: Calendar
) -> None:
    later, earlier = (deadline(one, within, calendar) for one in (start + delay, start))
    assert later.due_at >= earlier.due_at


@given(starts, limits, calendars)
def test_a_longer_limit_is_due_later(start: datetime, within: Limit, calendar: Calendar) -> None:
    longer = limit(within.amount + 1, within.unit)
    assert deadline(start, longer, calendar).due_at > deadline(start, within, calendar).due_at


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        ("2026-11-23 16:40", 1, "2026-11-24 18:00"),
        ("2026-11-23 08:00", 1, "2026-11-24 18:00"),
        ("2026-11-20 20:00", 1, "2026-11-23 18:00"),
        # the day of the start is not counted, whatever day it is: Monday is the first one
        ("2026-11-21 15:00", 1, "2026-11-23 18:00"),
        ("2026-09-30 16:40", 5, "2026-10-13 18:00"),
    ],
)
def test_by_civil_law_the_first_day_does_not_count_and_the_last_ends_at_closing(
    start: str, amount: int, expected: str
) -> None:
    found = deadline(local(start), limit(amount, "workday"), BY_DAY)
    assert found.due_at == local(expected)
    assert found.counting == "close_of_business"
    hours = limit(2, "work_hour")
    assert deadline(local(start), hours, BY_DAY).due_at == deadline(local(start), hours).due_at


@given(starts, st.integers(1, 60))
def test_working_hours_end_while_offices_are_open(start: datetime, amount: int) -> None:
    end = deadline(start, limit(amount, "work_hour")).due_at.astimezone(SHANGHAI)
    assert CALENDAR.is_workday(end.date())
    assert any(opening < end.time() <= closing for opening, closing in CALENDAR.segments)


@given(starts, st.integers(1, 12))
def test_working_hours_agree_with_counting_minutes(start: datetime, amount: int) -> None:
    moment, left = start.replace(second=0, microsecond=0), amount * 60
    expected = moment
    while left:
        clock = expected.time()
        open_now = any(opening <= clock < closing for opening, closing in CALENDAR.segments)
        left -= CALENDAR.is_workday(expected.date()) and open_now
        expected += MINUTE
    assert deadline(moment, limit(amount, "work_hour")).due_at == expected


@given(starts, st.integers(1, 60))
def test_working_days_agree_with_counting_days(start: datetime, amount: int) -> None:
    end = deadline(start, limit(amount, "workday")).due_at.astimezone(SHANGHAI)
    begin = opened(start.replace(tzinfo=None), CALENDAR)
    first = begin.date() + timedelta(days=1)
    between = (first + timedelta(days=n) for n in range((end.date() - begin.date()).days))
    assert sum(map(CALENDAR.is_workday, between)) == amount
    assert end.time() == begin.time()
    assert CALENDAR.is_workday(end.date())


@given(starts, st.integers(1, 60), calendars)
def test_nothing_in_working_time_is_due_outside_it(
    start: datetime, amount: int, calendar: Calendar
) -> None:
    for unit in ("work_hour", "workday"):
        found = deadline(start, limit(amount, unit), calendar)
        for moment in (found.due_at, found.warn_at):
            clock = moment.astimezone(SHANGHAI)
            assert calendar.is_workday(clock.date())
            assert any(first <= clock.time() <= last for first, last in calendar.segments)


@given(
    start=starts,
    within=limits,
    calendar=calendars,
    per_cent=st.integers(1, 99),
    nonstop=st.booleans(),
)
def test_the_lamp_turns_yellow_on_the_way(
    start: datetime, within: Limit, calendar: Calendar, per_cent: int, *, nonstop: bool
) -> None:
    found = deadline(start, within, calendar, around_the_clock=nonstop, yellow=per_cent)
    assert found.started_at <= found.warn_at < found.due_at
    if not found.in_working_time:
        used = found.warn_at - found.started_at
        assert used == (found.due_at - found.started_at) * per_cent // 100


@given(starts, limits)
def test_skipped_are_all_days_off_on_the_way_and_nothing_else(
    start: datetime, within: Limit
) -> None:
    found = deadline(start, within)
    assert not any(CALENDAR.is_workday(day) for day in found.skipped)
    assert list(found.skipped) == sorted(set(found.skipped))
    if within.unit in {"workday", "work_hour"}:
        end = found.due_at.astimezone(SHANGHAI).date()
        span = [start.date() + timedelta(days=n) for n in range((end - start.date()).days + 1)]
        assert len(span) == len(found.skipped) + sum(CALENDAR.is_workday(day) for day in span)
    else:
        assert found.skipped == ()


@given(starts, limits)
def test_a_year_without_a_calendar_makes_a_deadline_provisional(
    start: datetime, within: Limit
) -> None:
    found = deadline(start, within)
    last = found.due_at.astimezone(SHANGHAI)
    counts_workdays = within.unit in {"workday", "work_hour"}
    assert found.provisional is (counts_workdays and last.year not in CALENDAR.years)
    if found.provisional:
        assert "临时" in explain(found)


def test_a_year_without_a_notice_has_the_days_off_of_a_fixed_date() -> None:
    assert CALENDAR.publishes(2026)
    assert not CALENDAR.publishes(2027)
    for day in (date(2027, 1, 1), date(2029, 5, 1), date(2029, 5, 2), date(2027, 10, 1)):
        assert not CALENDAR.is_workday(day)
    assert not CALENDAR.is_workday(date(2028, 10, 3))
    assert CALENDAR.is_workday(date(2027, 10, 4))
    # 春节 is a festival of the moon: known by a notice alone, so the deadline is provisional
    assert CALENDAR.is_workday(date(2027, 2, 8))
    # what a notice says of its year holds: 4 May 2026 is off, 3 October 2026 is a Saturday
    assert not CALENDAR.is_workday(date(2026, 5, 4))


def test_a_stored_deadline_outlives_a_change_of_calendar() -> None:
    start, within = local("2026-12-30 10:00"), limit(3, "workday")
    stored = deadline(start, within).model_dump_json()
    published = CALENDAR.model_copy(
        update={
            "version": "2027-01-01",
            "years": (*CALENDAR.years, 2027),
            "holidays": CALENDAR.holidays | {date(2027, 1, 1), date(2027, 1, 4)},
        }
    )
    recomputed = deadline(start, within, published)
    kept = Deadline.model_validate_json(stored)
    assert kept == deadline(start, within)
    assert kept.due_at == local("2027-01-05 10:00")
    assert (kept.provisional, kept.calendar) == (True, "2026-01-01")
    assert recomputed.due_at == local("2027-01-06 10:00")
    assert (recomputed.provisional, recomputed.calendar) == (False, "2027-01-01")


@given(starts, limits)
def test_a_deadline_has_one_spelling(start: datetime, within: Limit) -> None:
    found = deadline(start, within)
    stored = canonical_bytes(found.model_dump(mode="json"))
    assert Deadline.model_validate_json(stored) == found
    assert found.model_dump(mode="json")["started_at"].endswith("Z")
    assert found == deadline(start.astimezone(UTC), within)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        deadline(datetime(2026, 11, 23, 8), limit(1, "hour"))  # noqa: DTZ001  # that is the point


@pytest.mark.parametrize(
    ("start", "within", "language", "expected"),
    [
        (
            "2026-09-30 16:40",
            limit(5, "workday"),
            "zh",
            "2026-09-30 16:40 起 5 个工作日；跳过 10-01～10-07、10-11；到期 2026-10-13 16:40",
        ),
        (
            "2026-09-30 16:40",
            limit(5, "workday"),
            "en",
            "5 working days from 2026-09-30 16:40; skips 10-01～10-07, 10-11; due 2026-10-13 16:40",
        ),
        (
            "2026-12-31 16:40",
            limit(1, "workday"),
            "zh",
            (
                "2026-12-31 16:40 起 1 个工作日；跳过 01-01～01-03；到期 2027-01-04 16:40"
                "（临时：2026～2027 年日历未全部公布）"
            ),
        ),
        (
            "2027-03-01 16:40",
            limit(4, "work_hour"),
            "en",
            (
                "4 working hours from 2027-03-01 16:40; due 2027-03-02 11:40"
                " (provisional: no calendar of 2027 is published)"
            ),
        ),
        (
            "2027-03-01 09:00",
            limit(1, "work_hour"),
            "zh",
            "2027-03-01 09:00 起 1 个工作时；到期 2027-03-01 10:00（临时：2027 年日历未公布）",
        ),
        (
            "2026-11-23 08:08",
            limit(30, "minute"),
            "zh",
            "2026-11-23 08:08 起 30 分钟；到期 2026-11-23 08:38",
        ),
    ],
)
def test_a_deadline_explains_itself(
    start: str, within: Limit, language: str, expected: str
) -> None:
    found = deadline(local(start), within)
    assert explain(found, "zh" if language == "zh" else "en") == expected


def test_a_deadline_around_the_clock_says_so() -> None:
    found = deadline(local("2026-11-21 23:30"), limit(1, "workday"), around_the_clock=True)
    expected = "2026-11-21 23:30 起 1 个工作日（全天候）；到期 2026-11-22 23:30"
    assert explain(found) == expected
    assert explain(found, "en").startswith("1 working day around the clock from")


@pytest.mark.parametrize("year", CALENDAR.years)
def test_every_shipped_day_agrees_with_two_independent_tables(year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    for day in (day for day in days if day.year == year):
        answers = {
            "ours": CALENDAR.is_workday(day),
            "chinesecalendar": chinese_calendar.is_workday(day),
            "holidays": other.is_working_day(day),
        }
        assert len(set(answers.values())) == 1, f"{day}: {answers}"


@pytest.mark.parametrize(
    "change",
    [
        {"segments": ()},
        {"segments": ((time(13), time(12)),)},
        {"segments": ((time(9), time(12)), (time(11), time(18)))},
        {"holidays": {date(2026, 10, 3)}},
        {"makeup_days": {date(2026, 10, 9)}},
        {"holidays": {date(2027, 1, 1)}},
    ],
)
def test_an_inconsistent_calendar_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Calendar.model_validate(CALENDAR.model_dump() | change)


@pytest.mark.parametrize(("amount", "unit"), [(0, "hour"), (10_001, "day"), (1, "week")])
def test_a_limit_has_bounds(amount: int, unit: str) -> None:
    with pytest.raises(ValidationError):
        Limit.model_validate({"amount": amount, "unit": unit})
