"""What went wrong in other systems' clocks, each row with a test named after it.

The list was gathered from their issue trackers. What concerns tickers, callers and screens is
tested beside those.
"""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from contracts.calendar import Calendar, Deadline, Limit, TimeUnit, compute
from contracts.catalogue import FileCatalogue, InvalidCatalogue, UnknownLimit, UnknownVersion
from contracts.catalogue.files import PACKAGED
from contracts.instant import SHANGHAI
from contracts.moved_deadline import resume, time_left

CALENDAR = FileCatalogue().at("2026-01-01").calendar


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def deadline(
    start: str | datetime, amount: int, unit: TimeUnit, calendar: Calendar = CALENDAR
) -> Deadline:
    return compute(
        milestone="handle",
        round=1,
        rule="case.handle.200510",
        start=local(start) if isinstance(start, str) else start,
        limit=Limit(amount=amount, unit=unit),
        calendar=calendar,
    )


def test_public_holidays_are_not_ignored() -> None:
    """Signals; osTicket 1168."""
    assert deadline("2026-09-30 16:40", 1, "workday").due_at == local("2026-10-08 16:40")
    assert deadline("2026-11-25 16:40", 1, "workday").due_at == local("2026-11-26 16:40")


def test_a_missing_configuration_is_no_silent_default(tmp_path: Path) -> None:
    """CCRS 585: a category without a limit never escalated."""
    catalogue = FileCatalogue().at("2026-01-01")
    with pytest.raises(UnknownLimit):
        catalogue.limit("case.handle.000000")
    with pytest.raises(UnknownVersion):
        FileCatalogue(tmp_path).current(date(2026, 11, 23))
    shutil.copytree(PACKAGED / "2026-01-01", tmp_path / "2026-01-01")
    (tmp_path / "2026-01-01" / "workdays.json").unlink()
    with pytest.raises(InvalidCatalogue, match=r"2026-01-01/workdays\.json"):
        FileCatalogue(tmp_path).at("2026-01-01")


def test_a_changed_calendar_moves_no_open_deadline(tmp_path: Path) -> None:
    """Zammad 534, frappe 2449: a deadline keeps the version that it was given by."""
    stored = deadline("2026-12-30 10:00", 3, "workday").model_dump_json()
    shutil.copytree(PACKAGED / "2026-01-01", tmp_path / "2027-01-01")
    for name in ("version.json", "workdays.json"):
        path = tmp_path / "2027-01-01" / name
        table = json.loads(path.read_text(encoding="utf-8")) | {"version": "2027-01-01"}
        if name == "workdays.json":
            table["years"].append(_YEAR_2027)
        path.write_text(json.dumps(table), encoding="utf-8")
    newer = FileCatalogue(tmp_path).at("2027-01-01").calendar
    assert deadline("2026-12-30 10:00", 3, "workday", newer).due_at == local("2027-01-06 10:00")
    kept = Deadline.model_validate_json(stored)
    assert (kept.calendar, kept.due_at) == ("2026-01-01", local("2027-01-05 10:00"))


def test_hold_time_is_added_to_the_budget_and_not_to_the_start() -> None:
    """Frappe 2449: a pause at night or over a holiday moved the start into it."""
    running = deadline("2026-09-28 10:00", 3, "workday")
    left = time_left(running, local("2026-09-29 10:00"), CALENDAR)
    going = resume(running, left, local("2026-10-03 23:00"), CALENDAR)
    assert going.started_at == running.started_at
    assert left == 16 * 3600
    # two working days are left when the offices open on Thursday 8 October
    assert going.due_at == local("2026-10-10 09:00")


def test_the_lunch_break_does_not_count() -> None:
    """OsTicket 6847, frappe 2212, glpi 22678: several segments in a day."""
    assert deadline("2026-11-23 11:30", 1, "work_hour").due_at == local("2026-11-23 13:30")
    assert deadline("2026-11-23 12:30", 1, "workday").due_at == local("2026-11-24 13:00")
    three = CALENDAR.model_copy(
        update={"segments": tuple((local(a).time(), local(b).time()) for a, b in _THREE)}
    )
    assert deadline("2026-11-23 09:30", 3, "work_hour", three).due_at == local("2026-11-23 15:30")


_YEAR_2027 = {
    "year": 2027,
    "notice": {"title": "an invented notice", "published_on": "2026-11-25"},
    "festivals": [{"name": "元旦", "first": "2027-01-01", "last": "2027-01-04", "worked": []}],
}
_THREE = (
    ("2026-11-23 09:00", "2026-11-23 10:00"),
    ("2026-11-23 11:00", "2026-11-23 12:00"),
    ("2026-11-23 14:00", "2026-11-23 18:00"),
)


@pytest.mark.parametrize("day", range(1, 29))
@pytest.mark.parametrize("hour", [0, 8, 12, 15, 18, 23])
def test_no_warning_and_no_deadline_in_working_time_lands_at_midnight(day: int, hour: int) -> None:
    """Glpi 22678, zammad 4432: escalations before the deadline came at 00:00 and on Sundays."""
    start = datetime(2026, 11, day, hour, tzinfo=SHANGHAI)
    for unit in ("work_hour", "workday"):
        found = deadline(start, 3, unit)
        for moment in (found.warn_at, found.due_at):
            clock = moment.astimezone(SHANGHAI)
            assert 9 <= clock.hour <= 18
            assert CALENDAR.is_workday(clock.date())


def test_the_zone_of_the_start_and_of_the_machine_decide_nothing() -> None:
    """Glpi 15429, frappe@6d0ed2ea8: days and hours are those of Shanghai."""
    start = local("2026-11-23 08:30")
    assert deadline(start.astimezone(UTC), 1, "workday") == deadline(start, 1, "workday")
    # 17:30 UTC on Sunday is already Monday in Shanghai
    assert deadline(datetime(2026, 11, 22, 17, 30, tzinfo=UTC), 1, "workday").due_at == local(
        "2026-11-24 09:00"
    )


def test_working_days_are_no_calendar_days() -> None:
    """Signals 426: the ticket said working days, the code counted days."""
    friday = "2026-11-20 10:00"
    assert deadline(friday, 3, "workday").due_at == local("2026-11-25 10:00")
    assert deadline(friday, 3, "day").due_at == local("2026-11-23 10:00")


def test_a_weekend_day_that_is_worked_counts() -> None:
    """调休: Sunday 20 September and Saturday 10 October 2026 are worked."""
    assert deadline("2026-09-18 10:00", 1, "workday").due_at == local("2026-09-20 10:00")
    assert deadline("2026-10-09 10:00", 1, "workday").due_at == local("2026-10-10 10:00")
    assert deadline("2026-09-20 15:00", 4, "work_hour").due_at == local("2026-09-21 10:00")


def test_a_clock_that_stood_still_is_not_late_meanwhile() -> None:
    """The time left is kept as a number; no clock that stands has a due moment to pass."""
    running = deadline("2026-11-23 10:00", 1, "workday")
    left = time_left(running, local("2026-11-23 17:00"), CALENDAR)
    going = resume(running, left, running.due_at + timedelta(days=60), CALENDAR)
    assert time_left(going, running.due_at + timedelta(days=60), CALENDAR) == left > 0
