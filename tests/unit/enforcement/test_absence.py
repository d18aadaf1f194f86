"""Units that do not come, do not stay, or are reminded: what the street does about them."""

from datetime import datetime, timedelta

import pytest

from contracts.ids import UnitCode
from services.enforcement.domain.operation.absence import AbsentTooEarly, AlreadyAbsent
from services.enforcement.domain.operation.chasing import ChasedJustNow, ChaseNotYours
from services.enforcement.domain.operation.coming import NamedAbsent
from services.enforcement.domain.operation.completing import TaskNotReported
from services.enforcement.domain.operation.decider import OPERATION
from services.enforcement.domain.operation.leaving import UnitNotThere
from services.enforcement.domain.operation.policies import (
    NotTheStreet,
    OperationConcludedAlready,
    UnitExcused,
    UnitLeftAlready,
    UnitOnTheSpot,
)
from services.enforcement.domain.operation.releasing import AlreadyReleased, TaskNotCompleted
from services.enforcement.domain.operation.state import OperationEvent, Underway
from tests.given import given
from tests.unit.enforcement.facts import (
    CENTRE,
    DISTRICT,
    FIRE,
    MARKET,
    NAMED_AT,
    POLICE,
    RELEASED_AT,
    REPORT_BY,
    STREET,
    absent,
    acknowledged,
    acknowledgement_missed,
    chased,
    completed,
    concluded,
    contested,
    deadlines_lifted,
    left,
    minutes,
    opened,
    released,
    report_missed,
    reported,
    ruled,
    task_added,
)
from tests.unit.enforcement.steps import (
    acknowledge,
    chase,
    complete,
    contest,
    leave,
    name_absent,
    release,
    report,
)

LATE = (acknowledgement_missed(POLICE, REPORT_BY), report_missed(POLICE, REPORT_BY))
MISSED: tuple[OperationEvent, ...] = (opened(), *LATE)
HERE: tuple[OperationEvent, ...] = (opened(), acknowledged(POLICE), reported(POLICE))
INSTANT = timedelta(microseconds=1)


class WhenTheStreetNamesAUnitAbsent:
    def test_it_is_noted(self) -> None:
        given(OPERATION, *MISSED).when(name_absent()).then(absent(POLICE))
        state = given(OPERATION, *MISSED, absent(POLICE)).state
        assert isinstance(state, Underway)
        assert (state.tasks[POLICE].status, state.tasks[POLICE].is_finished) == ("absent", True)

    def test_the_last_one_ends_the_operation(self) -> None:
        happened = (opened(POLICE), *LATE)
        given(OPERATION, *happened).when(name_absent()).then(
            absent(POLICE), concluded(POLICE, at=NAMED_AT)
        )

    def test_the_others_go_on_without_it(self) -> None:
        market = (acknowledged(MARKET), reported(MARKET), completed(MARKET))
        asked = given(OPERATION, *MISSED, *market, absent(POLICE))
        asked.when(release(MARKET, at=NAMED_AT)).then(
            released(MARKET, NAMED_AT), concluded(at=NAMED_AT)
        )

    def test_not_before_it_missed_its_time(self) -> None:
        early = minutes(119)
        happened = (opened(), acknowledgement_missed(POLICE, early))
        refusal = given(OPERATION, *happened).when(name_absent(at=early)).refused(AbsentTooEarly)
        assert "2026-11-23 05:00" in refusal.sentence("zh")

    def test_a_unit_that_saw_the_whistle_too_late_has_as_long_from_there(self) -> None:
        """Called at 03:05 for 05:05, and first told so at 06:05: it may come until 08:05."""
        called, seen = minutes(5), minutes(185)
        missed = report_missed(FIRE, seen).model_copy(
            update={"due_at": minutes(125), "counts": False}
        )
        asked = given(OPERATION, opened(), task_added(FIRE, called, seen), missed)
        early = name_absent(FIRE, at=minutes(305) - INSTANT)
        refusal = asked.when(early).refused(AbsentTooEarly)
        assert "2026-11-23 08:05" in refusal.sentence("en")
        asked.when(name_absent(FIRE, at=minutes(305))).then(absent(FIRE, minutes(305)))

    def test_at_any_time_where_no_clock_runs(self) -> None:
        asked = given(OPERATION, opened(), deadlines_lifted())
        asked.when(name_absent(at=minutes(6))).then(absent(POLICE, minutes(6)))

    def test_also_while_its_contest_waits(self) -> None:
        happened = (*MISSED, contested(POLICE))
        given(OPERATION, *happened).when(name_absent()).then(absent(POLICE))

    def test_not_when_it_is_there(self) -> None:
        asked = given(OPERATION, *MISSED, acknowledged(POLICE), reported(POLICE))
        asked.when(name_absent()).refused(UnitOnTheSpot)

    def test_not_when_it_was_excused(self) -> None:
        asked = given(OPERATION, *MISSED, contested(POLICE), ruled(POLICE))
        asked.when(name_absent()).refused(UnitExcused)

    def test_once(self) -> None:
        given(OPERATION, *MISSED, absent(POLICE)).when(name_absent()).refused(AlreadyAbsent)

    @pytest.mark.parametrize("acting_unit", [POLICE, DISTRICT, CENTRE])
    def test_nobody_else_does(self, acting_unit: UnitCode) -> None:
        command = name_absent(acting_unit=acting_unit)
        given(OPERATION, *MISSED).when(command).refused(NotTheStreet)

    def test_its_other_clock_stops(self) -> None:
        """It need not acknowledge any more, where it has longer for that than for coming."""
        happened = (opened(POLICE, MARKET), report_missed(POLICE, REPORT_BY), absent(POLICE))
        asked = given(OPERATION, *happened)
        assert asked.open_milestones() == [f"acknowledge/{MARKET}", f"report/{MARKET}"]


class WhenAUnitComesAfterItWasNamedAbsent:
    gone = given(OPERATION, *MISSED, absent(POLICE))
    late = minutes(140)
    back = (acknowledged(POLICE, late), reported(POLICE, late))

    def test_it_still_reports_in_as_long_as_the_operation_is_underway(self) -> None:
        self.gone.when(report(at=self.late)).then(*self.back)

    def test_it_is_there_again_and_the_operation_waits_for_it(self) -> None:
        asked = given(OPERATION, *self.gone.events, *self.back)
        assert isinstance(asked.state, Underway)
        assert asked.state.tasks[POLICE].status == "reported"
        assert not asked.state.tasks[POLICE].is_finished
        market = (acknowledged(MARKET), reported(MARKET), completed(MARKET))
        given(OPERATION, *asked.events, *market).when(release(MARKET)).then(released(MARKET))

    def test_it_completes_and_is_released_or_leaves(self) -> None:
        asked = given(OPERATION, *self.gone.events, *self.back)
        asked.when(complete()).then(completed(POLICE))
        asked.when(leave()).then(left(POLICE))
        done = given(OPERATION, *asked.events, completed(POLICE))
        done.when(release()).then(released(POLICE))

    def test_what_was_said_of_it_stays_said(self) -> None:
        state = given(OPERATION, *self.gone.events, *self.back).state
        assert isinstance(state, Underway)
        assert state.tasks[POLICE].absent == absent(POLICE)
        assert state.tasks[POLICE].report_missed is not None

    def test_coming_is_what_helps_and_not_acknowledging(self) -> None:
        self.gone.when(acknowledge(at=self.late)).refused(NamedAbsent)
        self.gone.when(complete(at=self.late)).refused(TaskNotReported)

    def test_it_may_still_contest(self) -> None:
        self.gone.when(contest(at=self.late)).then(contested(POLICE, self.late))

    def test_not_once_the_operation_is_over(self) -> None:
        over = given(OPERATION, opened(POLICE), *LATE, absent(POLICE), concluded(at=NAMED_AT))
        over.when(report(at=self.late)).refused(OperationConcludedAlready)


class WhenAUnitLeavesEarly:
    """9.3 (5): a departure before the release is recorded."""

    def test_the_street_notes_it(self) -> None:
        given(OPERATION, *HERE).when(leave()).then(left(POLICE))
        state = given(OPERATION, *HERE, left(POLICE)).state
        assert isinstance(state, Underway)
        assert (state.tasks[POLICE].status, state.tasks[POLICE].is_finished) == ("left", True)

    def test_the_last_one_ends_the_operation(self) -> None:
        happened = (opened(POLICE), *HERE[1:])
        given(OPERATION, *happened).when(leave()).then(left(POLICE), concluded(POLICE))

    def test_a_result_that_it_sent_stays(self) -> None:
        happened = (*HERE, completed(POLICE))
        given(OPERATION, *happened).when(leave()).then(left(POLICE))
        state = given(OPERATION, *happened, left(POLICE)).state
        assert isinstance(state, Underway)
        assert state.tasks[POLICE].completed == completed(POLICE)

    def test_only_who_came_can_leave(self) -> None:
        for happened in (MISSED, (*MISSED, absent(POLICE))):
            given(OPERATION, *happened).when(leave()).refused(UnitNotThere)

    def test_nobody_leaves_twice_or_after_the_release(self) -> None:
        asked = given(OPERATION, *HERE, left(POLICE))
        asked.when(leave()).refused(UnitLeftAlready)
        asked.when(release()).refused(UnitLeftAlready)
        asked.when(complete()).refused(UnitLeftAlready)
        done = given(OPERATION, *HERE, completed(POLICE), released(POLICE))
        done.when(leave()).refused(AlreadyReleased)

    @pytest.mark.parametrize("acting_unit", [POLICE, DISTRICT, CENTRE])
    def test_nobody_else_notes_it(self, acting_unit: UnitCode) -> None:
        given(OPERATION, *HERE).when(leave(acting_unit=acting_unit)).refused(NotTheStreet)

    def test_a_release_says_how_else_to_go_on(self) -> None:
        refusal = given(OPERATION, *HERE).when(release()).refused(TaskNotCompleted)
        assert "提前离场" in refusal.sentence("zh")


class WhenAUnitIsChased:
    @pytest.mark.parametrize(
        ("acting_unit", "watched"), [(STREET, None), (DISTRICT, DISTRICT), (CENTRE, DISTRICT)]
    )
    def test_by_the_street_its_district_or_the_centre(
        self, acting_unit: UnitCode, watched: UnitCode | None
    ) -> None:
        command = chase(acting_unit=acting_unit, watched=watched)
        given(OPERATION, opened()).when(command).then(chased(POLICE))

    @pytest.mark.parametrize(
        ("acting_unit", "watched"),
        [(MARKET, None), (UnitCode("street-locust-peace"), None), (CENTRE, UnitCode("elsewhere"))],
    )
    def test_by_nobody_else(self, acting_unit: UnitCode, watched: UnitCode | None) -> None:
        command = chase(acting_unit=acting_unit, watched=watched)
        refusal = given(OPERATION, opened()).when(command).refused(ChaseNotYours)
        assert refusal.status == 403

    @pytest.mark.parametrize("at", [minutes(10), minutes(20) - INSTANT])
    def test_once_in_ten_minutes_no_matter_who_does(self, at: datetime) -> None:
        asked = given(OPERATION, opened(), chased(POLICE, by="p-centre"))
        refusal = asked.when(chase(at=at)).refused(ChasedJustNow)
        assert {"2026-11-23 03:10", "2026-11-23 03:20"} <= set(refusal.facts.values())

    def test_again_after_that(self) -> None:
        asked = given(OPERATION, opened(), chased(POLICE))
        asked.when(chase(at=minutes(20))).then(chased(POLICE, minutes(20)))
        asked.when(chase(MARKET)).then(chased(MARKET))

    def test_no_clock_moves(self) -> None:
        before = OPERATION.deadlines(given(OPERATION, opened()).state)
        assert OPERATION.deadlines(given(OPERATION, opened(), chased(POLICE)).state) == before

    def test_not_once_it_is_there(self) -> None:
        given(OPERATION, *HERE).when(chase(at=RELEASED_AT)).refused(UnitOnTheSpot)

    def test_named_absent_it_may_still_be(self) -> None:
        asked = given(OPERATION, *MISSED, absent(POLICE))
        asked.when(chase(at=minutes(140))).then(chased(POLICE, minutes(140)))
