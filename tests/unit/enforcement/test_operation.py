"""The rules of a joint operation, one class per thing that is asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from chassis.errors import OfficerRecused
from contracts.ids import UnitCode
from contracts.values import WhistleKind
from services.enforcement.domain.operation.coming import (
    AlreadyAcknowledged,
    AlreadyReported,
    OfficersTooFew,
)
from services.enforcement.domain.operation.completing import AlreadyCompleted, TaskNotReported
from services.enforcement.domain.operation.decider import (
    OPERATION,
    OfficerCommand,
    OperationCommand,
)
from services.enforcement.domain.operation.policies import (
    NotTheStreet,
    OperationConcludedAlready,
    OperationUnknown,
    UnitHasNoTask,
    UnitNotSummoned,
)
from services.enforcement.domain.operation.releasing import AlreadyReleased, TaskNotCompleted
from services.enforcement.domain.operation.state import OperationEvent, TaskStatus, Underway
from tests.given import given
from tests.unit.enforcement.facts import (
    ACKNOWLEDGE_BY,
    FIRE,
    MARKET,
    NAMED_AT,
    POLICE,
    REPORT_BY,
    STREET,
    absent,
    acknowledged,
    acknowledgement_missed,
    completed,
    concluded,
    deadlines_lifted,
    minutes,
    opened,
    released,
    report_missed,
    reported,
)
from tests.unit.enforcement.steps import (
    RECUSED,
    STEPS,
    acknowledge,
    chase,
    complete,
    contest,
    leave,
    lift,
    name_absent,
    open_operation,
    release,
    report,
    rule,
)

FINISHED = (
    opened(POLICE),
    acknowledged(POLICE),
    reported(POLICE),
    completed(POLICE),
    released(POLICE),
    concluded(),
)
INSTANT = timedelta(microseconds=1)


class WhenAWhistleArrives:
    def test_the_operation_opens(self) -> None:
        given(OPERATION).when(open_operation()).then(opened())

    def test_once(self) -> None:
        given(OPERATION, opened()).when(open_operation()).nothing()

    def test_not_even_after_it_was_concluded(self) -> None:
        given(OPERATION, *FINISHED).when(open_operation()).nothing()

    def test_two_clocks_run_per_unit(self) -> None:
        assert given(OPERATION).open_milestones() == []
        assert given(OPERATION, opened()).open_milestones() == [
            "acknowledge/public-security",
            "acknowledge/market-regulation",
            "report/public-security",
            "report/market-regulation",
        ]


class WhenNothingWasOpened:
    @pytest.mark.parametrize("command", [step() for step in STEPS])
    def test_there_is_nothing_to_act_on(self, command: OperationCommand) -> None:
        refusal = given(OPERATION).when(command).refused(OperationUnknown)
        assert refusal.status == 404

    @pytest.mark.parametrize("event", FINISHED[1:])
    def test_later_events_change_nothing(self, event: OperationEvent) -> None:
        assert given(OPERATION, event).state == OPERATION.initial

    def test_nothing_is_missed(self) -> None:
        given(OPERATION).missed(REPORT_BY)


class WhenAUnitWasNotCalled:
    @pytest.mark.parametrize(
        "command", [acknowledge(MARKET), contest(MARKET), report(MARKET), complete(MARKET)]
    )
    @pytest.mark.parametrize("happened", [(opened(POLICE),), FINISHED])
    def test_it_cannot_act(
        self, happened: tuple[OperationEvent, ...], command: OperationCommand
    ) -> None:
        refusal = given(OPERATION, *happened).when(command).refused(UnitNotSummoned)
        assert refusal.status == 403
        assert STREET in refusal.sentence("zh")

    @pytest.mark.parametrize("step", [release, name_absent, leave, chase, rule])
    def test_nobody_can_name_it(self, step: Callable[[UnitCode], OfficerCommand]) -> None:
        refusal = given(OPERATION, opened()).when(step(FIRE)).refused(UnitHasNoTask)
        assert refusal.status == 404
        assert "public-security, market-regulation" in refusal.sentence("en")

    def test_events_about_it_change_nothing(self) -> None:
        before = given(OPERATION, opened(POLICE))
        assert given(OPERATION, opened(POLICE), acknowledged(MARKET)).state == before.state


class WhenAUnitAcknowledges:
    def test_it_is_noted(self) -> None:
        given(OPERATION, opened()).when(acknowledge()).then(acknowledged(POLICE))

    def test_once(self) -> None:
        happened = (opened(), acknowledged(POLICE))
        refusal = given(OPERATION, *happened).when(acknowledge()).refused(AlreadyAcknowledged)
        assert "2026-11-23 03:05" in refusal.sentence("zh")

    def test_late_is_better_than_never(self) -> None:
        late = minutes(31)
        given(OPERATION, opened(), acknowledgement_missed(POLICE, late)).when(
            acknowledge(at=late)
        ).then(acknowledged(POLICE, late))

    def test_only_its_own_clock_stops(self) -> None:
        assert given(OPERATION, opened(), acknowledged(POLICE)).open_milestones() == [
            "acknowledge/market-regulation",
            "report/public-security",
            "report/market-regulation",
        ]


class WhenAUnitReportsIn:
    def test_it_is_noted(self) -> None:
        given(OPERATION, opened(), acknowledged(POLICE)).when(report()).then(reported(POLICE))

    def test_unannounced_it_acknowledges_as_well(self) -> None:
        given(OPERATION, opened()).when(report()).then(
            acknowledged(POLICE, minutes(20)), reported(POLICE)
        )

    def test_once(self) -> None:
        happened = (opened(), acknowledged(POLICE), reported(POLICE))
        given(OPERATION, *happened).when(report()).refused(AlreadyReported)

    def test_late_is_better_than_never(self) -> None:
        late = minutes(121)
        happened = (
            opened(),
            acknowledgement_missed(POLICE, late),
            report_missed(POLICE, late),
        )
        given(OPERATION, *happened).when(report(at=late)).then(
            acknowledged(POLICE, late), reported(POLICE, late)
        )

    def test_enforcement_takes_two_officers(self) -> None:
        refusal = given(OPERATION, opened()).when(report(officer_count=1)).refused(OfficersTooFew)
        assert refusal.facts == {"needed": 2, "given": 1}

    @pytest.mark.parametrize("kind", ["emergency", "daily", "key"])
    def test_anything_else_takes_one(self, kind: WhistleKind) -> None:
        happened = (opened(kind=kind), acknowledged(POLICE))
        asked = given(OPERATION, *happened)
        asked.when(report(officer_count=1)).then(reported(POLICE, officer_count=1))
        asked.when(report(officer_count=0)).refused(OfficersTooFew)

    def test_its_clocks_stop(self) -> None:
        assert given(OPERATION, opened(), reported(POLICE)).open_milestones() == [
            "acknowledge/market-regulation",
            "report/market-regulation",
        ]


class WhenAUnitCompletesItsTask:
    def test_it_is_noted(self) -> None:
        happened = (opened(), acknowledged(POLICE), reported(POLICE))
        given(OPERATION, *happened).when(complete()).then(completed(POLICE))

    @pytest.mark.parametrize("happened", [(opened(),), (opened(), acknowledged(POLICE))])
    def test_it_has_to_be_there_first(self, happened: tuple[OperationEvent, ...]) -> None:
        given(OPERATION, *happened).when(complete()).refused(TaskNotReported)

    def test_once(self) -> None:
        happened = (opened(), acknowledged(POLICE), reported(POLICE), completed(POLICE))
        given(OPERATION, *happened).when(complete()).refused(AlreadyCompleted)


class WhenTheStreetReleasesAUnit:
    both_done = (
        opened(),
        *(step(unit) for step in (acknowledged, reported, completed) for unit in (POLICE, MARKET)),
    )

    def test_it_is_noted(self) -> None:
        given(OPERATION, *self.both_done).when(release()).then(released(POLICE))

    def test_the_last_release_concludes_the_operation(self) -> None:
        happened = (*self.both_done, released(POLICE, minutes(65)))
        given(OPERATION, *happened).when(release(MARKET)).then(released(MARKET), concluded())

    @pytest.mark.parametrize("order", [(POLICE, MARKET), (MARKET, POLICE)])
    def test_the_order_does_not_matter(self, order: tuple[UnitCode, UnitCode]) -> None:
        first, last = order
        asked = given(OPERATION, *self.both_done, released(first))
        asked.when(release(last)).then(released(last), concluded())

    def test_nobody_leaves_before_it_is_done(self) -> None:
        happened = (opened(), acknowledged(POLICE), reported(POLICE))
        given(OPERATION, *happened).when(release()).refused(TaskNotCompleted)

    def test_a_unit_that_is_still_at_work_keeps_the_operation_open(self) -> None:
        happened = (opened(), acknowledged(POLICE), reported(POLICE), completed(POLICE))
        given(OPERATION, *happened).when(release()).then(released(POLICE))

    @pytest.mark.parametrize(
        "acting_unit", [POLICE, UnitCode("street-locust-peace"), UnitCode("district")]
    )
    def test_only_the_street_that_whistled_can(self, acting_unit: UnitCode) -> None:
        command = release(acting_unit=acting_unit)
        refusal = given(OPERATION, *self.both_done).when(command).refused(NotTheStreet)
        assert refusal.status == 403

    def test_once(self) -> None:
        happened = (*self.both_done, released(POLICE))
        given(OPERATION, *happened).when(release()).refused(AlreadyReleased)


class WhenATaskIsShown:
    @pytest.mark.parametrize(
        ("taken", "status"),
        [
            ((), "summoned"),
            ((acknowledged,), "acknowledged"),
            ((acknowledged, reported), "reported"),
            ((acknowledged, reported, completed), "completed"),
            ((acknowledged, reported, completed, released), "released"),
        ],
    )
    def test_its_status_is_the_last_step_taken(
        self, taken: tuple[Callable[[UnitCode], OperationEvent], ...], status: TaskStatus
    ) -> None:
        state = given(OPERATION, opened(), *(step(POLICE) for step in taken)).state
        assert isinstance(state, Underway)
        assert state.tasks[POLICE].status == status
        assert state.tasks[MARKET].status == "summoned"


class WhenTheOperationIsConcluded:
    @pytest.mark.parametrize("command", [step() for step in STEPS if step is not rule])
    def test_nothing_more_can_be_done(self, command: OperationCommand) -> None:
        refusal = given(OPERATION, *FINISHED).when(command).refused(OperationConcludedAlready)
        assert "2026-11-23 04:10" in refusal.sentence("en")

    def test_nothing_more_is_due(self) -> None:
        assert given(OPERATION, *FINISHED).open_milestones() == []
        given(OPERATION, *FINISHED).missed(minutes(1_000))

    def test_later_events_change_nothing(self) -> None:
        late = given(OPERATION, *FINISHED, acknowledged(POLICE, minutes(90)), opened(MARKET))
        assert late.state == given(OPERATION, *FINISHED).state


class WhenTimePasses:
    def test_nothing_is_missed_before_it_is_due(self) -> None:
        given(OPERATION, opened()).missed(ACKNOWLEDGE_BY - INSTANT)

    def test_a_missed_acknowledgement_is_noticed_per_unit(self) -> None:
        now = ACKNOWLEDGE_BY
        given(OPERATION, opened()).missed(
            now, acknowledgement_missed(POLICE, now), acknowledgement_missed(MARKET, now)
        )

    def test_a_unit_that_acknowledged_missed_nothing(self) -> None:
        now = minutes(40)
        given(OPERATION, opened(), acknowledged(POLICE)).missed(
            now, acknowledgement_missed(MARKET, now)
        )

    def test_a_missed_report_is_noticed_per_unit(self) -> None:
        happened = (opened(), acknowledged(POLICE), acknowledged(MARKET), reported(POLICE))
        given(OPERATION, *happened).missed(REPORT_BY, report_missed(MARKET, REPORT_BY))

    def test_what_was_due_first_was_missed_first(self) -> None:
        now = minutes(500)
        given(OPERATION, opened()).missed(
            now,
            acknowledgement_missed(POLICE, now),
            acknowledgement_missed(MARKET, now),
            report_missed(POLICE, now),
            report_missed(MARKET, now),
        )

    def test_a_provisional_deadline_that_passed_does_not_count(self) -> None:
        """It still ends the wait: the street may name the unit absent."""
        fact = opened(POLICE)
        task = fact.tasks[0]
        provisional = task.report.model_copy(update={"provisional": True})
        sure = fact.model_copy(update={"tasks": (task.model_copy(update={"report": provisional}),)})
        happened = (sure, acknowledged(POLICE))
        miss = report_missed(POLICE, REPORT_BY).model_copy(update={"counts": False})
        given(OPERATION, *happened).missed(REPORT_BY, miss)
        given(OPERATION, *happened, miss).when(name_absent()).then(
            absent(POLICE), concluded(POLICE, at=NAMED_AT)
        )

    def test_a_unit_that_is_there_misses_nothing(self) -> None:
        given(OPERATION, opened(POLICE), reported(POLICE)).missed(minutes(500))


class WhenTheDeadlinesAreLifted:
    """Nobody is left who waits for the case: its callers were erased."""

    def test_the_units_are_not_timed_any_more(self) -> None:
        given(OPERATION, opened()).when(lift()).then(deadlines_lifted())
        lifted = given(OPERATION, opened(), deadlines_lifted())
        assert lifted.open_milestones() == []
        lifted.missed(minutes(500))

    def test_what_was_missed_before_stays_missed(self) -> None:
        late = acknowledgement_missed(POLICE, ACKNOWLEDGE_BY)
        state = given(OPERATION, opened(POLICE), late, deadlines_lifted(minutes(40))).state
        assert isinstance(state, Underway)
        assert state.tasks[POLICE].acknowledgement_missed == late

    def test_they_still_come_complete_and_are_released(self) -> None:
        begun: tuple[OperationEvent, ...] = (opened(POLICE), deadlines_lifted())
        given(OPERATION, *begun).when(acknowledge()).then(acknowledged(POLICE))
        here = (*begun, acknowledged(POLICE), reported(POLICE))
        given(OPERATION, *here).when(complete()).then(completed(POLICE))
        given(OPERATION, *here, completed(POLICE)).when(release()).then(
            released(POLICE), concluded(POLICE)
        )

    def test_once_and_only_while_it_is_underway(self) -> None:
        given(OPERATION, opened(), deadlines_lifted()).when(lift()).nothing()
        given(OPERATION, *FINISHED).when(lift()).nothing()
        given(OPERATION).when(lift()).nothing()


class WhenAPersonIsRecused:
    @pytest.mark.parametrize("step", STEPS)
    def test_they_take_no_step(self, step: Callable[[], OfficerCommand]) -> None:
        command = step()
        barred = replace(command, recused=frozenset({command.meta.by.person}))
        given(OPERATION, opened()).when(barred).refused(OfficerRecused)

    def test_every_step_is_tried(self) -> None:
        assert {type(step()) for step in STEPS} == set(get_args(OfficerCommand))

    def test_a_colleague_takes_over(self) -> None:
        """The control arm: somebody is recused in every test of this file."""
        assert RECUSED
        given(OPERATION, opened(POLICE)).when(acknowledge()).then(acknowledged(POLICE))
