"""挂哨: a street whistles for its own case, which waits for the end of the whistle."""

import pytest

from contracts.ids import whistle_no
from services.dispatch.domain.case.decider import CASE, CaseCommand
from services.dispatch.domain.case.policies import (
    CaseAlreadyReported,
    CaseNotSigned,
    WhistleStillOpen,
)
from services.dispatch.domain.case.whistling import WhistleNeedsStreet
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    CASE_NO,
    DEPARTMENT,
    SIGNED_AT,
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
from tests.unit.dispatch.histories import LATER, REPORTED, SIGNED, WHISTLED, facts_after
from tests.unit.dispatch.whistles import PROPOSED_AT, SETTLED_AT, propose, refuse, settle

SECOND = whistle_no(CASE_NO, 2)


class WhenAStreetWhistles:
    def test_the_whistle_hangs_on_the_case(self) -> None:
        given(CASE, *SIGNED).when(propose()).then(attached(PROPOSED_AT))
        assert facts_after(*WHISTLED).whistle_count == 1

    def test_it_signs_first(self) -> None:
        given(CASE, dispatched()).when(propose()).refused(CaseNotSigned)

    def test_not_after_it_reported(self) -> None:
        given(CASE, *REPORTED).when(propose()).refused(CaseAlreadyReported)

    def test_one_whistle_at_a_time(self) -> None:
        command = propose(whistle_no=SECOND)
        given(CASE, *WHISTLED).when(command).refused(WhistleStillOpen)
        given(CASE, *WHISTLED, detached(SETTLED_AT)).when(command).then(
            attached(PROPOSED_AT, SECOND)
        )

    def test_a_department_does_not_whistle(self) -> None:
        history = (dispatched(unit=DEPARTMENT), signed())
        given(CASE, *history).when(propose(street=DEPARTMENT)).refused(WhistleNeedsStreet)

    def test_nor_a_street_for_the_case_of_a_department(self) -> None:
        history = (dispatched(unit=DEPARTMENT), signed())
        refusal = given(CASE, *history).when(propose()).refused(WhistleNeedsStreet)
        assert refusal.status == 403

    def test_nor_a_street_for_the_case_of_another(self) -> None:
        command = propose(street="street-locust-peace")
        given(CASE, *SIGNED).when(command).refused(WhistleNeedsStreet)


class WhenAWhistleEnds:
    @pytest.mark.parametrize("command", [settle(), refuse(at=SETTLED_AT)])
    def test_it_holds_the_case_no_longer(self, command: CaseCommand) -> None:
        given(CASE, *WHISTLED).when(command).then(detached(SETTLED_AT))
        assert facts_after(*WHISTLED, detached(SETTLED_AT)).open_whistles == ()

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
