"""The whistle changes while units are on their way: one more is called, or nobody has to come."""

import pytest

from services.enforcement.domain.operation.coming import OfficersTooFew, ReportBeforeCall
from services.enforcement.domain.operation.decider import OPERATION, OperationCommand
from services.enforcement.domain.operation.policies import (
    OperationCancelledAlready,
    OperationUnknown,
)
from services.enforcement.domain.operation.state import Cancelled, OperationEvent, Underway
from tests.given import given
from tests.unit.enforcement.facts import (
    FIRE,
    MARKET,
    OPENED_AT,
    POLICE,
    absent,
    acknowledged,
    acknowledgement_missed,
    cancelled,
    completed,
    concluded,
    deadlines_lifted,
    minutes,
    opened,
    released,
    report_missed,
    reported,
    task_added,
)
from tests.unit.enforcement.steps import STEPS, add, cancel, report, rule

CANCELLED: tuple[OperationEvent, ...] = (opened(), cancelled())
CONCLUDED: tuple[OperationEvent, ...] = (
    opened(POLICE),
    report_missed(POLICE, minutes(125)),
    absent(POLICE),
    concluded(POLICE),
)


class WhenAUnitIsAdded:
    def test_it_gets_a_task_whose_clocks_start_when_it_was_called(self) -> None:
        called, seen = minutes(50), minutes(52)
        added = task_added(FIRE, called, seen)
        given(OPERATION, opened()).when(add(FIRE, called, seen)).then(added)
        assert added.task.report.started_at == called
        assert added.task.report.due_at == minutes(170)

    def test_it_owes_what_the_others_owe(self) -> None:
        asked = given(OPERATION, opened(POLICE), task_added(FIRE))
        assert asked.open_milestones() == [
            "acknowledge/public-security",
            "acknowledge/fire-rescue",
            "report/public-security",
            "report/fire-rescue",
        ]

    def test_the_operation_waits_for_it(self) -> None:
        done = (acknowledged(POLICE), reported(POLICE), completed(POLICE), released(POLICE))
        asked = given(OPERATION, opened(POLICE), task_added(FIRE), *done)
        assert f"report/{FIRE}" in asked.open_milestones()

    def test_what_was_due_before_it_could_see_the_call_does_not_count(self) -> None:
        called, seen = minutes(5), minutes(40)
        miss = acknowledgement_missed(FIRE, seen)
        happened = (opened(POLICE), acknowledged(POLICE), reported(POLICE))
        given(OPERATION, *happened, task_added(FIRE, called, seen)).missed(
            seen, miss.model_copy(update={"due_at": minutes(35), "counts": False})
        )

    def test_the_control_arm_counts(self) -> None:
        called, seen = minutes(5), minutes(30)
        miss = acknowledgement_missed(FIRE, minutes(40))
        happened = (opened(POLICE), acknowledged(POLICE), reported(POLICE))
        given(OPERATION, *happened, task_added(FIRE, called, seen)).missed(
            minutes(40), miss.model_copy(update={"due_at": minutes(35), "counts": True})
        )

    def test_once(self) -> None:
        given(OPERATION, opened(), task_added(FIRE)).when(add(FIRE)).nothing()
        given(OPERATION, opened()).when(add(MARKET)).nothing()
        again = given(OPERATION, opened(), acknowledged(MARKET), task_added(MARKET))
        assert again.state == given(OPERATION, opened(), acknowledged(MARKET)).state

    def test_an_operation_that_ended_meanwhile_is_open_again(self) -> None:
        given(OPERATION, *CONCLUDED).when(add(FIRE)).then(task_added(FIRE))
        asked = given(OPERATION, *CONCLUDED, task_added(FIRE))
        assert isinstance(asked.state, Underway)
        assert asked.open_milestones() == [f"acknowledge/{FIRE}", f"report/{FIRE}"]

    def test_too_late_for_one_that_was_cancelled(self) -> None:
        given(OPERATION, *CANCELLED).when(add(FIRE)).nothing()

    def test_before_the_whistle_arrived_it_waits_for_it(self) -> None:
        given(OPERATION).when(add(FIRE)).refused(OperationUnknown)

    def test_nobody_waits_for_it_where_the_clocks_were_lifted(self) -> None:
        asked = given(OPERATION, opened(POLICE), deadlines_lifted(), task_added(FIRE))
        assert asked.open_milestones() == []
        asked.missed(minutes(1_000))


class WhenTheWhistleIsCancelled:
    def test_the_operation_is_over(self) -> None:
        given(OPERATION, opened()).when(cancel()).then(cancelled())

    def test_once_and_only_while_it_is_underway(self) -> None:
        for happened in ((), CONCLUDED, CANCELLED):
            given(OPERATION, *happened).when(cancel()).nothing()

    def test_every_open_task_stops_and_what_was_done_stays(self) -> None:
        done = (acknowledged(POLICE), reported(POLICE), completed(POLICE), released(POLICE))
        asked = given(OPERATION, opened(), *done, cancelled())
        assert isinstance(asked.state, Cancelled)
        assert [task.status for task in asked.state.tasks.values()] == ["released", "cancelled"]
        assert asked.open_milestones() == []
        asked.missed(minutes(1_000))

    @pytest.mark.parametrize("command", [step() for step in STEPS if step is not rule])
    def test_nobody_acts_any_more(self, command: OperationCommand) -> None:
        refusal = given(OPERATION, *CANCELLED).when(command).refused(OperationCancelledAlready)
        assert "2026-11-23 04:10" in refusal.sentence("en")


class WhenAttendanceIsChecked:
    """Invariant 9.3 (5): not before the call, and two officers where the law is enforced."""

    def test_nobody_is_there_before_the_whistle_was_blown(self) -> None:
        early = report(at=minutes(-1))
        refusal = given(OPERATION, opened()).when(early).refused(ReportBeforeCall)
        assert {"2026-11-23 03:00", "2026-11-23 02:59"} <= set(refusal.facts.values())
        given(OPERATION, opened()).when(report(at=OPENED_AT)).then(
            acknowledged(POLICE, OPENED_AT), reported(POLICE, OPENED_AT)
        )

    def test_nor_an_added_unit_before_it_was_called(self) -> None:
        asked = given(OPERATION, opened(), task_added(FIRE, minutes(50), minutes(50)))
        asked.when(report(FIRE, minutes(49))).refused(ReportBeforeCall)

    def test_enforcement_takes_two_officers_also_of_an_added_unit(self) -> None:
        asked = given(OPERATION, opened(), task_added(FIRE))
        asked.when(report(FIRE, officer_count=1)).refused(OfficersTooFew)
