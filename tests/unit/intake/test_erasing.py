"""当事人信息删除 Erasing: two people, no hold, and a limit a day; open work is never forgotten."""

import pytest

from contracts.events.intake import ErasureChoice
from contracts.ids import AppealNo
from services.intake.domain.subject.decider import SUBJECT, SubjectCommand
from services.intake.domain.subject.erasing import (
    ERASURES_A_DAY_MAX,
    ErasureLimitReached,
    ErasureNeedsAnother,
    SubjectIsHeld,
)
from services.intake.domain.subject.holding import SubjectNotHeld
from services.intake.domain.subject.policies import (
    ErasureNotRequested,
    ErasureUnderWay,
    is_processed,
)
from services.intake.domain.subject.requesting import (
    ChoiceNotOpen,
    OpenAppealsNotChosen,
    must_be_chosen,
)
from services.intake.domain.subject.state import Known
from tests.given import given
from tests.unit.intake.appeals import (
    APPEAL_NO,
    NAME,
    OPERATOR,
    OTHER_OPERATOR,
    PHONE,
    approve_erasure,
    correct,
    corrected,
    erased,
    erasure_rejected,
    erasure_requested,
    held,
    hold,
    hold_lifted,
    lift_hold,
    link_subjects,
    recorded,
    reject_erasure,
    request_erasure,
    sealed,
    subjects_linked,
    unlink_subjects,
)

KNOWN = (recorded(),)
REQUESTED = (*KNOWN, erasure_requested())
HELD = (*REQUESTED, held())
OTHER_APPEAL = AppealNo("260302000007")


class WhenErasureIsRequested:
    def test_it_is_written_down_with_its_ground_and_the_choices(self) -> None:
        given(SUBJECT, *KNOWN).when(request_erasure()).then(erasure_requested())

    @pytest.mark.parametrize(
        "command",
        [correct(name=NAME), link_subjects(), unlink_subjects(), request_erasure()],
        ids=lambda one: type(one).__name__,
    )
    def test_the_record_is_stored_and_no_more(self, command: SubjectCommand) -> None:
        """个人信息保护法 art. 47."""
        refusal = given(SUBJECT, *REQUESTED).when(command).refused(ErasureUnderWay)
        assert refusal.facts["requested_on"] == "2026-03-03"
        assert not is_processed(given(SUBJECT, *REQUESTED).state)

    def test_a_record_that_nobody_asked_to_erase_is_used(self) -> None:
        """The control arm."""
        given(SUBJECT, *KNOWN).when(correct(name=NAME)).then(corrected(name=NAME))
        assert is_processed(given(SUBJECT, *KNOWN).state)

    def test_a_hold_does_not_forbid_the_request(self) -> None:
        given(SUBJECT, *KNOWN, held()).when(request_erasure()).then(erasure_requested())


class WhenThePersonHasOpenAppeals:
    def test_each_needs_a_choice(self) -> None:
        """删除在办 of field example 25: open work is named before it is orphaned."""
        with pytest.raises(OpenAppealsNotChosen) as raised:
            must_be_chosen([APPEAL_NO, OTHER_APPEAL], [])
        assert raised.value.facts == {"count": 2, "appeals": f"{APPEAL_NO}, {OTHER_APPEAL}"}
        assert OTHER_APPEAL in raised.value.sentence("zh")

    def test_one_choice_for_each_is_enough(self) -> None:
        choices = [
            ErasureChoice(appeal_no=APPEAL_NO, choice="go_on"),
            ErasureChoice(appeal_no=OTHER_APPEAL, choice="withdraw"),
        ]
        must_be_chosen([APPEAL_NO, OTHER_APPEAL], choices)
        must_be_chosen([], [])

    @pytest.mark.parametrize("numbers", [[OTHER_APPEAL], [APPEAL_NO, APPEAL_NO]])
    def test_a_choice_about_anything_else_is_refused(self, numbers: list[AppealNo]) -> None:
        choices = [ErasureChoice(appeal_no=one, choice="withdraw") for one in numbers]
        with pytest.raises(ChoiceNotOpen):
            must_be_chosen([APPEAL_NO], choices)


class WhenErasureIsApproved:
    def test_every_service_learns_of_it(self) -> None:
        given(SUBJECT, *REQUESTED).when(approve_erasure()).then(erased())

    def test_nobody_erases_a_person_alone(self) -> None:
        """须由他人批准 (M8 of the security test)."""
        given(SUBJECT, *REQUESTED).when(approve_erasure(by=OPERATOR)).refused(ErasureNeedsAnother)

    def test_not_even_in_another_role(self) -> None:
        agent = OPERATOR.model_copy(update={"role": "agent", "unit": "elsewhere"})
        given(SUBJECT, *REQUESTED).when(approve_erasure(by=agent)).refused(ErasureNeedsAnother)

    def test_another_person_may(self) -> None:
        """The control arm."""
        given(SUBJECT, *REQUESTED).when(approve_erasure(by=OTHER_OPERATOR)).then(erased())

    def test_it_was_requested_before(self) -> None:
        given(SUBJECT, *KNOWN).when(approve_erasure()).refused(ErasureNotRequested)

    def test_a_hold_forbids_it_until_it_is_lifted(self) -> None:
        given(SUBJECT, *HELD).when(approve_erasure()).refused(SubjectIsHeld)
        given(SUBJECT, *HELD, hold_lifted()).when(approve_erasure()).then(erased())

    def test_a_day_has_a_limit_and_goes_on_the_next(self) -> None:
        last = approve_erasure(count_today=ERASURES_A_DAY_MAX)
        given(SUBJECT, *REQUESTED).when(last).then(erased())
        one_more = approve_erasure(count_today=ERASURES_A_DAY_MAX + 1)
        refusal = given(SUBJECT, *REQUESTED).when(one_more).refused(ErasureLimitReached)
        assert refusal.facts == {"limit": 50, "resumes_at": "2026-03-05 00:00+08:00"}


class WhenErasureIsRejected:
    def test_the_record_is_used_as_before(self) -> None:
        given(SUBJECT, *REQUESTED).when(reject_erasure()).then(erasure_rejected())
        after = (*REQUESTED, erasure_rejected())
        assert given(SUBJECT, *after).state == Known(NAME, PHONE)
        given(SUBJECT, *after).when(correct(name=NAME)).then(corrected(name=NAME))

    def test_it_can_be_requested_again(self) -> None:
        after = (*REQUESTED, erasure_rejected())
        given(SUBJECT, *after).when(request_erasure()).then(erasure_requested())

    def test_only_what_was_requested(self) -> None:
        given(SUBJECT, *KNOWN).when(reject_erasure()).refused(ErasureNotRequested)


class WhenARecordIsHeld:
    def test_it_is_written_down_once(self) -> None:
        given(SUBJECT, *KNOWN).when(hold()).then(held())
        given(SUBJECT, *KNOWN, held()).when(hold()).nothing()

    def test_it_is_used_as_before(self) -> None:
        given(SUBJECT, *KNOWN, held()).when(correct(name=NAME)).then(corrected(name=NAME))

    def test_a_hold_is_lifted_once(self) -> None:
        given(SUBJECT, *KNOWN, held()).when(lift_hold()).then(hold_lifted())
        given(SUBJECT, *KNOWN).when(lift_hold()).refused(SubjectNotHeld)


class WhenAnErasureIsRequestedOfLinkedRecords:
    def test_the_link_stays(self) -> None:
        state = given(SUBJECT, *KNOWN, subjects_linked(), erasure_requested()).state
        assert isinstance(state, Known)
        assert state.linked

    def test_a_correction_before_it_stays(self) -> None:
        state = given(SUBJECT, *KNOWN, corrected(phone=sealed(9)), erasure_requested()).state
        assert isinstance(state, Known)
        assert (state.name, state.phone) == (NAME, sealed(9))
        assert state.phone != PHONE
