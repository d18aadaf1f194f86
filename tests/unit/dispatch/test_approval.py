"""拟哨、准哨: two people of one street stand behind a whistle."""

from dataclasses import replace

import pytest

from contracts.events.dispatch import SummonedUnit
from services.dispatch.domain.whistle.approval import OneUnitLeads, ProposerCannotApprove
from services.dispatch.domain.whistle.decider import WHISTLE, WhistleCommand
from services.dispatch.domain.whistle.stage import NotTheStreet, WhistleNotReady
from services.dispatch.domain.whistle.state import Approved, Proposed, Refused
from tests.given import given
from tests.unit.dispatch.cases import OFFICER, STREET
from tests.unit.dispatch.whistles import (
    APPROVED,
    MARKET,
    POLICE,
    PROPOSED,
    REFUSED,
    History,
    approve,
    approved,
    at_every_stage_but,
    propose,
    proposed,
    refuse,
    refused,
)


class WhenAStreetProposes:
    def test_the_whistle_waits_for_a_leader(self) -> None:
        given(WHISTLE).when(propose()).then(proposed())
        assert given(WHISTLE, *PROPOSED).state == Proposed(proposed())

    @at_every_stage_but()
    def test_a_number_is_proposed_once(self, history: History) -> None:
        given(WHISTLE, *history).when(propose()).nothing()

    def test_one_unit_alone_may_be_called(self) -> None:
        alone = SummonedUnit(unit=POLICE, role="lead", basis="street", reason=None)
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
    def test_it_is_decided_once(self, history: History) -> None:
        given(WHISTLE, *history).when(approve()).refused(WhistleNotReady)
        given(WHISTLE, *history).when(refuse()).refused(WhistleNotReady)

    @pytest.mark.parametrize("command", [approve(unit=POLICE), refuse(unit=POLICE)])
    def test_no_other_unit_decides(self, command: WhistleCommand) -> None:
        refusal = given(WHISTLE, *PROPOSED).when(command).refused(NotTheStreet)
        assert refusal.status == 403
