"""裁定: dispatcher or district decide on an objection; upheld, another unit leads."""

import pytest

from contracts.envelope import Actor
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.policies import CaseAlreadyReported, CaseNotYours
from services.dispatch.domain.case.redispatching import UnitLeadsAlready
from services.dispatch.domain.case.ruling import (
    NewLeadMissing,
    NoObjection,
    NotYoursToRule,
    ObjectorCannotRule,
)
from services.dispatch.domain.routing import CommunityNeverLeads
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    CALLED_AT,
    DEPARTMENT,
    OFFICER,
    SIGN_BY,
    STREET,
    TERMS,
    contacted,
    dispatched,
    erased,
    missed,
    noted,
    reopened,
    report,
    reported,
    sign,
    signed,
)
from tests.unit.dispatch.histories import INSTANT, CaseHistory, facts_after
from tests.unit.dispatch.transfers import (
    COMMUNITY,
    DISPATCHER,
    OBJECTED_AT,
    OF_DISTRICT,
    OTHER_UNIT,
    RULED_AT,
    objected,
    redispatched,
    rule,
    ruled,
    target,
)

OBJECTED: CaseHistory = (dispatched(), missed("sign", SIGN_BY, OBJECTED_AT), objected())
UPHELD: CaseHistory = (*OBJECTED, ruled("upheld"), redispatched("objection_upheld"))
REJECTED: CaseHistory = (*OBJECTED, ruled("rejected"))


class WhenAnObjectionIsUpheld:
    @pytest.mark.parametrize("by", [DISPATCHER, OF_DISTRICT])
    def test_another_unit_leads_from_the_ruling_on(self, by: Actor) -> None:
        expected = (ruled("upheld", by), redispatched("objection_upheld", by=by))
        given(CASE, *OBJECTED).when(rule("upheld", by, target())).then(*expected)

    def test_the_time_until_then_was_the_dispatchers(self) -> None:
        assert ruled("upheld").time_of == "dispatcher"
        assert facts_after(*OBJECTED).missed == ("sign",)
        assert facts_after(*UPHELD).missed == ()

    def test_what_it_missed_in_an_earlier_round_is_void_too(self) -> None:
        """A caller wanted another round before anybody ruled."""
        history = (*OBJECTED, noted(ANN, False), reopened(ANN), ruled("upheld"))
        moved = redispatched("objection_upheld").model_copy(update={"round": 2})
        for after, state in ((history, "missed"), ((*history, moved), "lifted")):
            first = facts_after(*after).timing.clocks[0]
            assert (first.deadline.milestone, first.state) == ("sign", state)

    def test_its_clocks_begin_again(self) -> None:
        assert facts_after(*UPHELD).deadlines == TERMS.deadlines(1, RULED_AT, (ANN,))

    def test_the_new_unit_signs_and_reports_and_the_old_one_no_more(self) -> None:
        at = RULED_AT + INSTANT
        theirs = sign(at, "p-new", OTHER_UNIT)
        expected = signed(at=at, by="p-new").model_copy(update={"unit": OTHER_UNIT})
        given(CASE, *UPHELD).when(theirs).then(expected)
        given(CASE, *UPHELD).when(sign(at)).refused(CaseNotYours)

    def test_it_needs_a_unit_to_lead(self) -> None:
        given(CASE, *OBJECTED).when(rule("upheld")).refused(NewLeadMissing)

    def test_which_is_another_one(self) -> None:
        same = target(STREET, "street")
        given(CASE, *OBJECTED).when(rule("upheld", to=same)).refused(UnitLeadsAlready)

    def test_and_may_lead(self) -> None:
        community = target(COMMUNITY, "community")
        given(CASE, *OBJECTED).when(rule("upheld", to=community)).refused(CommunityNeverLeads)

    def test_where_all_callers_were_erased_no_clock_runs(self) -> None:
        history = (*OBJECTED, erased(at=RULED_AT))
        expected = (ruled("upheld"), redispatched("objection_upheld", deadlines=()))
        given(CASE, *history).when(rule("upheld", to=target())).then(*expected)

    def test_not_after_the_unit_reported_for_it_has_handled_the_case(self) -> None:
        history = (*OBJECTED, signed(), reported())
        command = rule("upheld", to=target(), at=CALLED_AT)
        given(CASE, *history).when(command).refused(CaseAlreadyReported)


class WhenAnObjectionIsRejected:
    def test_the_time_was_the_units(self) -> None:
        given(CASE, *OBJECTED).when(rule("rejected")).then(ruled("rejected"))
        assert ruled("rejected").time_of == "unit"

    def test_the_clocks_go_on_as_they_were(self) -> None:
        assert facts_after(*REJECTED).deadlines == facts_after(*OBJECTED).deadlines
        assert facts_after(*REJECTED).missed == ("sign",)

    def test_the_unit_works_on(self) -> None:
        given(CASE, *REJECTED).when(sign()).then(signed())
        given(CASE, *REJECTED, signed(), contacted()).when(report()).then(
            reported(handlers=(DISPATCHER.person, OFFICER))
        )

    def test_also_after_it_reported(self) -> None:
        history = (*OBJECTED, signed(), reported())
        command = rule("rejected", at=CALLED_AT)
        given(CASE, *history).when(command).then(ruled("rejected", at=CALLED_AT))


class WhenSomebodyElseRules:
    def test_no_other_unit_does(self) -> None:
        other = Actor(person="p-x", unit=DEPARTMENT, role="leader")
        given(CASE, *OBJECTED).when(rule("rejected", other)).refused(NotYoursToRule)

    @pytest.mark.parametrize(
        "objector",
        [
            Actor(person="p-y", unit=STREET, role="leader"),
            Actor(person=OFFICER, unit="hotline", role="dispatcher"),
        ],
    )
    def test_nobody_of_the_unit_does_nor_who_objected(self, objector: Actor) -> None:
        given(CASE, *OBJECTED).when(rule("rejected", objector)).refused(ObjectorCannotRule)

    def test_nothing_is_ruled_that_was_not_objected(self) -> None:
        given(CASE, dispatched()).when(rule("rejected")).refused(NoObjection)
        given(CASE, *REJECTED).when(rule("rejected")).refused(NoObjection)

    def test_who_rules_has_had_a_hand_in_the_case_and_makes_no_call_back(self) -> None:
        assert facts_after(*REJECTED).handlers == (DISPATCHER.person,)
