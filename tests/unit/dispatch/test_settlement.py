"""验收销哨、评哨: the street has the last word on the result, and on every unit."""

import pytest

from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.domain.whistle.settlement import (
    RatingNeedsReason,
    RatingsIncomplete,
    UnitNotRated,
)
from services.dispatch.domain.whistle.stage import NotTheStreet, WhistleNotReady
from services.dispatch.domain.whistle.state import Call, Concluded, Settled
from tests.given import given
from tests.unit.dispatch.whistles import (
    ADDED,
    BLOWN,
    CALLED,
    CONCLUDED,
    MARKET,
    POLICE,
    REASON,
    SETTLED,
    WATER,
    History,
    added,
    at_every_stage_but,
    conclude,
    concluded,
    excused,
    proposed,
    rating,
    settle,
    settled,
)


class WhenTheOperationIsConcluded:
    def test_the_result_waits_for_the_street(self) -> None:
        given(WHISTLE, *BLOWN).when(conclude()).then(concluded())
        assert given(WHISTLE, *CONCLUDED).state == Concluded(proposed(), Call(units=CALLED))

    def test_but_not_while_a_unit_called_meanwhile_has_yet_to_come(self) -> None:
        asked = given(WHISTLE, *BLOWN, added())
        asked.when(conclude(MARKET, POLICE)).nothing()
        asked.when(conclude(*(one.unit for one in CALLED), added().summoned.unit)).then(concluded())

    @at_every_stage_but("blown")
    def test_once(self, history: History) -> None:
        given(WHISTLE, *history).when(conclude()).nothing()

    def test_the_street_accepts_it(self) -> None:
        given(WHISTLE, *CONCLUDED).when(settle()).then(settled())
        assert given(WHISTLE, *SETTLED).state == Settled(proposed(), Call(units=CALLED))

    @at_every_stage_but("concluded")
    def test_it_is_settled_then_and_only_then(self, history: History) -> None:
        given(WHISTLE, *history).when(settle()).refused(WhistleNotReady)

    def test_no_other_unit_accepts_it(self) -> None:
        given(WHISTLE, *CONCLUDED).when(settle(unit=MARKET)).refused(NotTheStreet)


class WhenTheStreetRates:
    @pytest.mark.parametrize(
        "units", [(MARKET,), (MARKET, MARKET, POLICE)], ids=["one is missing", "one stands twice"]
    )
    def test_every_unit_is_rated_once(self, units: tuple[str, ...]) -> None:
        command = settle(*(rating(unit) for unit in units))  # type: ignore[arg-type]  # codes
        given(WHISTLE, *CONCLUDED).when(command).refused(RatingsIncomplete)

    def test_nobody_else_is(self) -> None:
        command = settle(rating(MARKET), rating(POLICE), rating(WATER))
        refusal = given(WHISTLE, *CONCLUDED).when(command).refused(UnitNotRated)
        assert refusal.facts == {"unit": WATER}

    def test_one_that_was_added_is_rated_too(self) -> None:
        history = (*BLOWN, added(ADDED), concluded())
        given(WHISTLE, *history).when(settle()).refused(RatingsIncomplete)
        ratings = (rating(MARKET), rating(POLICE), rating(WATER))
        given(WHISTLE, *history).when(settle(*ratings)).then(settled(*ratings))

    def test_one_that_was_excused_is_not(self) -> None:
        history = (*BLOWN, excused(), concluded())
        given(WHISTLE, *history).when(settle()).refused(UnitNotRated)
        given(WHISTLE, *history).when(settle(rating(MARKET))).then(settled(rating(MARKET)))

    def test_a_low_figure_takes_a_reason(self) -> None:
        ratings = (rating(MARKET), rating(POLICE, 59))
        refusal = given(WHISTLE, *CONCLUDED).when(settle(*ratings)).refused(RatingNeedsReason)
        assert refusal.facts == {"unit": POLICE, "below": 60}

    def test_one_low_figure_among_high_ones_does_as_well(self) -> None:
        low = rating(POLICE).model_copy(update={"staying": 0})
        given(WHISTLE, *CONCLUDED).when(settle(rating(MARKET), low)).refused(RatingNeedsReason)
        explained = low.model_copy(update={"reason": REASON})
        command = settle(rating(MARKET), explained)
        given(WHISTLE, *CONCLUDED).when(command).then(settled(rating(MARKET), explained))

    def test_what_is_low_the_city_says(self) -> None:
        ratings = (rating(MARKET), rating(POLICE, 59))
        given(WHISTLE, *CONCLUDED).when(settle(*ratings, below=59)).then(settled(*ratings))
        given(WHISTLE, *CONCLUDED).when(settle(*ratings, below=0)).then(settled(*ratings))
