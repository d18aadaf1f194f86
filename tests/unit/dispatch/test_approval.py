"""准哨: two people stand behind a whistle, and a key one takes the director."""

from dataclasses import replace

import pytest

from contracts.events.dispatch import WhistleBlown
from contracts.policies import Approver
from services.dispatch.domain.whistle.approval import (
    ApproveWhistle,
    ProposerCannotApprove,
    RefuseWhistle,
)
from services.dispatch.domain.whistle.decider import WHISTLE, WhistleCommand
from services.dispatch.domain.whistle.stage import (
    NotTheStreet,
    WhistleNeedsApprover,
    WhistleNotReady,
)
from services.dispatch.domain.whistle.state import Approved, Refused
from tests.given import given
from tests.unit.dispatch.cases import OFFICER
from tests.unit.dispatch.whistles import (
    APPROVED,
    BLOWN,
    DIRECTOR,
    PLAN,
    POLICE,
    PROPOSED,
    REFUSED,
    History,
    approve,
    approved,
    at_every_stage_but,
    blow,
    director,
    proposed,
    refuse,
    refused,
)

KEY: History = (proposed("key", plan=PLAN),)
DIRECTORS: tuple[Approver, ...] = ("director",)


class WhenAnAuthorisedPersonDecides:
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


class WhenTheCityAsksForTheDirector:
    @pytest.mark.parametrize("command", [approve(), refuse()])
    def test_a_leader_does_not_decide(self, command: ApproveWhistle | RefuseWhistle) -> None:
        asked = replace(command, approvers=DIRECTORS)
        refusal = given(WHISTLE, *KEY).when(asked).refused(WhistleNeedsApprover)
        assert refusal.status == 403

    def test_anybody_on_duty_blows_what_was_approved(self) -> None:
        (event,) = WHISTLE.decide(blow(), given(WHISTLE, *KEY, approved()).state)
        assert isinstance(event, WhistleBlown)

    def test_the_director_does(self) -> None:
        meta = replace(approve().meta, by=director())
        given(WHISTLE, *KEY).when(replace(approve(), approvers=DIRECTORS, meta=meta)).then(
            approved().model_copy(update={"approved_by": DIRECTOR})
        )


class WhenNobodyApproved:
    """不变量 9.3 (4): no whistle without approval by an authorised person of the street."""

    def test_the_whistle_is_not_blown(self) -> None:
        given(WHISTLE, *PROPOSED).when(blow()).refused(WhistleNotReady)

    def test_it_is_with_it(self) -> None:
        given(WHISTLE, *APPROVED).when(blow()).then(BLOWN[-1])
