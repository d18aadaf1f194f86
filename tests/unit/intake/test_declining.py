"""不予派单 Declining: six classes of appeals are not dispatched."""

from typing import get_args

import pytest

from contracts.values import DeclineGround
from services.intake.domain.appeal.decider import APPEAL
from services.intake.domain.appeal.state import Declined
from tests.given import given
from tests.unit.intake.appeals import decline, declined, received
from tests.unit.intake.histories import RECEIVED

GROUNDS: tuple[DeclineGround, ...] = (
    "emergency",
    "other_procedure",
    "no_new_facts",
    "secret_or_privacy",
    "beyond_duty",
    "unlawful_or_immoral",
)


class WhenItIsNotDispatched:
    @pytest.mark.parametrize("ground", GROUNDS)
    def test_it_is_declined_on_one_of_six_grounds(self, ground: DeclineGround) -> None:
        given(APPEAL, *RECEIVED).when(decline(ground)).then(declined(ground))
        assert given(APPEAL, *RECEIVED, declined(ground)).state == Declined(received(), ground)

    def test_there_is_no_seventh_ground(self) -> None:
        assert get_args(DeclineGround) == GROUNDS
