"""A unit contests the whistle, and the district rules: 先办后议."""

import pytest

from contracts.ids import UnitCode
from services.enforcement.domain.operation.coming import AlreadyReported
from services.enforcement.domain.operation.contesting import (
    AlreadyContested,
    ContestAfterReporting,
    NoContestWaiting,
    NotTheRulingDistrict,
    RulingInOwnCause,
)
from services.enforcement.domain.operation.decider import OPERATION, OperationCommand
from services.enforcement.domain.operation.policies import (
    OperationCancelledAlready,
    OperationConcludedAlready,
    UnitExcused,
)
from services.enforcement.domain.operation.state import (
    Cancelled,
    Concluded,
    OperationEvent,
    Underway,
)
from tests.given import given
from tests.unit.enforcement.facts import (
    ACKNOWLEDGE_BY,
    CENTRE,
    COMPLETED_AT,
    DISTRICT,
    MARKET,
    NAMED_AT,
    POLICE,
    REPORT_BY,
    STREET,
    absent,
    acknowledged,
    acknowledgement_missed,
    cancelled,
    completed,
    concluded,
    contested,
    minutes,
    opened,
    released,
    report_missed,
    reported,
    ruled,
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
    rule,
)

WAITING: tuple[OperationEvent, ...] = (opened(), contested(POLICE))
EXCUSED: tuple[OperationEvent, ...] = (*WAITING, ruled(POLICE))
OVER: tuple[OperationEvent, ...] = (
    opened(POLICE),
    contested(POLICE),
    acknowledgement_missed(POLICE, REPORT_BY),
    report_missed(POLICE, REPORT_BY),
    absent(POLICE),
    concluded(at=NAMED_AT),
)


class WhenAUnitContests:
    @pytest.mark.parametrize("before", [(), (acknowledged(POLICE),)])
    def test_it_is_noted_acknowledged_or_not(self, before: tuple[OperationEvent, ...]) -> None:
        given(OPERATION, opened(), *before).when(contest()).then(contested(POLICE))

    def test_no_clock_stops(self) -> None:
        before = OPERATION.deadlines(given(OPERATION, opened()).state)
        asked = given(OPERATION, *WAITING)
        assert OPERATION.deadlines(asked.state) == before
        asked.missed(
            ACKNOWLEDGE_BY,
            acknowledgement_missed(POLICE, ACKNOWLEDGE_BY),
            acknowledgement_missed(MARKET, ACKNOWLEDGE_BY),
        )

    def test_once(self) -> None:
        for happened in (WAITING, (*WAITING, ruled(POLICE, "rejected"))):
            given(OPERATION, *happened).when(contest()).refused(AlreadyContested)

    def test_not_after_reporting_in(self) -> None:
        happened = (opened(), acknowledged(POLICE), reported(POLICE))
        given(OPERATION, *happened).when(contest()).refused(ContestAfterReporting)

    def test_reporting_in_is_accepting(self) -> None:
        asked = given(OPERATION, *WAITING, acknowledged(POLICE), reported(POLICE))
        assert isinstance(asked.state, Underway)
        assert asked.state.tasks[POLICE].contest == "lapsed"
        asked.when(rule()).refused(NoContestWaiting)

    def test_not_once_the_operation_is_over(self) -> None:
        over = (*OVER[:1], *OVER[2:])
        given(OPERATION, *over).when(contest(at=NAMED_AT)).refused(OperationConcludedAlready)


class WhenTheDistrictUpholdsIt:
    def test_the_unit_is_excused(self) -> None:
        given(OPERATION, *WAITING).when(rule()).then(ruled(POLICE))
        state = given(OPERATION, *EXCUSED).state
        assert isinstance(state, Underway)
        task = state.tasks[POLICE]
        assert (task.status, task.contest, task.is_finished) == ("excused", "upheld", True)

    def test_the_street_commands_itself_without_the_lead(self) -> None:
        """9.3 (1): nobody leads in its place, and the others are released as ever."""
        market = (acknowledged(MARKET), reported(MARKET), completed(MARKET))
        asked = given(OPERATION, *EXCUSED, *market)
        assert isinstance(asked.state, Underway)
        assert [task.owed.role for task in asked.state.tasks.values()] == ["lead", "assisting"]
        asked.when(release(MARKET)).then(released(MARKET), concluded())

    def test_nothing_is_due_or_missed_any_more(self) -> None:
        asked = given(OPERATION, *EXCUSED)
        assert asked.open_milestones() == [f"acknowledge/{MARKET}", f"report/{MARKET}"]

    def test_what_was_missed_is_void(self) -> None:
        late = (acknowledgement_missed(POLICE, REPORT_BY), report_missed(POLICE, REPORT_BY))
        waiting = given(OPERATION, *WAITING, *late).state
        upheld = given(OPERATION, *WAITING, *late, ruled(POLICE)).state
        assert isinstance(waiting, Underway)
        assert isinstance(upheld, Underway)
        for miss in late:
            assert waiting.tasks[POLICE].counts(miss)
            assert not upheld.tasks[POLICE].counts(miss)
        assert upheld.tasks[POLICE].report_missed == late[1]

    def test_the_last_one_excused_ends_the_operation(self) -> None:
        asked = given(OPERATION, opened(POLICE), contested(POLICE))
        asked.when(rule()).then(ruled(POLICE), concluded(POLICE, at=COMPLETED_AT))

    @pytest.mark.parametrize(
        "command",
        [acknowledge(), report(), complete(), contest(), release(), leave(), chase()],
    )
    def test_nothing_more_is_asked_of_it(self, command: OperationCommand) -> None:
        refusal = given(OPERATION, *EXCUSED).when(command).refused(UnitExcused)
        assert "2026-11-23 04:00" in refusal.sentence("zh")

    def test_not_twice(self) -> None:
        given(OPERATION, *EXCUSED).when(rule()).refused(NoContestWaiting)

    def test_one_named_absent_is_excused_all_the_same(self) -> None:
        late = (report_missed(POLICE, REPORT_BY), absent(POLICE))
        asked = given(OPERATION, *WAITING, *late)
        asked.when(rule(at=minutes(140))).then(ruled(POLICE, at=minutes(140)))

    def test_even_after_the_operation_is_over(self) -> None:
        asked = given(OPERATION, *OVER)
        asked.when(rule(at=minutes(140))).then(ruled(POLICE, at=minutes(140)))
        state = given(OPERATION, *OVER, ruled(POLICE, at=minutes(140))).state
        assert isinstance(state, Concluded)
        assert state.tasks[POLICE].status == "excused"
        assert not state.tasks[POLICE].counts(state.tasks[POLICE].report_missed)

    def test_even_after_the_whistle_was_cancelled(self) -> None:
        happened = (*WAITING, cancelled(NAMED_AT))
        given(OPERATION, *happened).when(rule(at=minutes(140))).then(ruled(POLICE, at=minutes(140)))
        state = given(OPERATION, *happened, ruled(POLICE, at=minutes(140))).state
        assert isinstance(state, Cancelled)
        assert [task.status for task in state.tasks.values()] == ["excused", "cancelled"]
        given(OPERATION, *happened).when(report(at=NAMED_AT)).refused(OperationCancelledAlready)


class WhenTheDistrictRejectsIt:
    rejected = given(OPERATION, *WAITING, ruled(POLICE, "rejected"))

    def test_the_unit_still_has_to_come(self) -> None:
        given(OPERATION, *WAITING).when(rule(outcome="rejected")).then(ruled(POLICE, "rejected"))
        assert f"report/{POLICE}" in self.rejected.open_milestones()
        self.rejected.when(report()).then(
            acknowledged(POLICE, minutes(20)), reported(POLICE, minutes(20))
        )

    def test_it_stays_rejected_when_it_comes(self) -> None:
        came = (acknowledged(POLICE), reported(POLICE))
        state = given(OPERATION, *self.rejected.events, *came).state
        assert isinstance(state, Underway)
        assert state.tasks[POLICE].contest == "rejected"
        given(OPERATION, *self.rejected.events, *came).when(report()).refused(AlreadyReported)

    def test_it_may_be_named_absent(self) -> None:
        late = report_missed(POLICE, REPORT_BY)
        given(OPERATION, *self.rejected.events, late).when(name_absent()).then(absent(POLICE))


class WhenSomebodyElseRules:
    @pytest.mark.parametrize("acting_unit", [STREET, MARKET, POLICE, CENTRE])
    def test_they_are_refused(self, acting_unit: UnitCode) -> None:
        command = rule(acting_unit=acting_unit)
        refusal = given(OPERATION, *WAITING).when(command).refused(NotTheRulingDistrict)
        assert refusal.status == 403

    def test_a_district_that_was_called_rules_on_others_and_not_on_itself(self) -> None:
        happened = (opened(DISTRICT, POLICE), contested(DISTRICT), contested(POLICE))
        asked = given(OPERATION, *happened)
        assert asked.when(rule(DISTRICT)).refused(RulingInOwnCause).status == 403
        asked.when(rule(POLICE)).then(ruled(POLICE))

    def test_there_has_to_be_something_to_rule_on(self) -> None:
        given(OPERATION, opened()).when(rule()).refused(NoContestWaiting)
