"""首次联系: the unit calls who complained before it reports (art. 15)."""

import pytest

from contracts.ids import SubjectId
from contracts.values import Caller, Contact
from services.dispatch.domain.case.contacting import (
    CallerNotWaiting,
    ContactNeeded,
    ContactNotRecorded,
    NobodyToContact,
    TooFewAttempts,
    UnreachableNotResolved,
)
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.policies import (
    CaseAlreadyReported,
    CaseNotSigned,
    CaseNotYours,
)
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    BO,
    CONTACT_BY,
    DEPARTMENT,
    NOBODY_KNOWN,
    OFFICER,
    contacted,
    dispatched,
    march,
    missed,
    note_contact,
    report,
    reported,
    signed,
)
from tests.unit.dispatch.histories import REPORTED, SIGNED, WHISTLED, CaseHistory, facts_after

UNCALLED: CaseHistory = (dispatched(), signed())
ANN_ERASED = frozenset([SubjectId("s-ann")])
ONE_TRY = contacted("unreachable", ends_clock=False)
SECOND_AT = march(2, 12)
SECOND_TRY = contacted("unreachable", at=SECOND_AT)


class WhenAUnitCalls:
    def test_reaching_somebody_ends_the_clock(self) -> None:
        given(CASE, *UNCALLED).when(note_contact()).then(contacted())
        assert given(CASE, *UNCALLED).open_milestones() == ["contact", "handle"]
        assert given(CASE, *UNCALLED, contacted()).open_milestones() == ["handle"]

    def test_one_attempt_does_not(self) -> None:
        given(CASE, *UNCALLED).when(note_contact("unreachable")).then(ONE_TRY)
        assert given(CASE, *UNCALLED, ONE_TRY).open_milestones() == ["contact", "handle"]

    def test_as_many_attempts_as_the_city_asks_for_do(self) -> None:
        command = note_contact("unreachable", at=SECOND_AT)
        given(CASE, *UNCALLED, ONE_TRY).when(command).then(SECOND_TRY)
        assert given(CASE, *UNCALLED, ONE_TRY, SECOND_TRY).open_milestones() == ["handle"]

    def test_who_was_not_called_in_time_is_missed(self) -> None:
        miss = missed("contact", CONTACT_BY, CONTACT_BY, handlers=(OFFICER,))
        given(CASE, *UNCALLED).missed(CONTACT_BY, miss)

    def test_the_caller_may_be_named(self) -> None:
        history = (dispatched(ANN, BO), signed())
        given(CASE, *history).when(note_contact(caller=BO)).then(contacted(caller=BO))

    def test_who_left_no_data_is_passed_over(self) -> None:
        history = (dispatched(NOBODY_KNOWN, BO), signed())
        given(CASE, *history).when(note_contact()).then(contacted(caller=BO))

    def test_also_while_a_whistle_is_open(self) -> None:
        command = note_contact(at=SECOND_AT)
        given(CASE, *WHISTLED).when(command).then(contacted(at=SECOND_AT))

    def test_a_unit_signs_first(self) -> None:
        given(CASE, dispatched()).when(note_contact()).refused(CaseNotSigned)

    def test_not_after_its_report(self) -> None:
        given(CASE, *REPORTED).when(note_contact()).refused(CaseAlreadyReported)

    def test_no_other_unit_calls(self) -> None:
        given(CASE, *UNCALLED).when(note_contact(unit=DEPARTMENT)).refused(CaseNotYours)

    def test_only_who_waits_for_the_case(self) -> None:
        given(CASE, *UNCALLED).when(note_contact(caller=BO)).refused(CallerNotWaiting)

    @pytest.mark.parametrize("caller", [None, NOBODY_KNOWN])
    def test_nobody_calls_an_anonymous_caller(self, caller: Caller | None) -> None:
        history = (dispatched(NOBODY_KNOWN), signed())
        given(CASE, *history).when(note_contact(caller=caller)).refused(NobodyToContact)

    def test_nor_one_who_was_erased(self) -> None:
        command = note_contact(erased=ANN_ERASED)
        given(CASE, *UNCALLED).when(command).refused(NobodyToContact)


class WhenAUnitReportsItsContact:
    @pytest.mark.parametrize("contact", ["reached", "not_wanted"])
    def test_who_was_spoken_to_is_on_the_record(self, contact: Contact) -> None:
        given(CASE, *SIGNED).when(report(contact=contact)).then(reported(contact=contact))
        given(CASE, *UNCALLED).when(report(contact=contact)).refused(ContactNotRecorded)
        command = report(contact=contact)
        given(CASE, *UNCALLED, ONE_TRY, SECOND_TRY).when(command).refused(ContactNotRecorded)

    def test_unreachable_takes_the_attempts_of_this_round(self) -> None:
        command = report(contact="unreachable", claim="unresolved")
        refusal = given(CASE, *UNCALLED, ONE_TRY).when(command).refused(TooFewAttempts)
        assert (refusal.facts["attempts"], refusal.facts["needed"]) == (1, 2)
        given(CASE, *UNCALLED, ONE_TRY, SECOND_TRY).when(command).then(
            reported(contact="unreachable", claim="unresolved")
        )

    def test_resolved_with_contact_unreachable_is_refused(self) -> None:
        command = report(contact="unreachable", claim="resolved")
        tried = given(CASE, *UNCALLED, ONE_TRY, SECOND_TRY)
        tried.when(command).refused(UnreachableNotResolved)
        partly = report(contact="unreachable", claim="partly_resolved")
        tried.when(partly).then(reported(contact="unreachable", claim="partly_resolved"))

    def test_nobody_needs_to_call_who_cannot_be_called(self) -> None:
        history = (dispatched(NOBODY_KNOWN), signed())
        command = report(contact="not_needed")
        given(CASE, *history).when(command).then(reported(NOBODY_KNOWN, contact="not_needed"))
        given(CASE, *history).when(report()).refused(NobodyToContact)

    def test_an_erased_caller_counts_as_such(self) -> None:
        command = report(contact="not_needed", erased=ANN_ERASED)
        given(CASE, *UNCALLED).when(command).then(reported(contact="not_needed"))

    def test_somebody_who_can_be_called_is_called(self) -> None:
        given(CASE, *SIGNED).when(report(contact="not_needed")).refused(ContactNeeded)

    def test_a_later_round_takes_contacts_of_its_own(self) -> None:
        assert facts_after(*SIGNED).timing.contacts == (contacted(),)
