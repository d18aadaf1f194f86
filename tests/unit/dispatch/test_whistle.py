"""哨: what holds for a whistle at every stage."""

from typing import cast

import pytest

from services.dispatch.domain.whistle.commands import WhistleCommand
from services.dispatch.domain.whistle.decider import WHISTLE, WhistleUnknown
from services.dispatch.domain.whistle.state import (
    Cancelled,
    NoWhistle,
    Proposed,
    Refused,
    WhistleEvent,
)
from tests.given import given
from tests.unit.dispatch.cases import COLLEAGUE, signed
from tests.unit.dispatch.whistles import (
    BLOWN,
    CANCELLED,
    PROPOSED,
    REFUSED,
    History,
    add,
    added,
    answer,
    answer_missed,
    answered,
    approve,
    approved,
    ask,
    at_every_stage_but,
    blow,
    blown,
    cancel,
    cancel_with_case,
    cancelled,
    conclude,
    concluded,
    confirm,
    confirmed,
    escalate,
    escalated,
    excuse,
    excused,
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
        [
            approve(),
            refuse(),
            blow(),
            confirm(),
            add(),
            excuse(),
            cancel(),
            cancel_with_case(),
            escalate(),
            ask(),
            answer(),
            conclude(),
            settle(),
        ],
        ids=lambda command: type(command).__name__,
    )
    def test_there_is_nothing_to_act_on(self, command: WhistleCommand) -> None:
        refusal = given(WHISTLE).when(command).refused(WhistleUnknown)
        assert refusal.status == 404

    @pytest.mark.parametrize(
        "event",
        [
            approved(),
            refused(),
            blown(),
            confirmed(),
            added(),
            excused(),
            cancelled(),
            escalated(),
            answered(),
            answer_missed(),
            concluded(),
            settled(),
        ],
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

    def test_nor_one_that_nobody_approved(self) -> None:
        assert given(WHISTLE, *PROPOSED, blown()).state == Proposed(proposed())

    def test_nor_does_a_cancelled_one_come_to_another_end(self) -> None:
        state = given(WHISTLE, *CANCELLED, concluded(), settled()).state
        assert isinstance(state, Cancelled)

    def test_it_holds_no_deadline_until_the_district_is_told(self) -> None:
        assert given(WHISTLE, *BLOWN).open_milestones() == []
