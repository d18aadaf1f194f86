"""挂账: the clocks stand still until the case is resumed, and go on with what was left."""

from datetime import date, timedelta

import pytest

from contracts.envelope import Actor
from contracts.moved_deadline import resume as resumed_clock
from services.dispatch.domain.case.decider import CASE, CaseCommand, CaseIsClosed, WhileSuspended
from services.dispatch.domain.case.policies import (
    CaseNotSigned,
    CaseNotYours,
    NotTheDistrict,
    NotYoursToDecide,
    WhistleStillOpen,
)
from services.dispatch.domain.case.suspending import (
    CaseIsSuspended,
    CaseNotSuspended,
    NoSuspensionRequested,
    ReviewDayOutOfRange,
    SuspensionAlreadyRequested,
)
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    BO,
    CALENDAR,
    DEPARTMENT,
    HALF_ROUND,
    HANDLE_BY,
    OFFICER,
    attached,
    closed,
    dispatched,
    erased,
    join,
    joined,
    leave,
    left,
    march,
    missed,
    note,
    noted,
    officer,
    reopened,
)
from tests.unit.dispatch.conflicts import declare, declared
from tests.unit.dispatch.histories import ONGOING, SIGNED, WHISTLED, facts_after
from tests.unit.dispatch.timing import (
    ANSWERED_AT,
    ASKED_AT,
    DISPATCHER,
    DISTRICT_LEADER,
    HANDLE,
    HANDLE_LEFT,
    LEADER,
    RESUMED_AT,
    REVIEW_BY,
    SUSPENDED,
    WISHING,
    approve_suspension,
    ask_suspension,
    deny_suspension,
    resume,
    resumed,
    review_missed,
    suspended,
    suspension_denied,
    suspension_requested,
)

GOES_ON = HANDLE.model_copy(
    update={
        "due_at": march(19, 14),
        "warn_at": march(18, 9),
        "skipped": tuple(date(2026, 3, day) for day in (7, 8, 14, 15)),
    }
)
"""Resumed on Monday the 16th at 10:00 with 27 working hours, of which 12 are yellow."""
RESUMED = (*SUSPENDED, resumed(GOES_ON))
LATE = missed("handle", HANDLE_BY, HANDLE_BY, handlers=(OFFICER,))


class WhenAUnitAsksForIt:
    def test_the_clocks_run_on_until_the_district_agrees(self) -> None:
        given(CASE, *SIGNED).when(ask_suspension()).then(suspension_requested())
        assert facts_after(*WISHING).deadlines == (HANDLE,)

    @pytest.mark.parametrize("days", [0, -1, 181])
    def test_the_day_of_review_is_not_too_far_away(self, days: int) -> None:
        day = ASKED_AT.date() + timedelta(days=days)
        given(CASE, *SIGNED).when(ask_suspension(day)).refused(ReviewDayOutOfRange)

    def test_not_while_a_whistle_is_open(self) -> None:
        given(CASE, *WHISTLED).when(ask_suspension()).refused(WhistleStillOpen)

    def test_one_request_at_a_time(self) -> None:
        given(CASE, *WISHING).when(ask_suspension()).refused(SuspensionAlreadyRequested)

    def test_a_unit_signs_first(self) -> None:
        given(CASE, dispatched()).when(ask_suspension()).refused(CaseNotSigned)

    def test_no_other_unit_asks(self) -> None:
        given(CASE, *SIGNED).when(ask_suspension(unit=DEPARTMENT)).refused(CaseNotYours)


class WhenTheDistrictAnswers:
    def test_every_clock_stops_but_the_one_to_the_review(self) -> None:
        given(CASE, *WISHING).when(approve_suspension()).then(suspended())
        assert given(CASE, *SUSPENDED).open_milestones() == ["review"]

    def test_a_denial_lets_the_clocks_run_on(self) -> None:
        given(CASE, *WISHING).when(deny_suspension()).then(suspension_denied())
        assert facts_after(*WISHING, suspension_denied()).deadlines == (HANDLE,)
        again = given(CASE, *WISHING, suspension_denied())
        again.when(ask_suspension()).then(suspension_requested())

    def test_nobody_else_does(self) -> None:
        for by in (LEADER, DISPATCHER):
            given(CASE, *WISHING).when(approve_suspension(by)).refused(NotTheDistrict)
            given(CASE, *WISHING).when(deny_suspension(by)).refused(NotTheDistrict)

    def test_somebody_has_to_have_asked(self) -> None:
        given(CASE, *SIGNED).when(approve_suspension()).refused(NoSuspensionRequested)
        given(CASE, *SIGNED).when(deny_suspension()).refused(NoSuspensionRequested)

    def test_not_while_a_whistle_was_opened_since(self) -> None:
        whistled = given(CASE, *WISHING, attached(ASKED_AT))
        whistled.when(approve_suspension()).refused(WhistleStillOpen)

    def test_not_when_the_day_of_review_has_come(self) -> None:
        command = approve_suspension(at=march(20, 9))
        given(CASE, *WISHING).when(command).refused(ReviewDayOutOfRange)

    def test_an_erased_case_has_nothing_left(self) -> None:
        history = (*WISHING, erased(at=ASKED_AT))
        without = suspended().model_copy(update={"left": ()})
        given(CASE, *history).when(approve_suspension()).then(without)


class WhenACaseIsSuspended:
    @pytest.mark.parametrize(
        "command",
        [one for one in ONGOING if not isinstance(one, WhileSuspended)],
        ids=lambda command: type(command).__name__,
    )
    def test_nobody_works_on_it(self, command: CaseCommand) -> None:
        given(CASE, *SUSPENDED).when(command).refused(CaseIsSuspended)

    def test_no_miss_is_counted(self) -> None:
        given(CASE, *SUSPENDED).missed(march(20, 14))

    def test_a_review_that_nobody_makes_is_missed(self) -> None:
        given(CASE, *SUSPENDED).missed(REVIEW_BY, review_missed())
        waiting = given(CASE, *SUSPENDED, review_missed())
        assert waiting.open_milestones() == []
        waiting.when(resume(at=march(23, 9))).then(
            resumed(
                resumed_clock(HANDLE, HANDLE_LEFT.seconds, march(23, 9), CALENDAR), at=march(23, 9)
            )
        )

    def test_who_joins_waits_for_the_handling_too(self) -> None:
        expected = joined(BO, ANSWERED_AT, callback_due=False)
        given(CASE, *SUSPENDED).when(join(BO, ANSWERED_AT)).then(expected)

    def test_callers_may_leave(self) -> None:
        expected = (left(ANN, ANSWERED_AT), closed("withdrawn", ANSWERED_AT))
        given(CASE, *SUSPENDED).when(leave(ANN, ANSWERED_AT)).then(*expected)

    def test_a_person_may_be_recused(self) -> None:
        given(CASE, *SUSPENDED).when(declare()).then(declared())

    def test_an_erasure_lifts_what_stood_still(self) -> None:
        gone = (*SUSPENDED, erased(at=RESUMED_AT))
        assert given(CASE, *gone).open_milestones() == []
        given(CASE, *gone).when(resume()).then(resumed())

    def test_an_answer_begins_no_round_before_it_is_resumed(self) -> None:
        late = (*SIGNED, LATE, suspension_requested(), suspended().model_copy(update={"left": ()}))
        given(CASE, *late).when(note(ANN, False)).then(noted(ANN, False))
        heard = given(CASE, *late, noted(ANN, False))
        heard.when(resume(at=march(10, 10))).then(
            resumed(at=march(10, 10)), reopened(ANN, at=march(10, 10), deadlines=HALF_ROUND)
        )


class WhenItIsResumed:
    def test_hold_time_goes_to_the_budget_and_not_to_the_start(self) -> None:
        given(CASE, *SUSPENDED).when(resume()).then(resumed(GOES_ON))
        assert GOES_ON.started_at == HANDLE.started_at
        assert facts_after(*RESUMED).deadlines == (GOES_ON,)

    @pytest.mark.parametrize("by", [DISPATCHER, DISTRICT_LEADER])
    def test_by_dispatcher_and_district_as_well(self, by: Actor) -> None:
        given(CASE, *SUSPENDED).when(resume(by)).then(resumed(GOES_ON, by=by.person))

    def test_by_no_other_unit(self) -> None:
        command = resume(officer(unit=DEPARTMENT))
        given(CASE, *SUSPENDED).when(command).refused(NotYoursToDecide)

    def test_what_was_late_before_is_not_resumed(self) -> None:
        without = suspended().model_copy(update={"left": ()})
        history = (*SIGNED, LATE, suspension_requested(), without)
        given(CASE, *history).when(resume()).then(resumed())
        handle = facts_after(*history, resumed()).timing.clocks[-2]
        assert (handle.deadline.milestone, handle.state) == ("handle", "missed")

    def test_only_a_suspended_case(self) -> None:
        given(CASE, *SIGNED).when(resume()).refused(CaseNotSuspended)
        given(CASE, *RESUMED).when(resume()).refused(CaseNotSuspended)

    def test_a_closed_one_takes_nothing(self) -> None:
        gone = (*SUSPENDED, left(ANN, ANSWERED_AT), closed("withdrawn", ANSWERED_AT))
        given(CASE, *gone).when(resume()).refused(CaseIsClosed)

    def test_it_is_missed_by_its_new_end(self) -> None:
        miss = missed("handle", march(19, 14), march(19, 14), handlers=(OFFICER,))
        given(CASE, *RESUMED).missed(march(19, 14), miss)
