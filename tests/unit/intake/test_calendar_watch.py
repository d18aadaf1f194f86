"""Before the table of working days ends, somebody is told."""

from datetime import date, timedelta

import pytest

from chassis.heartbeat import Problem
from contracts.catalogue import CatalogueVersion, FileCatalogue
from contracts.instant import parse_instant
from services.intake.app import definition
from services.intake.calendar_watch import CalendarWatch

CATALOGUE = FileCatalogue()
IN_TIME = parse_instant("2026-11-01T15:59:00Z")
"""A minute before 2 November in Shanghai, sixty days before 2027."""


class Published:
    """A catalogue whose version in force can be replaced."""

    def __init__(self) -> None:
        self.version = CATALOGUE.at("2026-09-01")

    def at(self, _version: str) -> CatalogueVersion:
        return self.version

    def current(self, _on: date) -> CatalogueVersion:
        return self.version

    def versions(self) -> tuple[str, ...]:
        return (self.version.version,)


@pytest.fixture
def told() -> list[Problem]:
    watch = CalendarWatch(CATALOGUE)
    watch.look(None, IN_TIME + timedelta(minutes=1))
    watch.look(None, IN_TIME + timedelta(minutes=3))
    return list(watch.problems())


class WhenTheCalendarEndsSoon:
    def test_it_is_told_sixty_days_before(self, told: list[Problem]) -> None:
        (one,) = told
        assert one.part == "calendar"
        assert "2027" in one.what
        assert "whistle catalogue publish" in one.do
        assert one.for_s == 120

    def test_not_earlier(self) -> None:
        watch = CalendarWatch(CATALOGUE)
        watch.look(None, IN_TIME)
        assert list(watch.problems()) == []

    def test_until_the_year_is_published(self) -> None:
        published = Published()
        watch = CalendarWatch(published)
        watch.look(None, IN_TIME + timedelta(minutes=1))
        assert list(watch.problems())
        calendar = published.version.calendar
        longer = calendar.model_copy(update={"years": (*calendar.years, 2027)})
        published.version = published.version.model_copy(update={"calendar": longer})
        watch.look(None, IN_TIME + timedelta(minutes=2))
        assert list(watch.problems()) == []

    def test_before_the_first_version_there_is_nothing_to_end(self) -> None:
        watch = CalendarWatch(CATALOGUE)
        watch.look(None, parse_instant("2020-11-20T00:00:00Z"))
        assert list(watch.problems()) == []

    def test_intake_has_the_watch(self) -> None:
        (watch,) = definition(CATALOGUE).watches
        assert isinstance(watch, CalendarWatch)
