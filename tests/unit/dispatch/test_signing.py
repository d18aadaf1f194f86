"""签收: the unit takes the case on, once in each round."""

import pytest

from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.policies import CaseNotYours
from services.dispatch.domain.case.signing import CaseAlreadySigned
from tests.given import given
from tests.unit.dispatch.cases import (
    COLLEAGUE,
    DEPARTMENT,
    OFFICER,
    SIGN_BY,
    dispatched,
    march,
    missed,
    sign,
    signed,
)
from tests.unit.dispatch.histories import REPORTED, SIGNED, WHISTLED, CaseHistory, facts_after


class WhenAUnitSigns:
    def test_the_case_is_signed_for(self) -> None:
        given(CASE, dispatched()).when(sign()).then(signed())

    def test_the_first_clock_stops_and_the_second_runs_on(self) -> None:
        assert given(CASE, *SIGNED).open_milestones() == ["handle"]

    def test_who_signs_has_had_a_hand_in_it(self) -> None:
        assert facts_after(*SIGNED).handlers == (OFFICER,)

    def test_late_is_better_than_never(self) -> None:
        late = (dispatched(), missed("sign", SIGN_BY, march(2, 12)))
        given(CASE, *late).when(sign(at=march(2, 13))).then(signed(at=march(2, 13)))

    def test_no_other_unit_signs(self) -> None:
        refusal = given(CASE, dispatched()).when(sign(unit=DEPARTMENT)).refused(CaseNotYours)
        assert refusal.status == 403

    @pytest.mark.parametrize("history", [SIGNED, WHISTLED, REPORTED])
    def test_nobody_signs_twice_in_a_round(self, history: CaseHistory) -> None:
        given(CASE, *history).when(sign(by=COLLEAGUE)).refused(CaseAlreadySigned)
