"""直接答复 Answering: what needs nobody's work is answered at once."""

import pytest

from contracts.values import AppealKind
from services.intake.domain.appeal.answering import KindNotAnsweredOnSpot
from services.intake.domain.appeal.decider import APPEAL
from services.intake.domain.appeal.state import Answered
from tests.given import given
from tests.story import AGENT
from tests.unit.intake.appeals import answer, answered, received
from tests.unit.intake.harness import IntakeHarness
from tests.unit.intake.histories import ANSWERED, RECEIVED


class WhenItIsAnsweredOnTheSpot:
    def test_it_is_settled_without_a_case(self) -> None:
        given(APPEAL, *RECEIVED).when(answer()).then(answered())
        assert given(APPEAL, *ANSWERED).state == Answered(received())

    @pytest.mark.parametrize("kind", ["help", "complaint", "report", "suggestion", "other"])
    def test_what_is_no_consultation_is_dispatched_or_declined(self, kind: AppealKind) -> None:
        refusal = given(APPEAL, received(kind=kind)).when(answer()).refused(KindNotAnsweredOnSpot)
        assert "consultation" in refusal.sentence("zh")

    def test_a_city_may_allow_more_kinds(self) -> None:
        """The control arm: the kinds are data of the catalogue."""
        asked = answer(on_spot=("consultation", "suggestion"))
        given(APPEAL, received(kind="suggestion")).when(asked).then(answered())

    def test_a_city_may_allow_none(self) -> None:
        given(APPEAL, *RECEIVED).when(answer(on_spot=())).refused(KindNotAnsweredOnSpot)

    def test_over_http_the_catalogue_in_force_decides(self, intake: IntakeHarness) -> None:
        codes = []
        for kind in ("consultation", "complaint"):
            number = intake.receive(kind, phone="19900000001", kind=kind).json()["id"]
            path = f"/intake/v1/appeals/{number}/answer"
            said = intake.tell(AGENT, path, {"answer": "已答复"})
            codes.append(said.json().get("code", said.status_code))
        assert codes == [200, "kind_not_answered_on_spot"]
