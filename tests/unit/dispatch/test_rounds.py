"""轮次: all callers are asked, then the case closes or the next round begins."""

from dataclasses import replace
from datetime import datetime

import pytest

from contracts.events.dispatch import CaseReopened
from contracts.policies import Policies
from contracts.values import Caller
from services.dispatch.domain.case.callers import LeaveCaller
from services.dispatch.domain.case.decider import CASE, CaseCommand, CaseIsClosed
from services.dispatch.domain.case.policies import CaseNotSigned
from services.dispatch.domain.case.redispatching import NoteDispatchRefusal
from services.dispatch.domain.case.rounds import CallbackOfOtherRound, NoteCallback
from services.dispatch.domain.case.state import Closed
from services.dispatch.domain.terms import Terms
from services.dispatch.domain.whistle.escalation import AnswerEscalation
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    BO,
    CALLED_AT,
    HALF_ROUND,
    REPORTED_AT,
    SECOND_ROUND,
    SIGN_BY,
    STREET,
    TERMS,
    WHISTLE_NO,
    closed,
    contacted,
    detached,
    dispatched,
    leave,
    left,
    missed,
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
from tests.unit.dispatch.whistles import refuse, settle

GRUMBLED = noted(ANN, True).model_copy(update={"satisfaction": "dissatisfied"})


def grumble(round_no: int = 1, at: datetime = CALLED_AT, terms: Terms = TERMS) -> NoteCallback:
    """Ask to note that Ann finds it solved, and is dissatisfied."""
    said = note(ANN, True, round_no, at)
    return replace(said, satisfaction="dissatisfied", terms=terms)


HEARD_AFTER_THE_END = LeaveCaller | NoteCallback | AnswerEscalation | NoteDispatchRefusal


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
        assert given(CASE, *again).open_milestones() == ["sign", "contact", "handle"]
        given(CASE, *again).when(report(at=LATER)).refused(CaseNotSigned)
        given(CASE, *again).when(sign(at=LATER)).then(signed(2, LATER))
        signed_again = (*again, signed(2, LATER), contacted(round_no=2, at=LATER))
        given(CASE, *signed_again).when(report(at=LATER)).then(reported(round_no=2, at=LATER))
        reported_again = (*signed_again, reported(round_no=2, at=LATER))
        given(CASE, *reported_again).when(note(ANN, True, 2, LATER)).then(
            noted(ANN, True, 2, LATER), closed("resolved", LATER, 2)
        )


class WhenACallerIsDissatisfiedThoughItIsSolved:
    """济南条例 art. 27: solved is not yet well done."""

    def test_the_next_round_begins(self) -> None:
        expected = reopened(dissatisfied=(ANN,))
        given(CASE, *REPORTED).when(grumble()).then(GRUMBLED, expected)

    def test_as_often_as_policy_allows_and_then_it_closes_as_resolved(self) -> None:
        again = (*REPORTED, GRUMBLED, reopened(dissatisfied=(ANN,)), signed(2, LATER))
        twice = (*again, reported(round_no=2, at=LATER))
        second = noted(ANN, True, 2, LATER).model_copy(update={"satisfaction": "dissatisfied"})
        given(CASE, *twice).when(grumble(2, LATER)).then(second, closed("resolved", LATER, 2))

    def test_never_where_policy_says_never(self) -> None:
        command = grumble(terms=replace(TERMS, policies=Policies(dissatisfied_reopens_max=0)))
        given(CASE, *REPORTED).when(command).then(GRUMBLED, closed("resolved"))

    def test_a_round_for_the_unsolved_does_not_count(self) -> None:
        first = (*REPORTED, noted(ANN, False), reopened(ANN), signed(2, LATER))
        then = (*first, reported(round_no=2, at=LATER))
        (said, again) = CASE.decide(grumble(2, LATER), given(CASE, *then).state)
        assert isinstance(again, CaseReopened)
        assert (said.round, again.round) == (2, 3)

    def test_both_kinds_are_named_apart(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO), GRUMBLED)
        expected = reopened(BO, dissatisfied=(ANN,))
        given(CASE, *history).when(note(BO, False)).then(noted(BO, False), expected)


class WhenARoundFollows:
    def test_one_that_was_kept_gives_all_of_the_limits(self) -> None:
        expected = reopened(ANN, deadlines=SECOND_ROUND)
        given(CASE, *REPORTED).when(note(ANN, False)).then(noted(ANN, False), expected)

    def test_one_that_was_missed_gives_half_rounded_up(self) -> None:
        late = (dispatched(), missed("sign", SIGN_BY, SIGN_BY), signed(), reported())
        expected = reopened(ANN, deadlines=HALF_ROUND)
        given(CASE, *late).when(note(ANN, False)).then(noted(ANN, False), expected)
        assert [one.limit.amount for one in HALF_ROUND] == [1, 2, 3]

    def test_how_much_is_policy(self) -> None:
        terms = replace(TERMS, policies=Policies(later_round_per_cent=30))
        command = replace(note(ANN, False), terms=terms)
        (_, again) = CASE.decide(command, given(CASE, *REPORTED).state)
        assert isinstance(again, CaseReopened)
        assert [(one.rule, one.limit.amount) for one in again.deadlines] == [
            ("case.sign.urgent@30%", 1),
            ("policy.first_contact.urgent@30%", 2),
            ("case.handle.200510@30%", 2),
        ]

    def test_a_miss_of_long_ago_shortens_nothing(self) -> None:
        late = (dispatched(), missed("sign", SIGN_BY, SIGN_BY), signed(), reported())
        second = (*late, noted(ANN, False), reopened(ANN, deadlines=HALF_ROUND), signed(2))
        (_, third) = CASE.decide(
            note(ANN, False, 2, LATER),
            given(CASE, *second, reported(round_no=2, at=LATER)).state,
        )
        assert isinstance(third, CaseReopened)
        assert [one.limit.amount for one in third.deadlines] == [2, 4, 5]


class WhenNobodyWaitsAndAWhistleIsOpen:
    def test_the_case_stays_until_the_whistle_is_over_and_closes_with_it(self) -> None:
        given(CASE, *WHISTLED).when(leave(ANN, LATER)).then(left(ANN, LATER))
        alone = (*WHISTLED, left(ANN, LATER))
        for end in (settle(at=LATER), refuse(at=LATER)):
            expected = (detached(LATER), closed("withdrawn", LATER))
            given(CASE, *alone).when(end).then(*expected)


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
