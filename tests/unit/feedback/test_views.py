"""The work queue and the counts, as they grow event by event, and as they are rebuilt."""

from datetime import UTC, date, datetime
from typing import Any

from chassis.views.versions import rebuild
from contracts.scoring import Counts
from services.feedback.domain.ranking import Tally
from services.feedback.views.callbacks import CallbackFilter, list_callbacks
from services.feedback.views.scores import Period, count_by_unit, list_counted
from tests.unit.feedback.desk import Desk
from tests.unit.feedback.facts import (
    CASE_NO,
    LI,
    NOBODY,
    STREET,
    WANG,
    answers,
    deadline_missed,
    dispatched,
    handling_reported,
    joined,
    left,
    minutes,
    number,
)

LAST_OF_THE_22ND = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
FIRST_OF_THE_23RD = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
THE_22ND, THE_23RD = date(2026, 11, 22), date(2026, 11, 23)
SERVICE = "public-security"


def queue(desk: Desk, **wanted: str) -> list[tuple[str, str, int]]:
    with desk.house.service.store.reading() as connection:
        rows, total, _ = list_callbacks(connection, CallbackFilter(**wanted), None, 100)
    assert total == len(rows)
    return [(row["callback_no"], row["status"], row["attempts"]) for row in rows]


def tallies(desk: Desk, first: date | None = None, last: date | None = None) -> dict[str, Tally]:
    with desk.house.service.store.reading() as connection:
        return count_by_unit(connection, Period(first, last))


def behind(desk: Desk, unit: str, period: Period) -> list[dict[str, Any]]:
    with desk.house.service.store.reading() as connection:
        return list_counted(connection, unit, period, None, 100)[0]


def counts(*values: int) -> Counts:
    return Counts.model_validate(dict(zip(Counts.model_fields, values, strict=True)))


def busy(desk: Desk) -> None:
    """Three callers: one answers at the end of the 22nd, two on the 23rd, one of them never."""
    desk.hears(desk.of_case(dispatched(at=LAST_OF_THE_22ND)))
    desk.hears(desk.of_case(handling_reported(WANG, LI, NOBODY)))
    desk.hears_answer(WANG, answers("basically_satisfied", resolved=False), LAST_OF_THE_22ND)
    desk.hears_answer(LI, answers("satisfied", contacted=False), FIRST_OF_THE_23RD)
    desk.reaches_nobody(NOBODY, minutes(1))


class WhenTheQueueIsRead:
    def test_the_longest_waiting_stands_first(self, desk: Desk) -> None:
        desk.house.clock.moment = minutes(5)
        desk.hears(desk.of_case(handling_reported(WANG)))
        desk.house.clock.moment = minutes(2)
        desk.hears(desk.of_case(joined(NOBODY)), desk.of_case(joined(LI)))
        assert [no for no, _, _ in queue(desk, status="open")] == [
            number(LI),
            number(NOBODY),
            number(WANG),
        ]

    def test_each_says_how_it_stands(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported(WANG, LI, NOBODY)), desk.of_case(left(LI)))
        desk.reaches_nobody(NOBODY)
        assert queue(desk) == [
            (number(WANG), "open", 0),
            (number(LI), "waived", 0),
            (number(NOBODY), "completed", 3),
        ]
        assert queue(desk, status="open", unit=STREET, case_no=CASE_NO) == [
            (number(WANG), "open", 0)
        ]
        assert queue(desk, unit=SERVICE) == queue(desk, case_no="261123999999") == []

    def test_one_who_came_back_waits_anew(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported()), desk.of_case(left(WANG)))
        desk.hears(desk.of_case(joined(WANG)))
        assert queue(desk) == [(number(WANG), "open", 0)]


class WhenAnswersAreCounted:
    def test_only_what_was_said_counts_and_volume_is_what_was_dispatched(self, desk: Desk) -> None:
        busy(desk)
        assert tallies(desk) == {STREET: Tally(1, counts(2, 1, 1, 1, 1))}

    def test_a_day_is_a_day_in_shanghai_and_both_ends_are_in_the_period(self, desk: Desk) -> None:
        busy(desk)
        assert tallies(desk, last=THE_22ND) == {STREET: Tally(1, counts(1, 1, 0, 0, 1))}
        assert tallies(desk, first=THE_23RD) == {STREET: Tally(0, counts(1, 0, 1, 1, 0))}
        assert tallies(desk, THE_22ND, THE_23RD) == tallies(desk)
        assert tallies(desk, first=date(2026, 11, 24)) == {}

    def test_dissatisfied_and_unrated_are_valid_and_no_more(self, desk: Desk) -> None:
        desk.hears(desk.of_case(deadline_missed(WANG, LI)))
        desk.hears_answer(WANG, answers("dissatisfied", contacted=False, resolved=False))
        desk.hears_answer(LI, answers("unrated", contacted=False, resolved=False))
        assert tallies(desk) == {STREET: Tally(0, counts(2, 0, 0, 0, 0))}

    def test_every_unit_has_its_own(self, desk: Desk) -> None:
        desk.hears(desk.of_case(dispatched("261123000009", SERVICE)))
        busy(desk)
        assert tallies(desk)[SERVICE] == Tally(1, counts(0, 0, 0, 0, 0))
        assert tallies(desk)[STREET].volume == 1

    def test_a_figure_opens_to_the_callbacks_it_is_made_of(self, desk: Desk) -> None:
        busy(desk)
        for period in (Period(), Period(THE_22ND, THE_22ND), Period(THE_23RD)):
            rows = behind(desk, STREET, period)
            made = {name: sum(row[name] for row in rows) for name in Counts.model_fields}
            assert tallies(desk, period.first, period.last)[STREET].counts == Counts(**made)
        assert [row["callback_no"] for row in behind(desk, STREET, Period())] == [
            number(WANG),
            number(LI),
            number(NOBODY),
        ]
        assert [row["satisfaction"] for row in behind(desk, STREET, Period())] == [
            "basically_satisfied",
            "satisfied",
            None,
        ]
        assert behind(desk, SERVICE, Period()) == []


def test_views_rebuilt_are_the_views_that_grew(desk: Desk) -> None:
    busy(desk)
    desk.hears(desk.of_case(joined(WANG)), desk.of_person(), desk.of_case(left(LI)))
    grown = desk.tables()
    feeds = {"dispatch": desk.dispatch, "intake": desk.intake}
    for view in desk.house.model.views:
        rebuild(desk.house.service.store, view, feeds)
    assert desk.tables() == grown
    assert all(grown.values())
