"""来电人: who waits for a case, and what it means when one joins or leaves."""

from services.dispatch.domain.case.decider import CASE
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    BO,
    CALLED_AT,
    HALF_ROUND,
    HANDLE_BY,
    NOBODY_KNOWN,
    OFFICER,
    closed,
    detached,
    dispatched,
    join,
    joined,
    leave,
    left,
    march,
    missed,
    note,
    noted,
    reopened,
    reported,
    signed,
)
from tests.unit.dispatch.histories import (
    LATER,
    REPORTED,
    SIGNED,
    WHISTLED,
    CaseHistory,
    facts_after,
)
from tests.unit.dispatch.whistles import settle


class WhenAnotherCallerJoins:
    def test_they_wait_for_the_report_as_long_as_that_is_due(self) -> None:
        at = march(3, 9)
        given(CASE, *SIGNED).when(join(BO, at)).then(joined(BO, at, callback_due=False))

    def test_they_are_asked_at_once_when_the_others_are(self) -> None:
        given(CASE, *REPORTED).when(join(BO, LATER)).then(joined(BO, LATER, callback_due=True))

    def test_also_when_the_others_are_because_it_is_late(self) -> None:
        history = (*SIGNED, missed("handle", HANDLE_BY, HANDLE_BY, handlers=(OFFICER,)))
        given(CASE, *history).when(join(BO, LATER)).then(joined(BO, LATER, callback_due=True))

    def test_they_may_be_nobody_we_know(self) -> None:
        at = march(3, 9)
        expected = joined(NOBODY_KNOWN, at, callback_due=False)
        given(CASE, *SIGNED).when(join(NOBODY_KNOWN, at)).then(expected)

    def test_once(self) -> None:
        given(CASE, *SIGNED).when(join(ANN, LATER)).nothing()

    def test_the_case_closes_only_when_they_are_heard_too(self) -> None:
        history = (*REPORTED, joined(BO, LATER, callback_due=True))
        given(CASE, *history).when(note(ANN, True)).then(noted(ANN, True))


class WhenACallerLeaves:
    def test_the_others_go_on_waiting(self) -> None:
        history = (dispatched(ANN, BO), signed())
        given(CASE, *history).when(leave(ANN, LATER)).then(left(ANN, LATER))

    def test_the_case_is_withdrawn_with_the_last_one(self) -> None:
        expected = (left(ANN, LATER), closed("withdrawn", LATER))
        for history in ((dispatched(),), SIGNED, REPORTED):
            given(CASE, *history).when(leave(ANN, LATER)).then(*expected)

    def test_an_open_whistle_keeps_it_open(self) -> None:
        given(CASE, *WHISTLED).when(leave(ANN, LATER)).then(left(ANN, LATER))

    def test_who_was_not_waiting_changes_nothing(self) -> None:
        given(CASE, *SIGNED).when(leave(BO, LATER)).nothing()

    def test_the_case_closes_when_all_the_others_were_heard(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO), noted(BO, True))
        given(CASE, *history).when(leave(ANN, LATER)).then(
            left(ANN, LATER), closed("resolved", LATER)
        )

    def test_the_next_round_begins_when_it_is_not_solved_for_the_others(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO), noted(BO, False))
        given(CASE, *history).when(leave(ANN, CALLED_AT)).then(left(ANN, CALLED_AT), reopened(BO))

    def test_what_they_said_counts_no_more(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO), noted(ANN, False))
        gone = (*history, left(ANN, CALLED_AT))
        given(CASE, *gone).when(note(BO, True)).then(noted(BO, True), closed("resolved"))


class WhenACallerComesBack:
    """Linked, unlinked and linked again in one round, in which they were asked already."""

    LATE: CaseHistory = (
        dispatched(ANN, BO),
        signed(),
        missed("handle", HANDLE_BY, HANDLE_BY, ANN, BO, handlers=(OFFICER,)),
    )

    def test_what_they_said_holds_again(self) -> None:
        history = (*self.LATE, noted(BO, False), left(BO, LATER), noted(ANN, True))
        given(CASE, *history).when(join(BO, CALLED_AT)).then(
            joined(BO, CALLED_AT, callback_due=True), reopened(BO, deadlines=HALF_ROUND)
        )

    def test_they_are_not_asked_a_second_time(self) -> None:
        history = (*self.LATE, noted(BO, True), left(BO, LATER))
        back = (*history, joined(BO, LATER, callback_due=True))
        given(CASE, *back).when(note(BO, False)).nothing()
        given(CASE, *back, reported(ANN, BO)).when(note(ANN, None)).then(
            noted(ANN, None), closed("resolved")
        )

    def test_a_case_left_by_all_waits_again(self) -> None:
        history = (*WHISTLED, left(ANN, LATER))
        given(CASE, *history).when(join(ANN, LATER)).then(joined(ANN, LATER, callback_due=False))
        back = (*history, joined(ANN, LATER, callback_due=False))
        given(CASE, *back).when(settle(at=LATER)).then(detached(LATER))


class WhenATextAboutTheCaseIsKept:
    def test_it_is_under_the_key_of_the_first_caller_we_know(self) -> None:
        assert facts_after(dispatched(ANN, BO)).subject == ANN.subject
        assert facts_after(dispatched(NOBODY_KNOWN, BO)).subject == BO.subject

    def test_of_nobody_if_we_know_none(self) -> None:
        assert facts_after(dispatched(NOBODY_KNOWN)).subject is None
