"""The rules of a case: who may do what, when a round ends, and what keeps it open."""

from datetime import timedelta

import pytest

from contracts.event import Event
from contracts.values import Caller
from services.dispatch.domain.case import CASE
from services.dispatch.domain.case_commands import (
    CallbackOfOtherRound,
    CaseAlreadyReported,
    CaseAlreadySigned,
    CaseCommand,
    CaseIsClosed,
    CaseNotSigned,
    CaseNotYours,
    CaseUnknown,
    DispatchCase,
    WhistleNeedsStreet,
    WhistleStillOpen,
)
from services.dispatch.domain.case_state import CaseFacts, Closed, NoCase
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    BO,
    CASE_NO,
    COLLEAGUE,
    DEPARTMENT,
    FIRST_ROUND,
    HANDLE_BY,
    HEARD_AT,
    NOBODY_KNOWN,
    OFFICER,
    REPORTED_AT,
    SIGN_BY,
    SIGNED_AT,
    STREET,
    WHISTLE_NO,
    attached,
    closed,
    copied,
    detached,
    dispatched,
    hear,
    join,
    joined,
    leave,
    left,
    march,
    missed,
    noted,
    reopened,
    report,
    reported,
    sign,
    signed,
)
from tests.unit.dispatch.whistles import PROPOSED_AT, SETTLED_AT, propose, refuse, settle

INSTANT = timedelta(microseconds=1)
LATER = march(11, 9)
SIGNED = (dispatched(), signed())
WHISTLED = (*SIGNED, attached(PROPOSED_AT))
REPORTED = (*SIGNED, reported())
ONGOING = (
    sign(),
    report(),
    hear(ANN, True),
    join(BO, LATER),
    leave(ANN, LATER),
    propose(),
    refuse(),
    settle(),
)

each_ongoing_command = pytest.mark.parametrize(
    "command", ONGOING, ids=lambda command: type(command).__name__
)


def facts_after(*events: Event) -> CaseFacts:
    state = given(CASE, *events).state
    assert not isinstance(state, NoCase)
    return state.facts


class WhenACaseIsFiled:
    def test_one_unit_gets_it(self) -> None:
        given(CASE).when(DispatchCase(event=dispatched(), district=None)).then(dispatched())

    def test_the_district_gets_a_copy_of_what_goes_to_a_street(self) -> None:
        command = DispatchCase(event=dispatched(), district="district")
        given(CASE).when(command).then(dispatched(), copied())

    def test_it_is_dispatched_once(self) -> None:
        command = DispatchCase(event=dispatched(unit=DEPARTMENT), district=None)
        given(CASE, dispatched()).when(command).nothing()
        given(CASE, dispatched(), left(ANN, LATER), closed("withdrawn")).when(command).nothing()

    def test_both_its_clocks_run(self) -> None:
        assert given(CASE).open_milestones() == []
        assert given(CASE, dispatched(), copied()).open_milestones() == ["sign", "handle"]
        assert facts_after(dispatched()).deadlines == FIRST_ROUND


class WhenThereIsNoCase:
    @each_ongoing_command
    def test_there_is_nothing_to_act_on(self, command: CaseCommand) -> None:
        assert given(CASE).when(command).refused(CaseUnknown).status == 404

    @pytest.mark.parametrize("event", [signed(), reported(), closed("resolved"), reopened(ANN)])
    def test_later_events_change_nothing(self, event: Event) -> None:
        assert given(CASE, event).state == NoCase()

    def test_nothing_is_ever_late(self) -> None:
        given(CASE).missed(LATER)


class WhenAUnitSigns:
    def test_the_case_is_signed_for(self) -> None:
        given(CASE, dispatched()).when(sign()).then(signed())

    def test_the_first_clock_stops_and_the_second_runs_on(self) -> None:
        assert given(CASE, *SIGNED).open_milestones() == ["handle"]

    def test_who_signs_has_had_a_hand_in_it(self) -> None:
        assert facts_after(*SIGNED).handlers == (OFFICER,)

    def test_late_is_better_than_never(self) -> None:
        late = (dispatched(), missed("sign", SIGN_BY, march(2, 12)))
        given(CASE, *late).when(sign(at=march(2, 13))).then(signed(at=march(2, 13)))

    def test_no_other_unit_signs(self) -> None:
        refusal = given(CASE, dispatched()).when(sign(unit=DEPARTMENT)).refused(CaseNotYours)
        assert refusal.status == 403

    @pytest.mark.parametrize("history", [SIGNED, WHISTLED, REPORTED])
    def test_nobody_signs_twice_in_a_round(self, history: tuple[Event, ...]) -> None:
        given(CASE, *history).when(sign(by=COLLEAGUE)).refused(CaseAlreadySigned)


class WhenADeadlinePasses:
    def test_the_miss_is_due_at_the_moment_itself(self) -> None:
        given(CASE, dispatched()).missed(SIGN_BY - INSTANT)
        given(CASE, dispatched()).missed(SIGN_BY, missed("sign", SIGN_BY, SIGN_BY))

    def test_lateness_counts_from_what_was_due_however_late_it_is_noticed(self) -> None:
        given(CASE, dispatched()).missed(
            LATER, missed("sign", SIGN_BY, LATER), missed("handle", HANDLE_BY, LATER)
        )

    def test_what_was_signed_for_in_time_is_late_only_with_its_handling(self) -> None:
        miss = missed("handle", HANDLE_BY, LATER, handlers=(OFFICER,))
        given(CASE, *SIGNED).missed(LATER, miss)

    def test_the_miss_names_everyone_who_waits(self) -> None:
        history = (dispatched(), joined(BO, march(2, 10), callback_due=False, handlers=()))
        given(CASE, *history).missed(SIGN_BY, missed("sign", SIGN_BY, SIGN_BY, ANN, BO))

    def test_it_is_recorded_once(self) -> None:
        history = (dispatched(), missed("sign", SIGN_BY, SIGN_BY))
        given(CASE, *history).missed(march(2, 18))
        assert given(CASE, *history).open_milestones() == ["handle"]

    @pytest.mark.parametrize(
        "history",
        [REPORTED, (dispatched(), left(ANN, SIGNED_AT), closed("withdrawn"))],
        ids=["reported", "closed"],
    )
    def test_nothing_is_late_that_is_done(self, history: tuple[Event, ...]) -> None:
        given(CASE, *history).missed(LATER)
        assert given(CASE, *history).open_milestones() == []


class WhenTheHandlingIsReported:
    def test_the_callers_are_to_be_asked(self) -> None:
        given(CASE, *SIGNED).when(report()).then(reported())

    def test_everyone_who_had_a_hand_in_it_is_named_once(self) -> None:
        by_another = reported(by=COLLEAGUE, handlers=(OFFICER, COLLEAGUE))
        given(CASE, *SIGNED).when(report(by=COLLEAGUE)).then(by_another)
        assert facts_after(*SIGNED, by_another).handlers == (OFFICER, COLLEAGUE)

    def test_everyone_who_waits_is_named(self) -> None:
        history = (dispatched(ANN, BO), signed())
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


class WhenACallerIsAsked:
    def test_the_case_closes_when_it_is_solved(self) -> None:
        given(CASE, *REPORTED).when(hear(ANN, True)).then(noted(ANN, True), closed("resolved"))

    def test_it_closes_unconfirmed_when_nobody_could_be_asked(self) -> None:
        expected = (noted(ANN, None), closed("unconfirmed"))
        given(CASE, *REPORTED).when(hear(ANN, None)).then(*expected)

    def test_it_waits_until_all_are_heard(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO))
        given(CASE, *history).when(hear(BO, True)).then(noted(BO, True))
        both = given(CASE, *history, noted(BO, True)).when(hear(ANN, None))
        both.then(noted(ANN, None), closed("resolved"))

    def test_nobody_is_heard_twice_in_a_round(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO), noted(BO, True))
        given(CASE, *history).when(hear(BO, False)).nothing()

    def test_who_does_not_wait_is_not_heard(self) -> None:
        given(CASE, *REPORTED).when(hear(BO, False)).nothing()

    @pytest.mark.parametrize("round_no", [1, 3])
    def test_an_answer_counts_in_its_own_round_alone(self, round_no: int) -> None:
        history = (*REPORTED, noted(ANN, False), reopened(ANN))
        given(CASE, *history).when(hear(ANN, True, round_no)).refused(CallbackOfOtherRound)

    def test_solved_before_it_is_reported_waits_for_the_report(self) -> None:
        given(CASE, *SIGNED).when(hear(ANN, True)).then(noted(ANN, True))


class WhenACallerSaysItIsNotSolved:
    def test_the_next_round_begins_with_clocks_of_its_own(self) -> None:
        given(CASE, *REPORTED).when(hear(ANN, False)).then(noted(ANN, False), reopened(ANN))

    def test_though_the_unit_never_reported(self) -> None:
        given(CASE, dispatched()).when(hear(ANN, False)).then(noted(ANN, False), reopened(ANN))

    def test_though_another_is_content(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO), noted(ANN, True))
        given(CASE, *history).when(hear(BO, False)).then(noted(BO, False), reopened(BO))

    def test_not_before_the_others_are_heard(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO))
        given(CASE, *history).when(hear(ANN, False)).then(noted(ANN, False))
        rest = given(CASE, *history, noted(ANN, False)).when(hear(BO, None))
        rest.then(noted(BO, None), reopened(ANN))

    def test_though_a_whistle_is_open_which_stays_open(self) -> None:
        history = (*WHISTLED, noted(ANN, False), reopened(ANN))
        given(CASE, *WHISTLED).when(hear(ANN, False)).then(noted(ANN, False), reopened(ANN))
        assert facts_after(*history).open_whistles == (WHISTLE_NO,)

    def test_everything_is_done_again(self) -> None:
        again = (*REPORTED, noted(ANN, False), reopened(ANN))
        assert given(CASE, *again).open_milestones() == ["sign", "handle"]
        given(CASE, *again).when(report(at=LATER)).refused(CaseNotSigned)
        given(CASE, *again).when(sign(at=LATER)).then(signed(2, LATER))
        signed_again = (*again, signed(2, LATER))
        given(CASE, *signed_again).when(report(at=LATER)).then(reported(round_no=2, at=LATER))
        reported_again = (*signed_again, reported(round_no=2, at=LATER))
        given(CASE, *reported_again).when(hear(ANN, True, 2, LATER)).then(
            noted(ANN, True, 2, LATER), closed("resolved", LATER, 2)
        )


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
        given(CASE, *history).when(hear(ANN, True)).then(noted(ANN, True))


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
        given(CASE, *history).when(leave(ANN, HEARD_AT)).then(left(ANN, HEARD_AT), reopened(BO))

    def test_what_they_said_counts_no_more(self) -> None:
        history = (dispatched(ANN, BO), signed(), reported(ANN, BO), noted(ANN, False))
        gone = (*history, left(ANN, HEARD_AT))
        given(CASE, *gone).when(hear(BO, True)).then(noted(BO, True), closed("resolved"))


class WhenACallerComesBack:
    """Linked, unlinked and linked again in one round, in which they were asked already."""

    LATE = (
        dispatched(ANN, BO),
        signed(),
        missed("handle", HANDLE_BY, HANDLE_BY, ANN, BO, handlers=(OFFICER,)),
    )

    def test_what_they_said_holds_again(self) -> None:
        history = (*self.LATE, noted(BO, False), left(BO, LATER), noted(ANN, True))
        given(CASE, *history).when(join(BO, HEARD_AT)).then(
            joined(BO, HEARD_AT, callback_due=True), reopened(BO)
        )

    def test_they_are_not_asked_a_second_time(self) -> None:
        history = (*self.LATE, noted(BO, True), left(BO, LATER))
        back = (*history, joined(BO, LATER, callback_due=True))
        given(CASE, *back).when(hear(BO, False)).nothing()
        given(CASE, *back, reported(ANN, BO)).when(hear(ANN, None)).then(
            noted(ANN, None), closed("resolved")
        )

    def test_a_case_left_by_all_waits_again(self) -> None:
        history = (*WHISTLED, left(ANN, LATER))
        given(CASE, *history).when(join(ANN, LATER)).then(joined(ANN, LATER, callback_due=False))
        back = (*history, joined(ANN, LATER, callback_due=False))
        given(CASE, *back).when(settle(at=LATER)).then(detached(LATER))


class WhenAStreetWhistles:
    def test_the_whistle_hangs_on_the_case(self) -> None:
        given(CASE, *SIGNED).when(propose()).then(attached(PROPOSED_AT))
        assert facts_after(*WHISTLED).whistle_count == 1

    def test_it_signs_first(self) -> None:
        given(CASE, dispatched()).when(propose()).refused(CaseNotSigned)

    def test_not_after_it_reported(self) -> None:
        given(CASE, *REPORTED).when(propose()).refused(CaseAlreadyReported)

    def test_one_whistle_at_a_time(self) -> None:
        command = propose(whistle_no=f"{CASE_NO}-W2")
        given(CASE, *WHISTLED).when(command).refused(WhistleStillOpen)
        given(CASE, *WHISTLED, detached(SETTLED_AT)).when(command).then(
            attached(PROPOSED_AT, f"{CASE_NO}-W2")
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


class WhenTheCaseIsClosed:
    CLOSED = (*REPORTED, noted(ANN, True), closed("resolved"))

    @pytest.mark.parametrize(
        "command",
        [sign(), report(), join(BO, LATER), propose(), refuse(), settle()],
        ids=lambda command: type(command).__name__,
    )
    def test_it_takes_no_more_actions(self, command: CaseCommand) -> None:
        given(CASE, *self.CLOSED).when(command).refused(CaseIsClosed)

    @pytest.mark.parametrize("caller", [ANN, BO])
    def test_who_leaves_changes_nothing(self, caller: Caller) -> None:
        given(CASE, *self.CLOSED).when(leave(caller, LATER)).nothing()

    @pytest.mark.parametrize("round_no", [1, 2])
    def test_nor_does_a_late_answer(self, round_no: int) -> None:
        given(CASE, *self.CLOSED).when(hear(ANN, False, round_no)).nothing()

    def test_it_stays_as_it_was(self) -> None:
        state = given(CASE, *self.CLOSED).state
        assert isinstance(state, Closed)
        assert (state.outcome, state.facts.round, state.facts.unit) == ("resolved", 1, STREET)
        for event in (signed(), reported(at=REPORTED_AT), reopened(ANN), dispatched(BO)):
            assert given(CASE, *self.CLOSED, event).state == state
