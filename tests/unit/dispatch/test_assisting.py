"""协办: the lead asks other units for their part, by clocks of their own."""

from dataclasses import replace

import pytest

from contracts.calendar import Limit
from contracts.policies import Policies
from services.dispatch.domain.case.assisting import (
    AssistAskedAlready,
    AssistNeedsReason,
    AssistNotAsked,
    AssistNotYours,
    CommunityNotListed,
    LeadCannotAssist,
)
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.events import CaseEvent
from services.dispatch.domain.case.policies import (
    CaseAlreadyReported,
    CaseNotSigned,
    CaseNotYours,
)
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    DEPARTMENT,
    HANDLE_BY,
    OFFICER,
    REPORTED_AT,
    STREET,
    TERMS,
    dispatched,
    erased,
    noted,
    reopened,
    report,
    reported,
    signed,
)
from tests.unit.dispatch.histories import INSTANT, REPORTED, SIGNED, CaseHistory, facts_after
from tests.unit.dispatch.transfers import (
    ASSIST_BY,
    ASSIST_CLOCK,
    COMMUNITY,
    OTHER_UNIT,
    RULED_AT,
    answer,
    answered,
    assist_missed,
    redispatched,
    request,
    requested,
    unit,
    withdraw,
    withdrawn,
)

ASKED: CaseHistory = (*SIGNED, requested())
LATE: CaseHistory = (*ASKED, assist_missed(ASSIST_BY))


def listing(*codes: str) -> CaseHistory:
    """Give a signed case whose list names these units beside the lead."""
    return (dispatched().model_copy(update={"assisting": codes}), signed())


class WhenTheLeadAsks:
    def test_a_unit_beyond_the_list_for_a_reason(self) -> None:
        given(CASE, *SIGNED).when(request()).then(requested())
        given(CASE, *SIGNED).when(request(reason=None)).refused(AssistNeedsReason)

    def test_a_unit_of_the_list_without_one(self) -> None:
        expected = requested(is_listed=True, reason=None)
        given(CASE, *listing(DEPARTMENT)).when(request(reason=None)).then(expected)

    def test_a_community_for_what_the_list_gives_it_and_nothing_else(self) -> None:
        for kind in ("community", "property"):
            asked = unit(COMMUNITY, kind)
            given(CASE, *SIGNED).when(request(asked)).refused(CommunityNotListed)
            expected = requested(COMMUNITY, is_listed=True)
            given(CASE, *listing(COMMUNITY)).when(request(asked)).then(expected)

    def test_its_own_clock_runs_and_none_of_the_leads_moves(self) -> None:
        assert facts_after(*ASKED).deadlines == facts_after(*SIGNED).deadlines
        assert given(CASE, *ASKED).open_milestones() == ["handle", f"assist/{DEPARTMENT}"]

    def test_how_long_is_policy_and_who_works_day_and_night_counts_hours(self) -> None:
        policies = Policies(assist=Limit(amount=2, unit="work_hour"))
        asked = unit(DEPARTMENT).model_copy(update={"around_the_clock": True})
        command = replace(request(asked), terms=replace(TERMS, policies=policies))
        (event,) = CASE.decide(command, given(CASE, *SIGNED).state)
        deadline = event.deadline  # type: ignore[union-attr]  # of an assist
        assert deadline
        assert (deadline.around_the_clock, deadline.limit.amount) == (True, 2)

    def test_the_lead_alone_and_others_alone(self) -> None:
        given(CASE, *SIGNED).when(request(of=DEPARTMENT)).refused(CaseNotYours)
        given(CASE, *SIGNED).when(request(unit(STREET, "street"))).refused(LeadCannotAssist)

    def test_while_it_works_on_the_case(self) -> None:
        given(CASE, dispatched()).when(request()).refused(CaseNotSigned)
        given(CASE, *REPORTED).when(request()).refused(CaseAlreadyReported)

    @pytest.mark.parametrize("history", [ASKED, LATE, (*ASKED, answered()), (*ASKED, withdrawn())])
    def test_a_unit_once_in_a_round(self, history: CaseHistory) -> None:
        given(CASE, *history).when(request()).refused(AssistAskedAlready)

    def test_where_all_callers_were_erased_without_a_clock(self) -> None:
        history = (*SIGNED, erased(at=RULED_AT))
        given(CASE, *history).when(request()).then(requested(deadline=None))
        assert given(CASE, *ASKED, erased(at=RULED_AT)).open_milestones() == []


class WhenTheAskedUnitAnswers:
    @pytest.mark.parametrize("history", [ASKED, LATE])
    def test_it_gives_its_part_also_late(self, history: CaseHistory) -> None:
        given(CASE, *history).when(answer()).then(answered())

    def test_its_clock_stops(self) -> None:
        assert given(CASE, *ASKED, answered()).open_milestones() == ["handle"]

    def test_once(self) -> None:
        given(CASE, *ASKED, answered()).when(answer()).refused(AssistNotAsked)

    def test_only_when_it_was_asked_and_for_itself(self) -> None:
        given(CASE, *SIGNED).when(answer()).refused(AssistNotAsked)
        given(CASE, *ASKED).when(answer(of=OTHER_UNIT)).refused(AssistNotYours)

    def test_who_answers_has_had_a_hand_in_the_case(self) -> None:
        assert facts_after(*ASKED, answered()).handlers == (OFFICER, "p-theirs")


class WhenTheLeadDoesWithout:
    def test_it_takes_the_request_back(self) -> None:
        given(CASE, *ASKED).when(withdraw()).then(withdrawn())
        assert given(CASE, *ASKED, withdrawn()).open_milestones() == ["handle"]

    def test_once_and_nobody_else_does(self) -> None:
        given(CASE, *ASKED, withdrawn()).when(withdraw()).refused(AssistNotAsked)
        given(CASE, *ASKED).when(withdraw(DEPARTMENT)).refused(CaseNotYours)


class WhenAnAssistIsOverdue:
    def test_the_miss_is_the_asked_units_and_is_recorded_once(self) -> None:
        given(CASE, *ASKED).missed(ASSIST_BY, assist_missed(ASSIST_BY))
        given(CASE, *ASKED).missed(ASSIST_BY - INSTANT)

    def test_no_clock_of_the_lead_moves_and_it_missed_nothing(self) -> None:
        assert facts_after(*LATE).deadlines == facts_after(*SIGNED).deadlines
        assert facts_after(*LATE).missed == ()
        assert ASSIST_BY < HANDLE_BY

    @pytest.mark.parametrize("history", [ASKED, LATE])
    def test_the_lead_reports_all_the_same(self, history: CaseHistory) -> None:
        given(CASE, *history).when(report()).then(reported())


class WhenTheWorkIsOver:
    @pytest.mark.parametrize(
        "last",
        [reported(), redispatched("unit_silent")],
    )
    def test_nobody_waits_for_the_part_any_more(self, last: CaseEvent) -> None:
        over = given(CASE, *ASKED, last)
        assert f"assist/{DEPARTMENT}" not in over.open_milestones()
        over.when(answer(at=REPORTED_AT)).refused(AssistNotAsked)

    def test_in_the_next_round_the_unit_may_be_asked_again(self) -> None:
        again = (*ASKED, reported(), noted(ANN, False), reopened(ANN), signed(2))
        (event,) = CASE.decide(request(), given(CASE, *again).state)
        assert event.round == 2
        assert ASSIST_CLOCK.round == 1
