"""Places in a list and its summary, by the first policy, with figures worked out by hand."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import FileCatalogue
from contracts.scoring import Counts, Score
from services.feedback.domain.ranking import NOTHING, Standing, Tally, rank, summarise

POLICY = FileCatalogue().at("2026-01-01").scoring


def tally(volume: int, *counts: int) -> Tally:
    valid, contacted, resolved, satisfied, basically = counts
    return Tally(
        volume,
        Counts(
            valid=valid,
            contacted=contacted,
            resolved=resolved,
            satisfied=satisfied,
            basically_satisfied=basically,
        ),
    )


def places(standings: list[Standing]) -> list[tuple[int | None, str, str | None]]:
    return [(one.rank, one.unit, one.score.score if one.score else None) for one in standings]


def means(standings: list[Standing]) -> Score:
    found = summarise(POLICY, standings).score
    assert found is not None
    return found


PERFECT = tally(3, 3, 3, 3, 3, 0)
WORST = tally(1, 1, 0, 0, 0, 0)
WORKED = tally(130, 120, 118, 102, 80, 20)


class WhenUnitsAreRanked:
    def test_the_higher_score_stands_first_whatever_the_volume(self) -> None:
        standings = rank(POLICY, [("a", WORKED), ("b", WORST), ("c", PERFECT)])
        assert places(standings) == [(1, "c", "100.0"), (2, "a", "85.0"), (3, "b", "0.0")]

    def test_a_unit_nobody_was_asked_about_has_no_place_and_stands_last(self) -> None:
        idle = tally(500, 0, 0, 0, 0, 0)
        standings = rank(POLICY, [("b", idle), ("a", NOTHING), ("c", WORST), ("d", PERFECT)])
        assert places(standings) == [
            (1, "d", "100.0"),
            (2, "c", "0.0"),
            (None, "a", None),
            (None, "b", None),
        ]

    def test_at_the_same_score_the_larger_volume_stands_first(self) -> None:
        more = Tally(4, PERFECT.counts)
        assert places(rank(POLICY, [("a", PERFECT), ("b", more)])) == [
            (1, "b", "100.0"),
            (2, "a", "100.0"),
        ]

    def test_units_equal_in_both_share_a_place_and_the_next_one_is_skipped(self) -> None:
        standings = rank(POLICY, [("c", WORKED), ("b", PERFECT), ("a", PERFECT)])
        assert places(standings) == [(1, "a", "100.0"), (1, "b", "100.0"), (3, "c", "85.0")]

    def test_scores_are_compared_as_numbers(self) -> None:
        nine = tally(1, 100, 90, 0, 0, 0)  # 9.0
        ten = tally(1, 100, 100, 0, 0, 0)  # 10.0
        assert places(rank(POLICY, [("a", nine), ("b", ten)])) == [
            (1, "b", "10.0"),
            (2, "a", "9.0"),
        ]

    def test_scores_that_are_published_as_equal_are_equal(self) -> None:
        # 10.0 and 9.996 both read 10.0; the volume decides
        exact, near = tally(1, 2500, 2500, 0, 0, 0), tally(2, 2500, 2499, 0, 0, 0)
        assert places(rank(POLICY, [("a", exact), ("b", near)])) == [
            (1, "b", "10.0"),
            (2, "a", "10.0"),
        ]

    def test_nobody_is_a_list_too(self) -> None:
        assert rank(POLICY, []) == []


class WhenAListIsSummedUp:
    def test_counts_are_sums_and_rates_are_means_not_pooled(self) -> None:
        small, large = tally(2, 2, 2, 2, 0, 0), tally(110, 100, 100, 80, 0, 0)
        standings = rank(POLICY, [("a", small), ("b", large)])
        summary, found = summarise(POLICY, standings), means(standings)
        assert summary.tally == tally(112, 102, 102, 82, 0, 0)
        assert found.resolution_pct == "90.0"  # pooled it were 80.4
        assert found.response_pct == "100.0"
        assert found.satisfaction_pct == "0.0"
        assert found.score == "55.0"  # of 60.0 and 50.0
        assert (found.policy, summary.mean_of) == ("2026-01-01", 2)

    def test_a_unit_without_a_valid_callback_is_in_the_sums_and_not_in_the_means(self) -> None:
        idle = tally(5, 0, 0, 0, 0, 0)
        standings = rank(POLICY, [("a", PERFECT), ("b", idle)])
        summary = summarise(POLICY, standings)
        assert (summary.tally.volume, summary.mean_of) == (8, 1)
        assert means(standings).score == "100.0"

    def test_a_mean_is_rounded_half_up(self) -> None:
        # 100.0 and 85.0, 85.0 make 90.0; 98.3, 98.3, 100.0 make 98.866…; 100.0 and 98.3, 99.15
        three = means(rank(POLICY, [("a", WORKED), ("b", WORKED), ("c", PERFECT)]))
        assert (three.score, three.response_pct) == ("90.0", "98.9")
        assert means(rank(POLICY, [("a", WORKED), ("c", PERFECT)])).response_pct == "99.2"

    def test_of_nobody_there_is_no_mean(self) -> None:
        summary = summarise(POLICY, rank(POLICY, [("a", NOTHING)]))
        assert (summary.tally, summary.mean_of, summary.score) == (NOTHING, 0, None)


@st.composite
def any_tally(draw: st.DrawFn) -> Tally:
    valid = draw(st.integers(0, 20))
    contacted, resolved, satisfied = (draw(st.integers(0, valid)) for _ in range(3))
    basically = draw(st.integers(0, valid - satisfied))
    return tally(draw(st.integers(0, 3)), valid, contacted, resolved, satisfied, basically)


@given(st.lists(any_tally(), max_size=12))
def test_a_place_is_one_more_than_the_number_of_better_units(tallies: list[Tally]) -> None:
    standings = rank(POLICY, [(f"unit-{index}", one) for index, one in enumerate(tallies)])
    rated = [one for one in standings if one.tally.counts.valid]
    assert [one.rank for one in standings[len(rated) :]] == [None] * (len(standings) - len(rated))
    worth = [(Fraction(one.score.score), one.tally.volume) for one in rated if one.score]
    assert worth == sorted(worth, reverse=True)
    for one, mine in zip(rated, worth, strict=True):
        assert one.rank == 1 + sum(other > mine for other in worth)


@given(st.lists(any_tally(), max_size=12))
def test_a_mean_lies_between_the_worst_and_the_best(tallies: list[Tally]) -> None:
    standings = rank(POLICY, [(f"unit-{index}", one) for index, one in enumerate(tallies)])
    rated = [Fraction(one.score.score) for one in standings if one.score]
    mean = summarise(POLICY, standings).score
    assert (mean is None) == (not rated)
    assert mean is None or min(rated) <= Fraction(mean.score) <= max(rated)
