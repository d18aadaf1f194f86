"""哨: what holds for a whistle at every stage."""

from typing import cast

import pytest

from services.dispatch.domain.whistle.decider import WHISTLE, WhistleCommand, WhistleUnknown
from services.dispatch.domain.whistle.state import NoWhistle, Refused, WhistleEvent
from tests.given import given
from tests.unit.dispatch.cases import COLLEAGUE, signed
from tests.unit.dispatch.whistles import (
    BLOWN,
    PROPOSED,
    REFUSED,
    History,
    approve,
    approved,
    at_every_stage_but,
    blow,
    blown,
    conclude,
    concluded,
    escalate,
    escalated,
    proposed,
    refuse,
    refused,
    settle,
    settled,
)

OF_ANOTHER_KIND = cast("WhistleEvent", signed(by=COLLEAGUE))
"""What no stream of a whistle holds: a case's event."""


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
    def test_later_events_change_nothing(self, event: WhistleEvent) -> None:
        assert given(WHISTLE, event).state == NoWhistle()


class WhenAFactDoesNotFit:
    @at_every_stage_but()
    def test_it_changes_nothing(self, history: History) -> None:
        before = given(WHISTLE, *history).state
        assert given(WHISTLE, *history, OF_ANOTHER_KIND).state == before
        assert given(WHISTLE, *history, *PROPOSED).state == before

    def test_a_refused_whistle_is_not_blown(self) -> None:
        assert given(WHISTLE, *REFUSED, approved(), blown()).state == Refused(proposed())

    def test_it_holds_no_deadline(self) -> None:
        assert given(WHISTLE, *BLOWN).open_milestones() == []
