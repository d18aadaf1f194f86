"""The work queue and the counts, as they grow event by event, and as they are rebuilt."""

from datetime import UTC, date, datetime

from chassis.views.versions import rebuild
from contracts.ids import CaseNo, UnitCode
from contracts.scoring import Counts
from services.feedback.domain.ranking import Tally
from services.feedback.views.callbacks import CallbackFilter, list_callbacks
from services.feedback.views.scores import (
    CountedCallback,
    Period,
    count_by_unit,
    list_counted,
    list_ordered,
)
from tests.unit.feedback.facts import (
    CASE_NO,
    LI,
    STREET,
    WANG,
    ZHAO,
    answers,
    deadline_missed,
    declared,
    dispatched,
    end_ordered,
    handling_reported,
    joined,
    left,
    lifted,
    minutes,
    number,
    redispatched,
)
from tests.unit.feedback.harness import CALLS, FeedbackHarness
from tests.unit.feedback.whistles import lapses, whistle_life

LAST_OF_THE_22ND = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
FIRST_OF_THE_23RD = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
THE_22ND, THE_23RD = date(2026, 11, 22), date(2026, 11, 23)
EVERY = CallbackFilter()
SERVICE = UnitCode("public-security")


def queue(feedback: FeedbackHarness, wanted: CallbackFilter = EVERY) -> list[tuple[str, str, int]]:
    with feedback.service.store.reading() as connection:
        page = list_callbacks(connection, wanted, None, 100)
    assert page.total == len(page.items)
    return [(one.callback_no, one.status, one.attempts) for one in page.items]


def tallies(
    feedback: FeedbackHarness, first: date | None = None, last: date | None = None
) -> dict[str, Tally]:
    with feedback.service.store.reading() as connection:
        return count_by_unit(connection, Period(first, last))


def behind(feedback: FeedbackHarness, unit: UnitCode, period: Period) -> list[CountedCallback]:
    with feedback.service.store.reading() as connection:
        return list_counted(connection, unit, period, None, 100).items


def counts(*values: int) -> Counts:
    """Give valid, contacted, resolved, satisfied, basically satisfied, and perhaps ordered."""
    return Counts.model_validate(dict(zip(Counts.model_fields, values, strict=False)))


def busy(feedback: FeedbackHarness) -> None:
    """Three callers: one answers at the end of the 22nd, two on the 23rd, one of them never."""
    feedback.receive(feedback.of_case(dispatched(at=LAST_OF_THE_22ND)))
    feedback.receive(feedback.of_case(handling_reported(WANG, LI, ZHAO)))
    feedback.answer(WANG, answers("basically_satisfied", resolved=False), LAST_OF_THE_22ND)
    feedback.answer(LI, answers("satisfied", contacted=False), FIRST_OF_THE_23RD)
    feedback.reach_nobody(ZHAO, minutes(1))


class WhenTheQueueIsRead:
    def test_the_longest_waiting_stands_first(self, feedback: FeedbackHarness) -> None:
        feedback.clock.moment = minutes(5)
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        feedback.clock.moment = minutes(2)
        feedback.receive(feedback.of_case(joined(ZHAO)), feedback.of_case(joined(LI)))
        assert [no for no, _, _ in queue(feedback, CallbackFilter("open"))] == [
            number(LI),
            number(ZHAO),
            number(WANG),
        ]

    def test_each_says_how_it_stands(self, feedback: FeedbackHarness) -> None:
        feedback.receive(
            feedback.of_case(handling_reported(WANG, LI, ZHAO)), feedback.of_case(left(LI))
        )
        feedback.reach_nobody(ZHAO)
        assert queue(feedback) == [
            (number(WANG), "open", 0),
            (number(LI), "waived", 0),
            (number(ZHAO), "completed", 3),
        ]
        assert queue(feedback, CallbackFilter("open", STREET, CASE_NO)) == [
            (number(WANG), "open", 0)
        ]
        assert queue(feedback, CallbackFilter(unit=SERVICE)) == []
        assert queue(feedback, CallbackFilter(case_no=CaseNo("261123999999"))) == []

    def test_one_who_came_back_waits_again(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported()), feedback.of_case(left(WANG)))
        feedback.receive(feedback.of_case(joined(WANG)))
        assert queue(feedback) == [(number(WANG), "open", 0)]


class WhenAnswersAreCounted:
    def test_only_what_was_said_counts_and_volume_is_what_was_dispatched(
        self, feedback: FeedbackHarness
    ) -> None:
        busy(feedback)
        assert tallies(feedback) == {STREET: Tally(1, counts(2, 1, 1, 1, 1))}

    def test_a_day_is_a_day_in_shanghai_and_both_ends_are_in_the_period(
        self, feedback: FeedbackHarness
    ) -> None:
        busy(feedback)
        assert tallies(feedback, last=THE_22ND) == {STREET: Tally(1, counts(1, 1, 0, 0, 1))}
        assert tallies(feedback, first=THE_23RD) == {STREET: Tally(0, counts(1, 0, 1, 1, 0))}
        assert tallies(feedback, THE_22ND, THE_23RD) == tallies(feedback)
        assert tallies(feedback, first=date(2026, 11, 24)) == {}

    def test_dissatisfied_and_unrated_are_valid_and_no_more(
        self, feedback: FeedbackHarness
    ) -> None:
        feedback.receive(feedback.of_case(deadline_missed(WANG, LI)))
        feedback.answer(WANG, answers("dissatisfied", contacted=False, resolved=False))
        feedback.answer(LI, answers("unrated", contacted=False, resolved=False))
        assert tallies(feedback) == {STREET: Tally(0, counts(2, 0, 0, 0, 0))}

    def test_an_ordered_end_counts_for_the_unit_that_leads_on_the_day_of_the_order(
        self, feedback: FeedbackHarness
    ) -> None:
        feedback.receive(feedback.of_case(dispatched(at=LAST_OF_THE_22ND)))
        feedback.receive(feedback.of_case(end_ordered(at=FIRST_OF_THE_23RD)))
        assert tallies(feedback, last=THE_22ND) == {STREET: Tally(1, counts(0, 0, 0, 0, 0, 0))}
        assert tallies(feedback, first=THE_23RD) == {STREET: Tally(0, counts(0, 0, 0, 0, 0, 1))}
        with feedback.service.store.reading() as connection:
            page = list_ordered(connection, STREET, Period(THE_23RD), None, 100)
        assert [one.case_no for one in page.items] == [CASE_NO]

    def test_a_case_that_changes_units_is_in_the_volume_of_both(
        self, feedback: FeedbackHarness
    ) -> None:
        feedback.receive(feedback.of_case(dispatched()), feedback.of_case(redispatched(SERVICE)))
        assert [tallies(feedback)[unit].volume for unit in (STREET, SERVICE)] == [1, 1]

    def test_every_unit_has_its_own(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(dispatched(CaseNo("261123000009"), SERVICE)))
        busy(feedback)
        assert tallies(feedback)[SERVICE] == Tally(1, counts(0, 0, 0, 0, 0))
        assert tallies(feedback)[STREET].volume == 1

    def test_a_figure_opens_to_the_callbacks_it_is_made_of(self, feedback: FeedbackHarness) -> None:
        busy(feedback)
        for period in (Period(), Period(THE_22ND, THE_22ND), Period(THE_23RD)):
            rows = behind(feedback, STREET, period)
            names = set(Counts.model_fields) - {"ordered"}
            made = {name: sum(getattr(row, name) for row in rows) for name in names}
            assert tallies(feedback, period.first, period.last)[STREET].counts == Counts(**made)
        assert [row.callback_no for row in behind(feedback, STREET, Period())] == [
            number(WANG),
            number(LI),
            number(ZHAO),
        ]
        assert [row.satisfaction for row in behind(feedback, STREET, Period())] == [
            "basically_satisfied",
            "satisfied",
            None,
        ]
        assert behind(feedback, SERVICE, Period()) == []


def test_views_rebuilt_are_the_views_that_grew(feedback: FeedbackHarness) -> None:
    busy(feedback)
    feedback.receive(
        feedback.of_case(joined(WANG)), feedback.of_person(), feedback.of_case(left(LI))
    )
    for event in (declared("p-a"), declared("p-b"), lifted("p-b"), end_ordered()):
        feedback.receive(feedback.of_case(event))
    feedback.receive(*map(feedback.of_whistle, whistle_life()))
    feedback.receive(*map(feedback.of_operation, lapses()))
    assert feedback.get(f"{CALLS}/{number(WANG)}/note").status_code == 200
    grown = feedback.tables()
    for view in feedback.model.views:
        rebuild(feedback.service.store, view, feedback.others)
    assert feedback.tables() == grown
    assert all(rows for name, rows in grown.items() if not name.startswith("reading"))
