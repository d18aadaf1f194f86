"""吹哨、加派、免责、撤哨: the street calls units, adds one, or takes its call back."""

from dataclasses import replace

import pytest

from contracts.events.dispatch import SummonedUnit
from services.dispatch.domain.whistle.adding import UnitCalledAlready
from services.dispatch.domain.whistle.cancelling import CancellingNeedsLeader
from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.domain.whistle.emergency import (
    BlowerCannotConfirm,
    NothingToConfirm,
    WhistleNotConfirmed,
)
from services.dispatch.domain.whistle.stage import (
    NotTheStreet,
    WhistleNeedsApprover,
    WhistleNotReady,
)
from services.dispatch.domain.whistle.state import (
    Blown,
    Call,
    Called,
    Cancelled,
    WhistleEvent,
    call_of,
)
from services.dispatch.domain.whistle.units import (
    OneUnitLeads,
    UnitCannotReport,
    UnitNeedsReason,
)
from tests.given import given
from tests.unit.dispatch.cases import STREET, officer
from tests.unit.dispatch.whistles import (
    ADDED,
    APPROVED,
    AT_ONCE,
    BLOWN,
    CALLED,
    CANCELLED,
    CONCLUDED,
    MARKET,
    POLICE,
    PROPOSED,
    REASON,
    WATER,
    History,
    add,
    added,
    at_every_stage_but,
    blow,
    blow_at_once,
    blown,
    blown_at_once,
    cancel,
    cancel_with_case,
    cancelled,
    concluded,
    confirm,
    confirmed,
    director,
    excuse,
    excused,
    leader,
    named,
    proposed,
    refused,
    settle,
    settled,
)


def call_after(*history: WhistleEvent) -> Call:
    """Give the call after a history of a whistle that was blown."""
    state = given(WHISTLE, *history).state
    assert isinstance(state, Called)
    return state.call


class WhenItIsApproved:
    def test_the_street_blows_it(self) -> None:
        given(WHISTLE, *APPROVED).when(blow()).then(blown())
        assert given(WHISTLE, *BLOWN).state == Blown(proposed(), Call(units=CALLED))

    @at_every_stage_but("approved")
    def test_it_is_blown_then_and_only_then(self, history: History) -> None:
        given(WHISTLE, *history).when(blow()).refused(WhistleNotReady)

    def test_no_other_unit_blows_it(self) -> None:
        given(WHISTLE, *APPROVED).when(blow(unit=POLICE)).refused(NotTheStreet)


class WhenThereIsDanger:
    def test_the_duty_leader_calls_at_once(self) -> None:
        given(WHISTLE).when(blow_at_once()).then(*blown_at_once())
        assert call_after(*AT_ONCE).is_to_confirm

    @at_every_stage_but()
    def test_a_number_is_used_once(self, history: History) -> None:
        given(WHISTLE, *history).when(blow_at_once()).nothing()

    def test_no_other_unit_does(self) -> None:
        given(WHISTLE).when(blow_at_once(by=leader(unit=POLICE))).refused(NotTheStreet)

    def test_nor_an_officer_of_the_street(self) -> None:
        given(WHISTLE).when(blow_at_once(by=officer())).refused(WhistleNeedsApprover)

    def test_one_unit_leads_there_too(self) -> None:
        given(WHISTLE).when(blow_at_once(named(POLICE))).refused(OneUnitLeads)


class WhenOnePersonBlewAlone:
    def test_another_confirms(self) -> None:
        given(WHISTLE, *AT_ONCE).when(confirm()).then(confirmed())
        assert not call_after(*AT_ONCE, confirmed()).is_to_confirm

    def test_also_after_the_units_are_done(self) -> None:
        given(WHISTLE, *AT_ONCE, concluded()).when(confirm()).then(confirmed())

    def test_nobody_confirms_for_themself(self) -> None:
        refusal = given(WHISTLE, *AT_ONCE).when(confirm(leader())).refused(BlowerCannotConfirm)
        assert refusal.status == 403

    def test_nor_does_an_officer_or_another_unit(self) -> None:
        given(WHISTLE, *AT_ONCE).when(confirm(officer("p-x"))).refused(WhistleNeedsApprover)
        given(WHISTLE, *AT_ONCE).when(confirm(leader("p-x", POLICE))).refused(NotTheStreet)

    def test_it_is_confirmed_once_and_only_such_a_whistle(self) -> None:
        given(WHISTLE, *AT_ONCE, confirmed()).when(confirm()).refused(NothingToConfirm)
        given(WHISTLE, *BLOWN).when(confirm()).refused(NothingToConfirm)

    @at_every_stage_but("blown", "concluded")
    def test_before_and_after_there_is_nothing_to_confirm(self, history: History) -> None:
        given(WHISTLE, *history).when(confirm()).refused(WhistleNotReady)

    def test_it_is_not_settled_before(self) -> None:
        done = (*AT_ONCE, concluded())
        given(WHISTLE, *done).when(settle()).refused(WhistleNotConfirmed)
        given(WHISTLE, *done, confirmed()).when(settle()).then(settled())

    def test_who_does_not_confirm_it_cancels_it(self) -> None:
        given(WHISTLE, *AT_ONCE).when(cancel()).then(cancelled())
        given(WHISTLE, *AT_ONCE, concluded()).when(cancel()).then(cancelled())


class WhenTheStreetNeedsOneMore:
    def test_the_unit_assists(self) -> None:
        given(WHISTLE, *BLOWN).when(add()).then(added())
        assert call_after(*BLOWN, added()).owing == (MARKET, POLICE, WATER)

    def test_one_that_the_list_names_as_well(self) -> None:
        unit = named(WATER, kind="company", is_listed=True)
        on_list = ADDED.model_copy(update={"basis": "list"})
        given(WHISTLE, *BLOWN).when(add(unit)).then(added(on_list))

    def test_it_leads_where_the_lead_was_excused(self) -> None:
        headless = (*BLOWN, excused(MARKET))
        assert call_after(*headless).lead is None
        lead = ADDED.model_copy(update={"role": "lead"})
        given(WHISTLE, *headless).when(add()).then(added(lead))
        assert call_after(*headless, added(lead)).lead == WATER

    @pytest.mark.parametrize("history", [BLOWN, (*BLOWN, excused())])
    def test_nobody_is_called_twice(self, history: History) -> None:
        given(WHISTLE, *history).when(add(named(POLICE))).refused(UnitCalledAlready)

    def test_nor_the_street_itself(self) -> None:
        given(WHISTLE, *BLOWN).when(add(named(STREET, kind="street"))).refused(OneUnitLeads)

    def test_nor_who_cannot_report_or_without_a_reason(self) -> None:
        residents = named("residents", kind="community")
        given(WHISTLE, *BLOWN).when(add(residents)).refused(UnitCannotReport)
        given(WHISTLE, *BLOWN).when(add(named(WATER, reason=None))).refused(UnitNeedsReason)

    def test_no_other_unit_adds(self) -> None:
        command = add(by=officer("p-x", POLICE))
        given(WHISTLE, *BLOWN).when(command).refused(NotTheStreet)

    @at_every_stage_but("blown")
    def test_it_is_while_the_units_are_out(self, history: History) -> None:
        given(WHISTLE, *history).when(add()).refused(WhistleNotReady)


class WhenAContestIsUpheld:
    @pytest.mark.parametrize("history", [BLOWN, CONCLUDED, (*CONCLUDED, settled()), CANCELLED])
    def test_the_unit_owes_nothing_also_when_the_ruling_comes_late(self, history: History) -> None:
        given(WHISTLE, *history).when(excuse()).then(excused())
        call = call_of(given(WHISTLE, *history, excused()).state)
        assert call is not None
        assert call.owing == (MARKET,)

    def test_once_and_only_one_that_was_called(self) -> None:
        given(WHISTLE, *BLOWN, excused()).when(excuse()).nothing()
        given(WHISTLE, *BLOWN).when(excuse(WATER)).nothing()

    @pytest.mark.parametrize("history", [PROPOSED, APPROVED, (*PROPOSED, refused())])
    def test_before_it_was_blown_nobody_owes_something(self, history: History) -> None:
        given(WHISTLE, *history).when(excuse()).nothing()


class WhenTheStreetTakesItsCallBack:
    @pytest.mark.parametrize("history", [PROPOSED, APPROVED, BLOWN])
    @pytest.mark.parametrize("by", [leader(), director()])
    def test_nobody_has_to_report(self, history: History, by: object) -> None:
        command = cancel(by)  # type: ignore[arg-type]  # an actor
        expected = cancelled().model_copy(update={"cancelled_by": command.meta.by.person})
        given(WHISTLE, *history).when(command).then(expected)

    def test_what_had_become_of_it_is_not_forgotten(self) -> None:
        assert given(WHISTLE, *CANCELLED).state == Cancelled(proposed(), Call(units=CALLED))
        before = given(WHISTLE, *PROPOSED, cancelled()).state
        assert before == Cancelled(proposed())
        assert given(WHISTLE, *PROPOSED, cancelled(), excused()).state == before

    def test_an_officer_does_not_decide_it(self) -> None:
        given(WHISTLE, *BLOWN).when(cancel(officer())).refused(CancellingNeedsLeader)

    def test_nor_another_unit(self) -> None:
        given(WHISTLE, *BLOWN).when(cancel(leader(unit=POLICE))).refused(NotTheStreet)

    @at_every_stage_but("proposed", "approved", "blown")
    def test_not_after_it_has_ended(self, history: History) -> None:
        given(WHISTLE, *history).when(cancel()).refused(WhistleNotReady)


class WhenTheCaseEndsByOrder:
    @pytest.mark.parametrize("history", [PROPOSED, APPROVED, BLOWN, CONCLUDED])
    def test_its_open_whistle_is_cancelled(self, history: History) -> None:
        given(WHISTLE, *history).when(cancel_with_case()).then(cancelled("case_ended"))

    @at_every_stage_but("proposed", "approved", "blown", "concluded")
    def test_one_that_had_ended_stays_as_it_ended(self, history: History) -> None:
        given(WHISTLE, *history).when(cancel_with_case()).nothing()


class WhenUnitsComeAndGo:
    """不变量 9.3 (1): never two leads, and none only while the one is excused."""

    def test_the_one_who_leads_is_always_known(self) -> None:
        second = SummonedUnit(unit=WATER, role="lead", basis="street", reason=REASON)
        history: History = BLOWN
        for event, lead in (
            (excused(), MARKET),
            (excused(MARKET), None),
            (added(second), WATER),
        ):
            history = (*history, event)
            assert call_after(*history).lead == lead

    def test_a_route_cannot_say_that_another_leads(self) -> None:
        command = replace(add(), unit=named(WATER, "lead", kind="company"))
        given(WHISTLE, *BLOWN).when(command).then(added())
