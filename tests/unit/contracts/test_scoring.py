"""The three rates and the score, by the first policy and by any other."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.canonical import canonical_bytes
from contracts.catalogue import FileCatalogue
from contracts.scoring import Counts, Score, ScoringPolicy, score

POLICY = FileCatalogue().at("2026-01-01").scoring
NOBODY_ASKED = Counts(valid=0, contacted=0, resolved=0, satisfied=0, basically_satisfied=0)
EVEN = ScoringPolicy(
    version="even",
    effective_from=date(2027, 1, 1),
    response_weight_per_mille=300,
    resolution_weight_per_mille=350,
    satisfaction_weight_per_mille=350,
    basically_satisfied_per_mille=600,
    source="invented",
)


def counts(valid: int, contacted: int, resolved: int, satisfied: int, basically: int) -> Counts:
    return Counts(
        valid=valid,
        contacted=contacted,
        resolved=resolved,
        satisfied=satisfied,
        basically_satisfied=basically,
    )


@st.composite
def any_counts(draw: st.DrawFn) -> Counts:
    valid = draw(st.integers(1, 10_000))
    contacted, resolved, satisfied = (draw(st.integers(0, valid)) for _ in range(3))
    found = counts(valid, contacted, resolved, satisfied, draw(st.integers(0, valid - satisfied)))
    return found.model_copy(update={"ordered": draw(st.integers(0, 100))})


def scored(policy: ScoringPolicy, given_counts: Counts) -> Score:
    found = score(policy, given_counts)
    assert found is not None
    return found


def test_without_a_valid_callback_there_is_no_score() -> None:
    """Our choice against a practice of 0.0: nobody was asked (docs/architecture/scores.md)."""
    assert score(POLICY, NOBODY_ASKED) is None
    assert score(POLICY, NOBODY_ASKED.model_copy(update={"ordered": 3})) is None


def test_an_ordered_end_counts_as_not_solved_and_in_no_other_rate() -> None:
    """Valid 120 and 8 ordered ends: resolved 102 of 128 is 79.7, so the score falls by 2.7."""
    given_counts = counts(120, 118, 102, 80, 20).model_copy(update={"ordered": 8})
    found = scored(POLICY, given_counts)
    assert given_counts.solvable == 128
    assert (found.response_pct, found.resolution_pct, found.satisfaction_pct) == (
        "98.3",
        "79.7",
        "81.7",
    )
    # 0.10 * 98.333 + 0.50 * 79.6875 + 0.40 * 81.667 = 9.8333 + 39.84375 + 32.6667
    assert found.score == "82.3"


@pytest.mark.parametrize(
    ("given_counts", "rates", "expected"),
    [
        (counts(120, 118, 102, 80, 20), ("98.3", "85.0", "81.7"), "85.0"),
        (counts(5, 0, 0, 0, 0), ("0.0", "0.0", "0.0"), "0.0"),
        (counts(3, 3, 3, 3, 0), ("100.0", "100.0", "100.0"), "100.0"),
        (counts(2, 2, 2, 0, 0), ("100.0", "100.0", "0.0"), "60.0"),
        (counts(100, 100, 80, 0, 100), ("100.0", "80.0", "90.0"), "86.0"),
        # 1/2000 is 0.05 per cent: half a tenth goes up
        (counts(2000, 1, 0, 0, 0), ("0.1", "0.0", "0.0"), "0.0"),
    ],
)
def test_worked_vectors(given_counts: Counts, rates: tuple[str, str, str], expected: str) -> None:
    found = scored(POLICY, given_counts)
    assert (found.response_pct, found.resolution_pct, found.satisfaction_pct) == rates
    assert (found.score, found.policy) == (expected, "2026-01-01")


def test_another_policy_gives_another_score_from_the_same_counts() -> None:
    # 0.30 + 0.35 * 0.8 + 0.35 * 0.6
    found = scored(EVEN, counts(100, 100, 80, 0, 100))
    assert (found.satisfaction_pct, found.score, found.policy) == ("60.0", "79.0", "even")


@given(any_counts(), st.sampled_from([POLICY, EVEN]))
def test_every_figure_is_between_0_and_100_with_one_decimal(
    given_counts: Counts, policy: ScoringPolicy
) -> None:
    found = scored(policy, given_counts)
    for figure in (
        found.response_pct,
        found.resolution_pct,
        found.satisfaction_pct,
        found.score,
    ):
        assert 0 <= Fraction(figure) <= 100
        assert len(figure.partition(".")[2]) == 1


@given(any_counts())
def test_a_figure_is_off_by_half_a_tenth_at_most(given_counts: Counts) -> None:
    exact = Fraction(100 * given_counts.resolved, given_counts.solvable)
    shown = Fraction(scored(POLICY, given_counts).resolution_pct)
    assert -Fraction(1, 20) < shown - exact <= Fraction(1, 20)


@given(any_counts())
def test_a_score_can_stand_in_an_event(given_counts: Counts) -> None:
    assert canonical_bytes(scored(POLICY, given_counts).model_dump(mode="json"))


@pytest.mark.parametrize(
    "wrong", [(1, 2, 0, 0, 0), (1, 0, 2, 0, 0), (1, 0, 0, 1, 1), (1, -1, 0, 0, 0)]
)
def test_counts_that_cannot_be_are_refused(wrong: tuple[int, int, int, int, int]) -> None:
    with pytest.raises(ValidationError):
        counts(*wrong)


def test_weights_must_make_a_whole() -> None:
    with pytest.raises(ValidationError, match="add up to 1100"):
        ScoringPolicy.model_validate(EVEN.model_dump() | {"response_weight_per_mille": 400})
