"""直接答复 Answering: what needs nobody's work is answered at once."""

from services.intake.domain.appeal.decider import APPEAL
from services.intake.domain.appeal.state import Answered
from tests.given import given
from tests.unit.intake.appeals import answer, answered, received
from tests.unit.intake.histories import ANSWERED, RECEIVED


class WhenItIsAnsweredOnTheSpot:
    def test_it_is_settled_without_a_case(self) -> None:
        given(APPEAL, *RECEIVED).when(answer()).then(answered())
        assert given(APPEAL, *ANSWERED).state == Answered(received())
