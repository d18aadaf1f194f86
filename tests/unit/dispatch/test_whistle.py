"""The rules of a whistle: two people of one street behind it, and the street has the last word."""

from dataclasses import replace

import pytest

from contracts.event import Event
from contracts.events.dispatch import SummonedUnit
from services.dispatch.domain.whistle import (
    WHISTLE,
    Approved,
    Blown,
    Concluded,
    NotTheStreet,
    NoWhistle,
    OneUnitLeads,
    Proposed,
    ProposerCannotApprove,
    Refused,
    Settled,
    WhistleCommand,
    WhistleNotReady,
    WhistleUnknown,
)
from tests.given import given
from tests.unit.dispatch.cases import COLLEAGUE, OFFICER, STREET, signed
from tests.unit.dispatch.whistles import (
    MARKET,
    POLICE,
    approve,
    approved,
    blow,
    blown,
    conclude,
    concluded,
    escalate,
    escalated,
    propose,
    proposed,
    refuse,
    refused,
    settle,
    settled,
)

PROPOSED = (proposed(),)
APPROVED = (*PROPOSED, approved())
REFUSED = (*PROPOSED, refused())
BLOWN = (*APPROVED, blown())
CONCLUDED = (*BLOWN, concluded())
SETTLED = (*CONCLUDED, settled())
STAGES = {
    "proposed": PROPOSED,
    "approved": APPROVED,
    "refused": REFUSED,
    "blown": BLOWN,
    "concluded": CONCLUDED,
    "settled": SETTLED,
}


def at_every_stage_but(*stages: str) -> pytest.MarkDecorator:
    """Run a test on each history that ends at another stage."""
    others = [stage for stage in STAGES if stage not in stages]
    return pytest.mark.parametrize("history", [STAGES[one] for one in others], ids=others)


class WhenAStreetProposes:
    def test_the_whistle_waits_for_a_leader(self) -> None:
        given(WHISTLE).when(propose()).then(proposed())
        assert given(WHISTLE, *PROPOSED).state == Proposed(proposed())

    @at_every_stage_but()
    def test_a_number_is_proposed_once(self, history: tuple[Event, ...]) -> None:
        given(WHISTLE, *history).when(propose()).nothing()

    def test_one_unit_alone_may_be_called(self) -> None:
        alone = SummonedUnit(unit=POLICE, role="lead")
        expected = proposed().model_copy(update={"units": (alone,)})
        given(WHISTLE).when(propose(alone)).then(expected)

    def test_but_never_none(self) -> None:
        given(WHISTLE).when(replace(propose(), units=())).refused(OneUnitLeads)

    @pytest.mark.parametrize(
        "units",
        [
            [(POLICE, "assisting"), (MARKET, "assisting")],
            [(POLICE, "lead"), (MARKET, "lead")],
            [(POLICE, "lead"), (POLICE, "assisting")],
            [(POLICE, "lead"), (MARKET, "assisting"), (MARKET, "assisting")],
            [(POLICE, "lead"), (STREET, "assisting")],
            [(STREET, "lead"), (POLICE, "assisting")],
        ],
        ids=[
            "nobody leads",
            "two lead",
            "one leads and assists",
            "one assists twice",
            "the street assists itself",
            "the street leads itself",
        ],
    )
    def test_exactly_one_unit_leads_and_none_stands_twice(
        self, units: list[tuple[str, str]]
    ) -> None:
        called = [SummonedUnit.model_validate({"unit": u, "role": role}) for u, role in units]
        given(WHISTLE).when(propose(*called)).refused(OneUnitLeads)


class WhenThereIsNoWhistle:
    @pytest.mark.parametrize(
        "command",
        [approve(), refuse(), blow(), escalate(), conclude(), settle()],
        ids=lambda command: type(command).__name__,
    )
    def test_there_is_nothing_to_act_on(self, command: WhistleCommand) -> None:
        refusal = given(WHISTLE).when(command).refused(WhistleUnknown)
        assert refusal.status == 404

    @pytest.mark.parametrize(
        "event",
        [approved(), refused(), blown(), escalated(), concluded(), settled()],
        ids=lambda event: type(event).__name__,
    )
    def test_later_events_change_nothing(self, event: Event) -> None:
        assert given(WHISTLE, event).state == NoWhistle()


class WhenALeaderDecides:
    def test_the_whistle_is_approved(self) -> None:
        given(WHISTLE, *PROPOSED).when(approve()).then(approved())
        assert given(WHISTLE, *APPROVED).state == Approved(proposed())

    def test_or_refused_with_a_reason(self) -> None:
        given(WHISTLE, *PROPOSED).when(refuse()).then(refused())
        assert given(WHISTLE, *REFUSED).state == Refused(proposed())

    def test_nobody_approves_what_they_proposed(self) -> None:
        refusal = given(WHISTLE, *PROPOSED).when(approve(by=OFFICER)).refused(ProposerCannotApprove)
        assert refusal.status == 403

    @at_every_stage_but("proposed")
    def test_it_is_decided_once(self, history: tuple[Event, ...]) -> None:
        given(WHISTLE, *history).when(approve()).refused(WhistleNotReady)
        given(WHISTLE, *history).when(refuse()).refused(WhistleNotReady)

    @pytest.mark.parametrize("command", [approve(unit=POLICE), refuse(unit=POLICE)])
    def test_no_other_unit_decides(self, command: WhistleCommand) -> None:
        refusal = given(WHISTLE, *PROPOSED).when(command).refused(NotTheStreet)
        assert refusal.status == 403


class WhenItIsApproved:
    def test_the_street_blows_it(self) -> None:
        given(WHISTLE, *APPROVED).when(blow()).then(blown())
        assert given(WHISTLE, *BLOWN).state == Blown(proposed())

    @at_every_stage_but("approved")
    def test_it_is_blown_then_and_only_then(self, history: tuple[Event, ...]) -> None:
        given(WHISTLE, *history).when(blow()).refused(WhistleNotReady)

    def test_no_other_unit_blows_it(self) -> None:
        given(WHISTLE, *APPROVED).when(blow(unit=POLICE)).refused(NotTheStreet)


class WhenAUnitDoesNotReport:
    def test_the_district_is_told(self) -> None:
        given(WHISTLE, *BLOWN).when(escalate()).then(escalated())

    def test_once_per_unit(self) -> None:
        given(WHISTLE, *BLOWN, escalated()).when(escalate()).nothing()

    def test_and_for_each_unit_of_its_own(self) -> None:
        given(WHISTLE, *BLOWN, escalated()).when(escalate(MARKET)).then(escalated(MARKET))

    @at_every_stage_but("blown")
    def test_before_and_after_nobody_is_late(self, history: tuple[Event, ...]) -> None:
        given(WHISTLE, *history).when(escalate()).nothing()

    def test_who_was_late_is_not_forgotten(self) -> None:
        late = (*BLOWN, escalated(), escalated(MARKET))
        assert given(WHISTLE, *late).state == Blown(proposed(), (POLICE, MARKET))
        assert given(WHISTLE, *late, concluded()).state == Concluded(proposed(), (POLICE, MARKET))
        ended = given(WHISTLE, *late, concluded(), settled())
        assert ended.state == Settled(proposed(), (POLICE, MARKET))


class WhenTheOperationIsConcluded:
    def test_the_result_waits_for_the_street(self) -> None:
        given(WHISTLE, *BLOWN).when(conclude()).then(concluded())
        assert given(WHISTLE, *CONCLUDED).state == Concluded(proposed(), ())

    @at_every_stage_but("blown")
    def test_once(self, history: tuple[Event, ...]) -> None:
        given(WHISTLE, *history).when(conclude()).nothing()

    def test_the_street_accepts_it(self) -> None:
        given(WHISTLE, *CONCLUDED).when(settle()).then(settled())
        assert given(WHISTLE, *SETTLED).state == Settled(proposed(), ())

    @at_every_stage_but("concluded")
    def test_it_is_settled_then_and_only_then(self, history: tuple[Event, ...]) -> None:
        given(WHISTLE, *history).when(settle()).refused(WhistleNotReady)

    def test_no_other_unit_accepts_it(self) -> None:
        given(WHISTLE, *CONCLUDED).when(settle(unit=MARKET)).refused(NotTheStreet)


class WhenAFactDoesNotFit:
    @at_every_stage_but()
    def test_it_changes_nothing(self, history: tuple[Event, ...]) -> None:
        before = given(WHISTLE, *history).state
        assert given(WHISTLE, *history, signed(by=COLLEAGUE)).state == before
        assert given(WHISTLE, *history, *PROPOSED).state == before

    def test_a_refused_whistle_is_not_blown(self) -> None:
        assert given(WHISTLE, *REFUSED, approved(), blown()).state == Refused(proposed())

    def test_it_holds_no_deadline(self) -> None:
        assert given(WHISTLE, *BLOWN).open_milestones() == []
