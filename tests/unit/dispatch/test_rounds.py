"""轮次: all callers are asked, then the case closes or the next round begins."""

import pytest

from contracts.values import Caller
from services.dispatch.domain.case.callers import LeaveCaller
from services.dispatch.domain.case.decider import CASE, CaseCommand, CaseIsClosed
from services.dispatch.domain.case.policies import CaseNotSigned
from services.dispatch.domain.case.redispatching import NoteDispatchRefusal
from services.dispatch.domain.case.rounds import CallbackOfOtherRound, NoteCallback
from services.dispatch.domain.case.state import Closed
from services.dispatch.domain.whistle.escalation import AnswerEscalation
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    BO,
    REPORTED_AT,
    STREET,
    WHISTLE_NO,
    closed,
    dispatched,
    leave,
    note,
    noted,
    reopened,
    report,
    reported,
    sign,
    signed,
)
from tests.unit.dispatch.histories import (
    CLOSED,
    LATER,
    ONGOING,
    REPORTED,
    SIGNED,
    WHISTLED,
    facts_after,
)

HEARD_AFTER_THE_END = LeaveCaller | NoteCallback | AnswerEscalation


class WhenACallerIsAsked:
    def test_the_case_closes_when_it_is_solved(self) -> None:
        given(CASE, *REPORTED).when(note(ANN, True)).then(noted(ANN, True), closed("resolved"))

    def test_it_closes_unconfirmed_when_nobody_could_be_asked(self) -> None:
        expected = (noted(ANN, None), closed("unconfirmed"))
        given(CASE, *REPORTED).when(note(ANN, None)).then(*expected)

    def test_it_waits_until_all_are_heard(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO))
        given(CASE, *history).when(note(BO, True)).then(noted(BO, True))
        both = given(CASE, *history, noted(BO, True)).when(note(ANN, None))
        both.then(noted(ANN, None), closed("resolved"))

    def test_nobody_is_heard_twice_in_a_round(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO), noted(BO, True))
        given(CASE, *history).when(note(BO, False)).nothing()

    def test_who_does_not_wait_is_not_heard(self) -> None:
        given(CASE, *REPORTED).when(note(BO, False)).nothing()

    @pytest.mark.parametrize("round_no", [1, 3])
    def test_an_answer_counts_in_its_own_round_alone(self, round_no: int) -> None:
        history = (*REPORTED, noted(ANN, False), reopened(ANN))
        given(CASE, *history).when(note(ANN, True, round_no)).refused(CallbackOfOtherRound)

    def test_solved_before_it_is_reported_waits_for_the_report(self) -> None:
        given(CASE, *SIGNED).when(note(ANN, True)).then(noted(ANN, True))


class WhenACallerSaysItIsNotSolved:
    def test_the_next_round_begins_with_clocks_of_its_own(self) -> None:
        given(CASE, *REPORTED).when(note(ANN, False)).then(noted(ANN, False), reopened(ANN))

    def test_though_the_unit_never_reported(self) -> None:
        given(CASE, dispatched()).when(note(ANN, False)).then(noted(ANN, False), reopened(ANN))

    def test_though_another_is_content(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO), noted(ANN, True))
        given(CASE, *history).when(note(BO, False)).then(noted(BO, False), reopened(BO))

    def test_not_before_the_others_are_heard(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO))
        given(CASE, *history).when(note(ANN, False)).then(noted(ANN, False))
        rest = given(CASE, *history, noted(ANN, False)).when(note(BO, None))
        rest.then(noted(BO, None), reopened(ANN))

    def test_though_a_whistle_is_open_which_stays_open(self) -> None:
        history = (*WHISTLED, noted(ANN, False), reopened(ANN))
        given(CASE, *WHISTLED).when(note(ANN, False)).then(noted(ANN, False), reopened(ANN))
        assert facts_after(*history).open_whistles == (WHISTLE_NO,)

    def test_everything_is_done_again(self) -> None:
        again = (*REPORTED, noted(ANN, False), reopened(ANN))
        assert given(CASE, *again).open_milestones() == ["sign", "handle"]
        given(CASE, *again).when(report(at=LATER)).refused(CaseNotSigned)
        given(CASE, *again).when(sign(at=LATER)).then(signed(2, LATER))
        signed_again = (*again, signed(2, LATER))
        given(CASE, *signed_again).when(report(at=LATER)).then(reported(round_no=2, at=LATER))
        reported_again = (*signed_again, reported(round_no=2, at=LATER))
        given(CASE, *reported_again).when(note(ANN, True, 2, LATER)).then(
            noted(ANN, True, 2, LATER), closed("resolved", LATER, 2)
        )


class WhenTheCaseIsClosed:
    @pytest.mark.parametrize(
        "command",
        [
            one
            for one in ONGOING
            if not isinstance(
                one, LeaveCaller | NoteCallback | NoteDispatchRefusal | AnswerEscalation
            )
        ],
        ids=lambda command: type(command).__name__,
    )
    def test_it_takes_no_more_actions(self, command: CaseCommand) -> None:
        given(CASE, *CLOSED).when(command).refused(CaseIsClosed)

    @pytest.mark.parametrize("caller", [ANN, BO])
    def test_who_leaves_changes_nothing(self, caller: Caller) -> None:
        given(CASE, *CLOSED).when(leave(caller, LATER)).nothing()

    @pytest.mark.parametrize("round_no", [1, 2])
    def test_nor_does_a_late_answer(self, round_no: int) -> None:
        given(CASE, *CLOSED).when(note(ANN, False, round_no)).nothing()

    def test_it_stays_as_it_was(self) -> None:
        state = given(CASE, *CLOSED).state
        assert isinstance(state, Closed)
        assert (state.outcome, state.facts.round, state.facts.unit) == ("resolved", 1, STREET)
        for event in (signed(), reported(at=REPORTED_AT), reopened(ANN), dispatched(BO)):
            assert given(CASE, *CLOSED, event).state == state
