"""回避: who keeps out of a case for a conflict of interest, and who says so."""

from dataclasses import replace
from typing import get_args

import pytest

from chassis.decider import Meta
from chassis.errors import OfficerRecused
from contracts.envelope import Actor
from contracts.ids import UnitCode
from services.dispatch.domain.case.decider import (
    CASE,
    CaseIsClosed,
    CaseUnknown,
    OfficerCommand,
)
from services.dispatch.domain.case.recusal import (
    AlreadyRecused,
    ConflictNotYoursToDeclare,
    ConflictNotYoursToLift,
    NotRecused,
    UnitNotOnCase,
)
from tests.given import given
from tests.unit.dispatch.cases import (
    COLLEAGUE,
    DEPARTMENT,
    DISTRICT,
    OFFICER,
    STREET,
    dispatched,
    sign,
    signed,
)
from tests.unit.dispatch.conflicts import (
    A_DIRECTOR,
    A_LEADER,
    AN_AGENT,
    AN_OFFICER,
    acting,
    declare,
    declared,
    lift,
    lifted,
)
from tests.unit.dispatch.histories import CLOSED, ONGOING, SIGNED, WHISTLED
from tests.unit.dispatch.transfers import requested
from tests.unit.dispatch.whistles import approve, blow

BY_A_PERSON = tuple(one for one in ONGOING if isinstance(one, OfficerCommand))
"""One of each command that a person gives."""

DEPARTMENT_CALLED = frozenset({DEPARTMENT})


class WhenAConflictIsDeclared:
    def test_an_officer_speaks_for_themself(self) -> None:
        given(CASE, *SIGNED).when(declare(AN_OFFICER)).then(declared())

    @pytest.mark.parametrize("unit", [STREET, DISTRICT, DEPARTMENT])
    def test_who_commands_or_decides_speaks_too(self, unit: UnitCode) -> None:
        """The case of a department lies in a street, whose district decides about it."""
        by = acting("officer", unit, "p-theirs")
        led_elsewhere = dispatched(unit=DEPARTMENT)
        command = declare(by, officer="p-theirs", unit=unit)
        expected = declared(by="p-theirs", officer="p-theirs", unit=unit)
        given(CASE, led_elsewhere).when(command).then(expected)

    def test_a_director_may_what_a_leader_may(self) -> None:
        director = acting("director")
        given(CASE, *SIGNED).when(declare(director)).then(declared(by="p-other"))
        given(CASE, *SIGNED, declared()).when(lift(director)).then(lifted())

    def test_not_for_a_colleague(self) -> None:
        command = declare(AN_OFFICER, officer=COLLEAGUE)
        given(CASE, *SIGNED).when(command).refused(ConflictNotYoursToDeclare)

    @pytest.mark.parametrize("by", [A_LEADER, A_DIRECTOR])
    def test_a_leader_speaks_for_their_own_unit(self, by: Actor) -> None:
        expected = declared(by=by.person, officer=COLLEAGUE)
        given(CASE, *SIGNED).when(declare(by, officer=COLLEAGUE)).then(expected)

    def test_and_for_no_other(self) -> None:
        command = declare(A_LEADER, officer="p-theirs", unit=DEPARTMENT)
        given(CASE, *SIGNED).when(command).refused(ConflictNotYoursToDeclare)

    def test_an_agent_records_what_the_caller_asks_of_anybody(self) -> None:
        command = declare(AN_AGENT, officer="p-theirs", unit=DEPARTMENT)
        expected = declared(by=AN_AGENT.person, officer="p-theirs", unit=DEPARTMENT)
        given(CASE, *SIGNED).when(command).then(expected)

    def test_a_unit_that_was_called_declares_too(self) -> None:
        of_department = acting("officer", DEPARTMENT, "p-called")
        command = declare(of_department, "p-called", DEPARTMENT, DEPARTMENT_CALLED)
        given(CASE, *WHISTLED).when(command).then(declared("p-called", "p-called", DEPARTMENT))

    def test_a_unit_that_was_asked_to_assist_declares_too(self) -> None:
        of_department = acting("officer", DEPARTMENT, "p-asked")
        command = declare(of_department, "p-asked", DEPARTMENT)
        expected = declared("p-asked", "p-asked", DEPARTMENT)
        given(CASE, *SIGNED, requested()).when(command).then(expected)

    def test_a_unit_without_a_part_in_the_case_has_nothing_to_declare(self) -> None:
        of_department = acting("officer", DEPARTMENT, "p-stranger")
        command = declare(of_department, "p-stranger", DEPARTMENT)
        given(CASE, *SIGNED).when(command).refused(UnitNotOnCase)

    def test_once_is_enough(self) -> None:
        command = declare(A_LEADER)
        given(CASE, *SIGNED, declared()).when(command).refused(AlreadyRecused)

    def test_a_closed_case_takes_none(self) -> None:
        given(CASE, *CLOSED).when(declare()).refused(CaseIsClosed)

    def test_nor_does_a_case_that_does_not_exist(self) -> None:
        given(CASE).when(declare()).refused(CaseUnknown)


class WhenAPersonIsRecused:
    @pytest.mark.parametrize("command", BY_A_PERSON, ids=lambda one: type(one).__name__)
    def test_they_do_nothing_more_on_the_case(self, command: OfficerCommand) -> None:
        of_them = replace(command, meta=Meta(AN_OFFICER, command.meta.at))
        given(CASE, *SIGNED, declared()).when(of_them).refused(OfficerRecused)

    def test_every_command_of_a_person_is_tried(self) -> None:
        assert {type(one) for one in BY_A_PERSON} == set(get_args(OfficerCommand))

    def test_in_no_other_role_either(self) -> None:
        as_leader = replace(approve(), meta=Meta(acting("leader", person=OFFICER), sign().meta.at))
        given(CASE, *WHISTLED, declared()).when(as_leader).refused(OfficerRecused)

    def test_a_colleague_takes_over(self) -> None:
        """The control arm."""
        history = (dispatched(), declared())
        given(CASE, *history).when(sign(by=OFFICER)).refused(OfficerRecused)
        given(CASE, *history).when(sign(by=COLLEAGUE)).then(signed(by=COLLEAGUE))

    @pytest.mark.parametrize("command", [approve(), blow()], ids=["approve", "blow"])
    def test_of_a_step_of_the_whistle_the_case_says_no_more_than_that(
        self, command: OfficerCommand
    ) -> None:
        given(CASE, *WHISTLED, declared()).when(command).nothing()

    def test_the_clocks_run_on(self) -> None:
        assert given(CASE, dispatched(), declared()).open_milestones() == [
            "sign",
            "contact",
            "handle",
        ]


class WhenAConflictIsLifted:
    @pytest.mark.parametrize("by", [A_LEADER, A_DIRECTOR, AN_AGENT])
    def test_the_person_acts_again(self, by: Actor) -> None:
        given(CASE, dispatched(), declared()).when(lift(by)).then(lifted())
        given(CASE, dispatched(), declared(), lifted()).when(sign()).then(signed())

    def test_the_others_stay_recused(self) -> None:
        history = (dispatched(), declared(), declared("p-other", COLLEAGUE), lifted())
        given(CASE, *history).when(sign(by=COLLEAGUE)).refused(OfficerRecused)

    def test_nobody_lifts_their_own(self) -> None:
        own = lift(acting("leader", person=OFFICER))
        given(CASE, *SIGNED, declared()).when(own).refused(OfficerRecused)

    @pytest.mark.parametrize(
        "by", [acting("officer"), acting("leader", DEPARTMENT), acting("officer", DEPARTMENT)]
    )
    def test_only_a_leader_of_the_unit_or_an_agent_does(self, by: Actor) -> None:
        refusal = given(CASE, *SIGNED, declared()).when(lift(by)).refused(ConflictNotYoursToLift)
        assert STREET in refusal.sentence("en")

    def test_there_has_to_be_one(self) -> None:
        given(CASE, *SIGNED).when(lift()).refused(NotRecused)
        given(CASE, *SIGNED, declared(), lifted()).when(lift()).refused(NotRecused)

    def test_it_may_be_declared_again(self) -> None:
        given(CASE, *SIGNED, declared(), lifted()).when(declare()).then(declared())
