"""来电人信息删除: a case of whose callers nothing is kept any more has no clocks, and goes on."""

import pytest

from contracts.ids import SubjectId
from contracts.values import Caller
from services.dispatch.domain.case.decider import CASE, CaseUnknown
from services.dispatch.domain.case.state import Closed
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    BO,
    CALLED_AT,
    CONTACT_BY,
    HANDLE_BY,
    NOBODY_KNOWN,
    REPORTED_AT,
    SIGN_BY,
    WHISTLE_NO,
    closed,
    dispatched,
    erased,
    join,
    joined,
    left,
    march,
    missed,
    note,
    note_erasure,
    noted,
    reopened,
    report,
    reported,
    sign,
    signed,
)
from tests.unit.dispatch.histories import CLOSED, LATER, SIGNED, WHISTLED, CaseHistory

AT = march(2, 10)
UNSIGNED: CaseHistory = (dispatched(), erased(at=AT))


class WhenTheLastCallerIsErased:
    def test_the_case_notes_it(self) -> None:
        given(CASE, dispatched()).when(note_erasure(ANN, at=AT)).then(erased(at=AT))

    def test_it_names_the_whistle_whose_units_are_not_timed_any_more(self) -> None:
        expected = erased(WHISTLE_NO, at=LATER)
        given(CASE, *WHISTLED).when(note_erasure(ANN, at=LATER)).then(expected)

    def test_no_clock_runs_and_nobody_collects_a_miss(self) -> None:
        assert given(CASE, *UNSIGNED).open_milestones() == []
        given(CASE, *UNSIGNED).missed(march(31, 9))

    def test_the_control_arm_has_its_clocks(self) -> None:
        assert given(CASE, dispatched()).open_milestones() == ["sign", "contact", "handle"]
        at = march(31, 9)
        given(CASE, dispatched()).missed(
            at,
            missed("sign", SIGN_BY, at),
            missed("contact", CONTACT_BY, at),
            missed("handle", HANDLE_BY, at),
        )

    def test_what_was_missed_before_stays_missed(self) -> None:
        late = missed("sign", SIGN_BY, SIGN_BY)
        history = (dispatched(), late, erased(at=SIGN_BY))
        given(CASE, *history).missed(march(31, 9))

    def test_once(self) -> None:
        given(CASE, *UNSIGNED).when(note_erasure(ANN, at=LATER)).nothing()

    def test_a_closed_case_notes_it_too_for_its_texts(self) -> None:
        given(CASE, *CLOSED).when(note_erasure(ANN, at=LATER)).then(erased(at=LATER))
        after = given(CASE, *CLOSED, erased(at=LATER))
        assert isinstance(after.state, Closed)
        after.when(note_erasure(ANN, at=LATER)).nothing()

    def test_a_case_that_everybody_left_notes_it_as_well(self) -> None:
        history = (*WHISTLED, left(ANN, LATER))
        given(CASE, *history).when(note_erasure(at=LATER)).then(erased(WHISTLE_NO, at=LATER))

    def test_there_has_to_be_a_case(self) -> None:
        given(CASE).when(note_erasure(ANN, at=AT)).refused(CaseUnknown)


class WhenSomebodyIsLeft:
    @pytest.mark.parametrize("other", [BO, NOBODY_KNOWN])
    def test_the_clocks_run_on(self, other: Caller) -> None:
        history = (dispatched(ANN, other),)
        given(CASE, *history).when(note_erasure(ANN, at=AT)).nothing()
        assert given(CASE, *history).open_milestones() == ["sign", "contact", "handle"]

    def test_until_they_are_erased_as_well(self) -> None:
        given(CASE, dispatched(ANN, BO)).when(note_erasure(ANN, BO, at=AT)).then(erased(at=AT))

    def test_or_leave(self) -> None:
        history = (dispatched(ANN, BO), left(BO, AT))
        given(CASE, *history).when(note_erasure(ANN, at=AT)).then(erased(at=AT))


class WhenAnErasedCaseGoesOn:
    def test_it_is_signed_reported_and_closed(self) -> None:
        given(CASE, *UNSIGNED).when(sign()).then(signed())
        handled = (*UNSIGNED, signed())
        erased_one = frozenset([SubjectId("s-ann")])
        command = report(contact="not_needed", erased=erased_one)
        given(CASE, *handled).when(command).then(reported(contact="not_needed"))
        given(CASE, *handled, reported()).when(note(ANN, None)).then(
            noted(ANN, None), closed("unconfirmed")
        )

    def test_a_new_round_has_no_clocks_either(self) -> None:
        answered = (dispatched(ANN, BO), signed(), reported(ANN, BO), noted(ANN, False))
        history = (*answered, erased(at=REPORTED_AT))
        again = reopened(ANN).model_copy(update={"deadlines": ()})
        given(CASE, *history).when(note(BO, None)).then(noted(BO, None), again)
        assert given(CASE, *history, noted(BO, None), again).open_milestones() == []

    def test_the_control_arm_has_clocks_in_its_new_round(self) -> None:
        answered = (dispatched(ANN, BO), signed(), reported(ANN, BO), noted(ANN, False))
        given(CASE, *answered).when(note(BO, None)).then(noted(BO, None), reopened(ANN))


class WhenSomebodyJoinsAnErasedCase:
    JOINED: CaseHistory = (*SIGNED, erased(at=AT), joined(BO, LATER, callback_due=True))

    def test_they_are_asked_at_once_as_no_clock_runs(self) -> None:
        expected = joined(BO, LATER, callback_due=True)
        given(CASE, *SIGNED, erased(at=AT)).when(join(BO, LATER)).then(expected)
        assert given(CASE, *self.JOINED).open_milestones() == []

    def test_a_new_round_for_them_has_its_clocks(self) -> None:
        history = (*self.JOINED, noted(ANN, None))
        given(CASE, *history).when(note(BO, False)).then(noted(BO, False), reopened(BO))
        assert given(CASE, *history, noted(BO, False), reopened(BO)).open_milestones() == [
            "sign",
            "contact",
            "handle",
        ]

    def test_their_own_erasure_is_noted_again(self) -> None:
        command = note_erasure(ANN, BO, at=CALLED_AT)
        given(CASE, *self.JOINED).when(command).then(erased(at=CALLED_AT))
