"""指令结案: the district ends what nothing else can end."""

import pytest

from contracts.envelope import Actor
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.policies import NotTheDistrict
from services.dispatch.domain.case.state import Closed
from tests.given import given
from tests.unit.dispatch.cases import ANN, OFFICER, STREET, dispatched, left, noted
from tests.unit.dispatch.histories import REPORTED, SIGNED, WHISTLED, CaseHistory
from tests.unit.dispatch.transfers import (
    DISPATCHER,
    RULED_AT,
    objected,
    order_end,
    ordered,
    requested,
)

AT_ANY_STAGE: list[CaseHistory] = [
    (dispatched(),),
    SIGNED,
    WHISTLED,
    REPORTED,
    (dispatched(), objected()),
    (*SIGNED, requested()),
    (dispatched(), noted(ANN, True)),
    (*WHISTLED, left(ANN, RULED_AT)),
]


class WhenTheDistrictOrders:
    @pytest.mark.parametrize("history", AT_ANY_STAGE)
    def test_the_case_ends_at_any_stage(self, history: CaseHistory) -> None:
        given(CASE, *history).when(order_end()).then(*ordered())

    @pytest.mark.parametrize("history", AT_ANY_STAGE)
    def test_nothing_waits_and_no_clock_runs_any_more(self, history: CaseHistory) -> None:
        ended = given(CASE, *history, *ordered())
        assert isinstance(ended.state, Closed)
        assert ended.state.outcome == "ordered"
        assert ended.state.facts.open_whistles == ()
        assert ended.open_milestones() == []

    @pytest.mark.parametrize(
        "by", [Actor(person=OFFICER, unit=STREET, role="director"), DISPATCHER]
    )
    def test_nobody_else_does(self, by: Actor) -> None:
        given(CASE, *SIGNED).when(order_end(by)).refused(NotTheDistrict)
