"""挂哨、摘哨: a whistle hangs on its case, which waits for the end of the whistle."""

import pytest

from contracts.catalogue import Unit
from contracts.ids import whistle_no
from services.dispatch.domain.case.decider import CASE, CaseCommand, CaseIsClosed
from services.dispatch.domain.case.policies import CaseAlreadyReported, WhistleStillOpen
from services.dispatch.domain.case.whistling import WhistleNotYoursToPropose
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    CASE_NO,
    DEPARTMENT,
    DISTRICT,
    SIGNED_AT,
    STREET,
    attached,
    closed,
    detached,
    dispatched,
    left,
    noted,
    reopened,
    report,
    reported,
    signed,
)
from tests.unit.dispatch.histories import (
    CLOSED,
    LATER,
    REPORTED,
    SIGNED,
    WHISTLED,
    CaseHistory,
    facts_after,
)
from tests.unit.dispatch.whistles import (
    BLOWN_AT,
    PROPOSED_AT,
    SETTLED_AT,
    add,
    answer,
    approve,
    ask,
    blow,
    blow_at_once,
    cancel,
    confirm,
    propose,
    refuse,
    row,
    settle,
)

SECOND = whistle_no(CASE_NO, 2)
NEIGHBOUR = "street-locust-peace"
OF_A_DEPARTMENT: CaseHistory = (dispatched(unit=DEPARTMENT), signed())


class WhenAWhistleIsProposed:
    def test_the_whistle_hangs_on_the_case(self) -> None:
        given(CASE, *SIGNED).when(propose()).then(attached(PROPOSED_AT))
        assert facts_after(*WHISTLED).whistle_count == 1

    def test_also_before_the_case_is_signed_for(self) -> None:
        given(CASE, dispatched()).when(propose()).then(attached(PROPOSED_AT))

    @pytest.mark.parametrize("command", [propose(), blow_at_once()])
    def test_not_after_the_report(self, command: CaseCommand) -> None:
        given(CASE, *REPORTED).when(command).refused(CaseAlreadyReported)

    def test_one_whistle_at_a_time(self) -> None:
        command = propose(whistle_no=SECOND)
        given(CASE, *WHISTLED).when(command).refused(WhistleStillOpen)
        given(CASE, *WHISTLED).when(blow_at_once()).refused(WhistleStillOpen)
        given(CASE, *WHISTLED, detached(SETTLED_AT)).when(command).then(
            attached(PROPOSED_AT, SECOND)
        )

    def test_an_emergency_one_hangs_on_the_case_too(self) -> None:
        given(CASE, *SIGNED).when(blow_at_once()).then(attached(BLOWN_AT))


class WhenSomebodyNeedsUnits:
    @pytest.mark.parametrize("history", [SIGNED, OF_A_DEPARTMENT])
    @pytest.mark.parametrize(
        "proposer",
        [
            row(STREET, "street"),
            row("a-community", "community", STREET),
            row("a-department", "department"),
            row("a-department-of-the-city", "department", "city"),
            row("a-company", "company"),
            row("a-centre", "centre", DISTRICT),
        ],
        ids=lambda unit: unit.code,
    )
    def test_the_street_of_the_place_proposes_or_is_asked_also_where_another_leads(
        self, history: CaseHistory, proposer: Unit
    ) -> None:
        command = propose(unit=proposer.code, proposer=proposer)
        given(CASE, *history).when(command).then(attached(PROPOSED_AT))

    def test_so_does_the_leading_unit_whatever_it_is(self) -> None:
        leading = row(DEPARTMENT, "property")
        command = propose(unit=DEPARTMENT, proposer=leading)
        given(CASE, *OF_A_DEPARTMENT).when(command).then(attached(PROPOSED_AT))

    @pytest.mark.parametrize(
        "proposer",
        [
            row(NEIGHBOUR, "street"),
            row("another-community", "community", NEIGHBOUR),
            row("another-centre", "centre", "another-district"),
            row("a-property-company", "property", STREET),
            row(DISTRICT, "district", ""),
        ],
        ids=lambda unit: unit.code,
    )
    def test_nobody_else_does(self, proposer: Unit) -> None:
        command = propose(unit=proposer.code, proposer=proposer)
        refusal = given(CASE, *SIGNED).when(command).refused(WhistleNotYoursToPropose)
        assert refusal.status == 403


class WhenAWhistleGoesOn:
    @pytest.mark.parametrize(
        "command",
        [approve(), blow(), confirm(), add(), ask(), answer()],
        ids=lambda command: type(command).__name__,
    )
    def test_nothing_changes_for_its_case(self, command: CaseCommand) -> None:
        given(CASE, *WHISTLED).when(command).nothing()


class WhenAWhistleEnds:
    @pytest.mark.parametrize("command", [settle(), refuse(at=SETTLED_AT), cancel(at=SETTLED_AT)])
    def test_it_holds_the_case_no_longer(self, command: CaseCommand) -> None:
        given(CASE, *WHISTLED).when(command).then(detached(SETTLED_AT))
        assert facts_after(*WHISTLED, detached(SETTLED_AT)).open_whistles == ()

    def test_nobody_reports_before(self) -> None:
        given(CASE, *WHISTLED).when(report()).refused(WhistleStillOpen)

    def test_the_street_reports(self) -> None:
        given(CASE, *WHISTLED, detached(SETTLED_AT)).when(report()).then(reported())

    def test_a_case_that_all_have_left_is_withdrawn(self) -> None:
        history = (*WHISTLED, left(ANN, SIGNED_AT))
        given(CASE, *history).when(settle()).then(
            detached(SETTLED_AT), closed("withdrawn", SETTLED_AT)
        )

    def test_one_that_was_solved_still_waits_for_the_report(self) -> None:
        given(CASE, *WHISTLED, noted(ANN, True)).when(settle()).then(detached(SETTLED_AT))

    def test_one_that_outlived_its_round_ends_in_the_next(self) -> None:
        history = (*WHISTLED, noted(ANN, False), reopened(ANN))
        given(CASE, *history).when(settle(at=LATER)).then(detached(LATER, 2))


class WhenTheCaseIsClosed:
    def test_the_district_still_answers(self) -> None:
        given(CASE, *CLOSED).when(answer()).nothing()

    def test_nothing_else_is_done_with_its_whistles(self) -> None:
        given(CASE, *CLOSED).when(approve()).refused(CaseIsClosed)
