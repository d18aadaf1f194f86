"""升级、督办答复: the district learns who did not come, and has a time to answer."""

from dataclasses import replace

import pytest

from contracts.calendar import compute
from contracts.catalogue import FileCatalogue
from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.domain.whistle.escalation import (
    AnswerAwaited,
    NothingToAnswer,
    NotTheDistrict,
    UnitNotCalled,
    answer_terms,
)
from services.dispatch.domain.whistle.stage import NotTheStreet, WhistleNotReady
from services.dispatch.domain.whistle.state import Called, call_of
from tests.given import given
from tests.unit.dispatch.cases import CALENDAR, OFFICER, march, officer
from tests.unit.dispatch.histories import INSTANT
from tests.unit.dispatch.whistles import (
    ANSWER_BY,
    ANSWER_LIMIT,
    BLOWN,
    CANCELLED_AT,
    ESCALATED_AT,
    MARKET,
    NOTICED_AT,
    POLICE,
    REPORT_BY,
    TERMS,
    WATER,
    History,
    answer,
    answer_due,
    answer_missed,
    answered,
    ask,
    asked,
    at_every_stage_but,
    cancelled,
    concluded,
    escalate,
    escalated,
    excused,
    name_absent,
    settle,
    settled,
)

TOLD: History = (*BLOWN, escalated())
LATE: History = (*TOLD, answer_missed())


class WhenAUnitDoesNotReport:
    """场景 9.6 (3): one department misses, and it goes to the district."""

    def test_the_district_is_told_and_its_time_begins(self) -> None:
        given(WHISTLE, *BLOWN).when(escalate()).then(escalated())
        assert given(WHISTLE, *TOLD).open_milestones() == [f"answer/{POLICE}"]

    def test_once_per_unit(self) -> None:
        given(WHISTLE, *TOLD).when(escalate()).nothing()

    def test_and_for_each_unit_of_its_own(self) -> None:
        given(WHISTLE, *TOLD).when(escalate(MARKET)).then(escalated(MARKET))

    def test_not_of_one_that_was_not_called(self) -> None:
        given(WHISTLE, *BLOWN).when(escalate(WATER)).nothing()

    @at_every_stage_but("blown")
    def test_before_and_after_nobody_is_late(self, history: History) -> None:
        given(WHISTLE, *history).when(escalate()).nothing()

    def test_who_was_late_is_not_forgotten(self) -> None:
        late = (*TOLD, escalated(MARKET), asked())
        for history in (late, (*late, concluded()), (*late, concluded(), settled())):
            state = given(WHISTLE, *history).state
            assert isinstance(state, Called)
            assert state.call.late_units == (POLICE, MARKET)

    def test_no_clock_runs_while_the_callers_are_erased(self) -> None:
        expected = escalated(has_clock=False)
        given(WHISTLE, *BLOWN).when(escalate(terms=None)).then(expected)
        assert given(WHISTLE, *BLOWN, expected).open_milestones() == []
        given(WHISTLE, *BLOWN, expected).when(answer()).then(answered())


class WhenAUnitIsNamedAbsent:
    def test_the_district_is_told_again_and_no_second_clock_runs(self) -> None:
        expected = escalated(has_clock=False).model_copy(
            update={"ground": "absent", "escalated_by": OFFICER, "due_at": REPORT_BY}
        )
        given(WHISTLE, *TOLD).when(name_absent()).then(expected)
        assert given(WHISTLE, *TOLD, expected).open_milestones() == [f"answer/{POLICE}"]
        given(WHISTLE, *TOLD, expected).when(name_absent()).nothing()

    def test_a_new_clock_runs_where_none_does(self) -> None:
        expected = escalated().model_copy(
            update={"ground": "absent", "escalated_by": OFFICER, "due_at": None}
        )
        given(WHISTLE, *BLOWN).when(name_absent()).then(expected)


class WhenTheStreetAsks:
    def test_the_district_is_asked(self) -> None:
        given(WHISTLE, *BLOWN).when(ask()).then(asked())

    def test_also_about_a_unit_of_which_it_was_told(self) -> None:
        again = asked().model_copy(update={"answer": None})
        given(WHISTLE, *TOLD).when(ask()).then(again)

    def test_but_not_again_before_the_answer_or_its_deadline(self) -> None:
        history = (*BLOWN, asked())
        given(WHISTLE, *history).when(ask()).refused(AnswerAwaited)
        given(WHISTLE, *history).when(ask(MARKET)).then(
            asked(MARKET).model_copy(update={"answer": answer_due(MARKET)})
        )
        for end in (answered(), answer_missed()):
            later = NOTICED_AT
            due = answer_due(start=later, warn_at=march(5, 16, 36), due_at=march(6, 10))
            given(WHISTLE, *history, end).when(ask(at=later)).then(
                asked(at=later).model_copy(update={"answer": due})
            )

    def test_about_a_unit_that_was_called(self) -> None:
        given(WHISTLE, *BLOWN).when(ask(WATER)).refused(UnitNotCalled)

    def test_no_other_unit_asks(self) -> None:
        given(WHISTLE, *BLOWN).when(ask(by=officer("p-x", POLICE))).refused(NotTheStreet)

    @at_every_stage_but("blown")
    def test_while_the_units_are_out(self, history: History) -> None:
        given(WHISTLE, *history).when(ask()).refused(WhistleNotReady)


class WhenTheDistrictAnswers:
    @pytest.mark.parametrize(
        "history",
        [
            TOLD,
            LATE,
            (*TOLD, concluded()),
            (*TOLD, concluded(), settled()),
            (*TOLD, cancelled()),
        ],
        ids=["in time", "late", "concluded", "settled", "cancelled"],
    )
    def test_it_is_heard_at_any_time(self, history: History) -> None:
        given(WHISTLE, *history).when(answer()).then(answered())
        assert given(WHISTLE, *history, answered()).open_milestones() == []

    def test_once(self) -> None:
        given(WHISTLE, *TOLD, answered()).when(answer()).refused(NothingToAnswer)

    @at_every_stage_but()
    def test_and_not_where_nothing_was_told(self, history: History) -> None:
        given(WHISTLE, *history).when(answer()).refused(NothingToAnswer)

    def test_no_other_unit_answers(self) -> None:
        refusal = given(WHISTLE, *TOLD).when(answer(by=officer())).refused(NotTheDistrict)
        assert refusal.status == 403

    def test_about_one_unit_the_clock_of_another_runs_on(self) -> None:
        both = (*TOLD, escalated(MARKET), answered())
        assert given(WHISTLE, *both).open_milestones() == [f"answer/{MARKET}"]


class WhenTheDistrictSaysNothing:
    def test_it_is_missed_once(self) -> None:
        given(WHISTLE, *TOLD).missed(ANSWER_BY - INSTANT)
        given(WHISTLE, *TOLD).missed(NOTICED_AT, answer_missed())

    @pytest.mark.parametrize("end", [(concluded(),), (concluded(), settled()), (cancelled(),)])
    def test_also_after_the_end_of_the_whistle(self, end: History) -> None:
        given(WHISTLE, *TOLD, *end).missed(NOTICED_AT, answer_missed())

    def test_it_blocks_nothing(self) -> None:
        """控制组: the same step with and without an answer."""
        for history in (TOLD, LATE, (*TOLD, answered())):
            given(WHISTLE, *history, concluded()).when(settle()).then(settled())

    def test_a_provisional_time_is_no_miss(self) -> None:
        """A calendar that nobody has published yet blames nobody."""
        told = escalated()
        assert told.answer is not None
        clock = told.answer.model_copy(update={"provisional": True})
        history = (*BLOWN, told.model_copy(update={"answer": clock}))
        given(WHISTLE, *history).missed(NOTICED_AT)
        assert given(WHISTLE, *history).open_milestones() == []

    def test_an_excused_unit_was_not_late(self) -> None:
        for history, late in ((TOLD, (POLICE,)), ((*TOLD, excused()), ())):
            call = call_of(given(WHISTLE, *history).state)
            assert call is not None
            assert call.late_units == late

    def test_an_excused_unit_is_still_answered_about(self) -> None:
        given(WHISTLE, *TOLD, excused()).when(answer()).then(answered())

    @at_every_stage_but()
    def test_nothing_is_missed_where_nothing_was_told(self, history: History) -> None:
        given(WHISTLE, *history).missed(CANCELLED_AT)
        assert given(WHISTLE, *history).open_milestones() == []


class WhenADeadlineIsComputed:
    def test_it_is_that_of_the_policies(self) -> None:
        expected = compute(
            milestone=f"answer/{POLICE}",
            round=1,
            rule="policies.escalation_answer",
            start=ESCALATED_AT,
            limit=ANSWER_LIMIT,
            calendar=CALENDAR,
        )
        assert TERMS.deadline(POLICE, 1, ESCALATED_AT) == expected == answer_due()

    def test_while_everybody_is_erased_there_is_none(self) -> None:
        version = FileCatalogue().at("2026-01-01")
        assert answer_terms(version, is_erased=True) is None
        terms = answer_terms(version, is_erased=False)
        assert terms == replace(TERMS, calendar=version.calendar)
