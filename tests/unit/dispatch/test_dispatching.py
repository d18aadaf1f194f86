"""派单: one unit gets the case, and its clocks run."""

import pytest

from services.dispatch.domain.case.decider import CASE, CaseCommand, CaseUnknown
from services.dispatch.domain.case.events import CaseEvent
from services.dispatch.domain.case.state import NoCase
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    DEPARTMENT,
    FIRST_ROUND,
    closed,
    copied,
    dispatch,
    dispatched,
    left,
    reopened,
    reported,
    signed,
)
from tests.unit.dispatch.histories import LATER, ONGOING, facts_after


class WhenACaseIsFiled:
    def test_the_unit_that_the_matter_names_gets_it(self) -> None:
        given(CASE).when(dispatch(lead=DEPARTMENT)).then(dispatched(unit=DEPARTMENT))

    def test_or_the_street_of_the_place_and_the_district_a_copy(self) -> None:
        given(CASE).when(dispatch()).then(dispatched(), copied())

    def test_it_is_dispatched_once(self) -> None:
        command = dispatch(lead=DEPARTMENT)
        given(CASE, dispatched()).when(command).nothing()
        given(CASE, dispatched(), left(ANN, LATER), closed("withdrawn")).when(command).nothing()

    def test_its_clocks_run(self) -> None:
        assert given(CASE).open_milestones() == []
        assert given(CASE, dispatched(), copied()).open_milestones() == [
            "sign",
            "contact",
            "handle",
        ]
        assert facts_after(dispatched()).deadlines == FIRST_ROUND


class WhenThereIsNoCase:
    @pytest.mark.parametrize("command", ONGOING, ids=lambda command: type(command).__name__)
    def test_there_is_nothing_to_act_on(self, command: CaseCommand) -> None:
        assert given(CASE).when(command).refused(CaseUnknown).status == 404

    @pytest.mark.parametrize("event", [signed(), reported(), closed("resolved"), reopened(ANN)])
    def test_later_events_change_nothing(self, event: CaseEvent) -> None:
        assert given(CASE, event).state == NoCase()

    def test_nothing_is_ever_late(self) -> None:
        given(CASE).missed(LATER)
