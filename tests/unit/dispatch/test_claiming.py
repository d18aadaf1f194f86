"""认领: who has the case on their desk; it tells the colleagues and bars nobody."""

from datetime import timedelta

import pytest

from contracts.envelope import Actor
from services.dispatch.domain.case.claiming import (
    CaseClaimedAlready,
    ClaimNotYours,
    ColleagueRecused,
    NotClaimed,
    claim_at,
)
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.policies import CaseAlreadyReported, CaseNotYours
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    COLLEAGUE,
    DEPARTMENT,
    OFFICER,
    dispatched,
    noted,
    officer,
    reopened,
    report,
    reported,
)
from tests.unit.dispatch.conflicts import declared
from tests.unit.dispatch.histories import INSTANT, REPORTED, SIGNED, facts_after
from tests.unit.dispatch.timing import (
    ASKED_AT,
    LEADER,
    claim,
    claimed,
    hand_over,
    handed_over,
    release,
    released,
)

HELD = (*SIGNED, claimed())
OVER = ASKED_AT + timedelta(hours=2)
COLLEAGUE_ACTS = officer(COLLEAGUE)


class WhenAPersonClaimsACase:
    def test_the_claim_says_until_when(self) -> None:
        given(CASE, *SIGNED).when(claim()).then(claimed())
        given(CASE, dispatched()).when(claim()).then(claimed())

    def test_nobody_else_takes_it_meanwhile(self) -> None:
        given(CASE, *HELD).when(claim(COLLEAGUE_ACTS)).refused(CaseClaimedAlready)

    def test_the_same_person_keeps_it_for_longer(self) -> None:
        later = ASKED_AT + timedelta(hours=1)
        given(CASE, *HELD).when(claim(at=later)).then(claimed(at=later))

    def test_it_is_over_by_itself(self) -> None:
        facts = facts_after(*HELD)
        assert claim_at(facts, OVER - INSTANT) == claimed()
        assert claim_at(facts, OVER) is None
        given(CASE, *HELD).when(claim(COLLEAGUE_ACTS, OVER)).then(claimed(COLLEAGUE, OVER))

    def test_it_bars_nobody_from_acting(self) -> None:
        by_another = reported(by=COLLEAGUE, handlers=(OFFICER, COLLEAGUE))
        given(CASE, *HELD).when(report(by=COLLEAGUE)).then(by_another)

    def test_a_reported_case_is_on_nobodys_desk(self) -> None:
        assert facts_after(*HELD, reported()).timing.claim is None
        given(CASE, *REPORTED).when(claim()).refused(CaseAlreadyReported)

    def test_nor_is_one_in_its_next_round(self) -> None:
        again = (*HELD, noted(ANN, False), reopened(ANN))
        assert facts_after(*again).timing.claim is None

    def test_no_other_unit_claims(self) -> None:
        given(CASE, *SIGNED).when(claim(officer(unit=DEPARTMENT))).refused(CaseNotYours)


class WhenAClaimIsGivenAway:
    @pytest.mark.parametrize("by", [officer(), LEADER])
    def test_by_its_holder_or_a_leader(self, by: Actor) -> None:
        given(CASE, *HELD).when(release(by)).then(released(by.person))
        given(CASE, *HELD).when(hand_over(by)).then(handed_over(by.person))

    def test_not_by_a_colleague(self) -> None:
        given(CASE, *HELD).when(release(COLLEAGUE_ACTS)).refused(ClaimNotYours)
        given(CASE, *HELD).when(hand_over(COLLEAGUE_ACTS)).refused(ClaimNotYours)

    def test_not_by_another_unit(self) -> None:
        given(CASE, *HELD).when(release(officer(unit=DEPARTMENT))).refused(CaseNotYours)

    def test_somebody_has_to_have_it(self) -> None:
        given(CASE, *SIGNED).when(release()).refused(NotClaimed)
        given(CASE, *HELD).when(release(at=OVER)).refused(NotClaimed)
        given(CASE, *HELD, released()).when(hand_over()).refused(NotClaimed)

    def test_the_colleague_has_it_from_then_on(self) -> None:
        moved = (*HELD, handed_over())
        given(CASE, *moved).when(claim()).refused(CaseClaimedAlready)
        given(CASE, *moved).when(claim(COLLEAGUE_ACTS)).then(claimed(COLLEAGUE))

    def test_nobody_who_keeps_out_of_the_case_gets_it(self) -> None:
        history = (*HELD, declared("p-other", COLLEAGUE))
        given(CASE, *history).when(hand_over()).refused(ColleagueRecused)
