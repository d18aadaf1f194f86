"""办理反馈: the unit that signed says what it did, once in each round."""

from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.policies import (
    CaseAlreadyReported,
    CaseNotSigned,
    CaseNotYours,
    WhistleStillOpen,
)
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    BO,
    COLLEAGUE,
    DEPARTMENT,
    HANDLE_BY,
    OFFICER,
    WHISTLE_NO,
    closed,
    contacted,
    dispatched,
    missed,
    noted,
    report,
    reported,
    signed,
)
from tests.unit.dispatch.histories import LATER, REPORTED, SIGNED, WHISTLED, facts_after


class WhenTheHandlingIsReported:
    def test_the_callers_are_to_be_asked(self) -> None:
        given(CASE, *SIGNED).when(report()).then(reported())

    def test_everyone_who_had_a_hand_in_it_is_named_once(self) -> None:
        by_another = reported(by=COLLEAGUE, handlers=(OFFICER, COLLEAGUE))
        given(CASE, *SIGNED).when(report(by=COLLEAGUE)).then(by_another)
        assert facts_after(*SIGNED, by_another).handlers == (OFFICER, COLLEAGUE)

    def test_everyone_who_waits_is_named(self) -> None:
        history = (dispatched(ANN, BO), signed(), contacted())
        given(CASE, *history).when(report()).then(reported(ANN, BO))

    def test_a_unit_signs_first(self) -> None:
        given(CASE, dispatched()).when(report()).refused(CaseNotSigned)

    def test_no_other_unit_reports(self) -> None:
        given(CASE, *SIGNED).when(report(unit=DEPARTMENT)).refused(CaseNotYours)

    def test_once_per_round(self) -> None:
        given(CASE, *REPORTED).when(report()).refused(CaseAlreadyReported)

    def test_not_while_a_whistle_is_open(self) -> None:
        refusal = given(CASE, *WHISTLED).when(report()).refused(WhistleStillOpen)
        assert refusal.facts["whistle_no"] == WHISTLE_NO

    def test_after_a_call_back_that_the_deadline_brought_about_the_case_closes(self) -> None:
        miss = missed("handle", HANDLE_BY, HANDLE_BY, handlers=(OFFICER,))
        history = (*SIGNED, miss, noted(ANN, True))
        command = report(at=LATER)
        given(CASE, *history).when(command).then(reported(at=LATER), closed("resolved", LATER))
