"""撤回 Withdrawing: a caller takes an appeal back."""

import pytest

from contracts.ids import CaseNo
from services.intake.domain.appeal.decider import APPEAL
from services.intake.domain.appeal.policies import AppealAlreadySettled
from services.intake.domain.appeal.state import Withdrawn
from services.intake.domain.appeal.withdrawing import AppealWithdrawnAlready
from tests.given import given
from tests.unit.intake.appeals import OTHER_CASE, OWN_CASE, received, withdraw, withdrawn
from tests.unit.intake.histories import (
    FILED,
    LINKED,
    RECEIVED,
    SETTLED,
    UNLINKED,
    WITHDRAWN,
    History,
)


class WhenTheCallerTakesItBack:
    @pytest.mark.parametrize(
        ("history", "case_no"),
        [(RECEIVED, None), (UNLINKED, None), (FILED, OWN_CASE), (LINKED, OTHER_CASE)],
        ids=["received", "unlinked", "filed", "linked"],
    )
    def test_the_case_that_it_waits_for_is_named(
        self, history: History, case_no: CaseNo | None
    ) -> None:
        given(APPEAL, *history).when(withdraw()).then(withdrawn(case_no))
        after = given(APPEAL, *history, withdrawn(case_no)).state
        assert after == Withdrawn(received(), case_no)

    def test_once(self) -> None:
        given(APPEAL, *WITHDRAWN).when(withdraw()).refused(AppealWithdrawnAlready)

    @pytest.mark.parametrize("stage", ["answered", "declined"])
    def test_not_what_was_settled_without_a_case(self, stage: str) -> None:
        refusal = given(APPEAL, *SETTLED[stage]).when(withdraw()).refused(AppealAlreadySettled)
        assert refusal.facts["stage"] == stage
