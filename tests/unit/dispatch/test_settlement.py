"""验收销哨: the street has the last word on the result."""

from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.domain.whistle.stage import NotTheStreet, WhistleNotReady
from services.dispatch.domain.whistle.state import Concluded, Settled
from tests.given import given
from tests.unit.dispatch.whistles import (
    BLOWN,
    CONCLUDED,
    MARKET,
    SETTLED,
    History,
    at_every_stage_but,
    conclude,
    concluded,
    proposed,
    settle,
    settled,
)


class WhenTheOperationIsConcluded:
    def test_the_result_waits_for_the_street(self) -> None:
        given(WHISTLE, *BLOWN).when(conclude()).then(concluded())
        assert given(WHISTLE, *CONCLUDED).state == Concluded(proposed(), ())

    @at_every_stage_but("blown")
    def test_once(self, history: History) -> None:
        given(WHISTLE, *history).when(conclude()).nothing()

    def test_the_street_accepts_it(self) -> None:
        given(WHISTLE, *CONCLUDED).when(settle()).then(settled())
        assert given(WHISTLE, *SETTLED).state == Settled(proposed(), ())

    @at_every_stage_but("concluded")
    def test_it_is_settled_then_and_only_then(self, history: History) -> None:
        given(WHISTLE, *history).when(settle()).refused(WhistleNotReady)

    def test_no_other_unit_accepts_it(self) -> None:
        given(WHISTLE, *CONCLUDED).when(settle(unit=MARKET)).refused(NotTheStreet)
