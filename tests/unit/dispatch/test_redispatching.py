"""改派: another unit leads, after a dispatch error before signing, or after a unit's silence."""

import pytest

from contracts.events.dispatch import CaseRedispatched, DistrictCopied
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.objecting import CaseAlreadyRuled, ObjectionPending
from services.dispatch.domain.case.policies import CaseAlreadyReported, CaseNotYours
from services.dispatch.domain.case.redispatching import (
    SignedForAlready,
    UnitLeadsAlready,
    UnitNotSilent,
)
from services.dispatch.domain.routing import CommunityNeverLeads, LeadRefused
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    CALLED_AT,
    CASE_NO,
    DISTRICT,
    HALF_ROUND,
    HANDLE_BY,
    OFFICER,
    SIGN_BY,
    STREET,
    TERMS,
    closed,
    contacted,
    dispatched,
    erased,
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
    INSTANT,
    REPORTED,
    SIGNED,
    CaseHistory,
    facts_after,
)
from tests.unit.dispatch.transfers import (
    COMMUNITY,
    DISPATCHER,
    OTHER_UNIT,
    RULED_AT,
    dispatch_refused,
    note_refusal,
    objected,
    redispatch,
    redispatched,
    rows_of_duty,
    ruled,
    target,
)

AFTER = HANDLE_BY + INSTANT
SILENT: CaseHistory = (
    dispatched(),
    missed("sign", SIGN_BY, SIGN_BY),
    missed("handle", HANDLE_BY, HANDLE_BY),
)
SIGNED_AND_SILENT: CaseHistory = (
    *SIGNED,
    missed("handle", HANDLE_BY, HANDLE_BY, handlers=(OFFICER,)),
)
MOVED: CaseHistory = (*SILENT, redispatched("unit_silent", at=AFTER))


class WhenADispatchWasWrong:
    def test_another_unit_leads_with_clocks_of_its_own(self) -> None:
        given(CASE, dispatched()).when(redispatch()).then(redispatched())
        moved = facts_after(dispatched(), redispatched())
        assert (moved.unit, moved.hop) == (OTHER_UNIT, 1)
        assert moved.deadlines == TERMS.deadlines(1, RULED_AT, (ANN,))

    def test_the_hops_are_counted(self) -> None:
        back = redispatch(to=target(STREET, "street"), at=RULED_AT + INSTANT)
        events = CASE.decide(back, given(CASE, dispatched(), redispatched()).state)
        assert isinstance(events[0], CaseRedispatched)
        assert events[0].hop == 2

    def test_of_what_goes_to_a_street_the_district_gets_a_copy(self) -> None:
        back = redispatch(to=target(STREET, "street"), at=RULED_AT + INSTANT)
        copied = DistrictCopied(
            case_no=CASE_NO, round=1, district=DISTRICT, copied_at=RULED_AT + INSTANT
        )
        assert copied in CASE.decide(back, given(CASE, dispatched(), redispatched()).state)

    def test_the_units_that_assist_are_those_of_the_list_without_the_lead(self) -> None:
        rows = rows_of_duty("@street", "basic", OTHER_UNIT, "water-supply")
        events = CASE.decide(redispatch(catalogue=rows), given(CASE, dispatched()).state)
        assert [event.assisting for event in events] == [("water-supply",)]  # type: ignore[union-attr]  # a hop

    @pytest.mark.parametrize("history", [SIGNED, REPORTED])
    def test_it_is_mended_before_the_signature_alone(self, history: CaseHistory) -> None:
        given(CASE, *history).when(redispatch()).refused(SignedForAlready)

    def test_and_not_in_a_later_round(self) -> None:
        again = (*REPORTED, noted(ANN, False), reopened(ANN))
        given(CASE, *again).when(redispatch(at=CALLED_AT)).refused(SignedForAlready)

    def test_not_after_a_ruling(self) -> None:
        history = (dispatched(), objected(), ruled("rejected"))
        given(CASE, *history).when(redispatch()).refused(CaseAlreadyRuled)

    def test_not_while_a_ruling_is_awaited(self) -> None:
        given(CASE, dispatched(), objected()).when(redispatch()).refused(ObjectionPending)

    def test_it_goes_to_another_unit(self) -> None:
        same = redispatch(to=target(STREET, "street"))
        given(CASE, dispatched()).when(same).refused(UnitLeadsAlready)

    def test_to_one_that_may_lead(self) -> None:
        community = redispatch(to=target(COMMUNITY, "community"))
        refusal = given(CASE, dispatched()).when(community).refused(CommunityNeverLeads)
        assert isinstance(refusal, LeadRefused)

    def test_who_dispatches_has_had_a_hand_in_the_case_and_makes_no_call_back(self) -> None:
        assert facts_after(dispatched(), redispatched()).handlers == (DISPATCHER.person,)


class WhenAUnitIsSilent:
    """A case that was never reported is not left open, and needs no order to go on."""

    @pytest.mark.parametrize("history", [SILENT, SIGNED_AND_SILENT])
    def test_another_unit_takes_the_case_over(self, history: CaseHistory) -> None:
        command = redispatch("unit_silent", at=AFTER)
        given(CASE, *history).when(command).then(redispatched("unit_silent", at=AFTER))

    def test_though_its_callers_said_already_that_it_is_solved(self) -> None:
        told = (*SILENT, noted(ANN, True))
        moved = (*told, redispatched("unit_silent", at=AFTER))
        given(CASE, *told).when(redispatch("unit_silent", at=AFTER)).then(moved[-1])
        theirs = (signed(at=CALLED_AT), contacted(at=CALLED_AT))
        case = given(CASE, *moved, *(one.model_copy(update={"unit": OTHER_UNIT}) for one in theirs))
        events = CASE.decide(report(CALLED_AT, unit=OTHER_UNIT), case.state)
        expected = closed("resolved").model_copy(update={"unit": OTHER_UNIT})
        assert list(events)[1:] == [expected]

    def test_the_old_unit_acts_no_more(self) -> None:
        given(CASE, *MOVED).when(sign(CALLED_AT)).refused(CaseNotYours)

    def test_what_the_old_one_missed_shortens_no_round_of_the_new_one(self) -> None:
        assert facts_after(*MOVED).missed == ()
        full = reopened(ANN).model_copy(update={"unit": OTHER_UNIT})
        given(CASE, *MOVED).when(note(ANN, False)).then(noted(ANN, False), full)
        given(CASE, *SILENT).when(note(ANN, False)).then(
            noted(ANN, False), reopened(ANN, deadlines=HALF_ROUND)
        )

    def test_not_before_its_time_to_handle_is_over(self) -> None:
        late_to_sign = (dispatched(), missed("sign", SIGN_BY, SIGN_BY))
        command = redispatch("unit_silent")
        given(CASE, *late_to_sign).when(command).refused(UnitNotSilent)

    def test_not_after_it_reported(self) -> None:
        late = (*SIGNED_AND_SILENT, reported(at=AFTER))
        command = redispatch("unit_silent", at=AFTER)
        given(CASE, *late).when(command).refused(CaseAlreadyReported)

    def test_also_after_a_ruling_which_nobody_returns_all_the_same(self) -> None:
        history = (dispatched(), objected(), ruled("rejected"), *SILENT[1:])
        command = redispatch("unit_silent", at=AFTER)
        given(CASE, *history).when(command).then(redispatched("unit_silent", at=AFTER))
        assert facts_after(*history, redispatched("unit_silent", at=AFTER)).is_final

    def test_where_all_callers_were_erased_no_clock_has_to_run_out(self) -> None:
        history = (dispatched(), erased(at=RULED_AT))
        expected = redispatched("unit_silent", deadlines=())
        given(CASE, *history).when(redispatch("unit_silent")).then(expected)


class WhenTheCaseMayNotGoThere:
    def test_the_attempt_is_noted(self) -> None:
        given(CASE, dispatched()).when(note_refusal()).then(dispatch_refused())

    def test_every_time(self) -> None:
        history = (dispatched(), dispatch_refused())
        given(CASE, *history).when(note_refusal()).then(dispatch_refused())

    def test_unless_the_case_closed_meanwhile(self) -> None:
        given(CASE, *CLOSED).when(note_refusal()).nothing()
