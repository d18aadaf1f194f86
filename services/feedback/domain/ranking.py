"""Who stands where: units of one list ranked by score, then by how many cases they were given.

A unit about which nobody was asked has no score and no place, and stands last: our choice (see
`docs/architecture/scores.md`). The summary adds counts up and takes the arithmetic mean of the
published figures, so that it can be checked against the list itself; it is not the pooled rate,
which large units would decide.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from contracts.scoring import Counts, Score, ScoringPolicy, one_decimal, score


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted for one unit in one period."""

    volume: int
    """受理量: cases dispatched to the unit."""
    counts: Counts


NOTHING = Tally(0, Counts(valid=0, contacted=0, resolved=0, satisfied=0, basically_satisfied=0))


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's place in its list; units equal in score and volume share a place."""

    rank: int | None
    """From 1; None of a unit without a valid call-back."""
    unit: str
    tally: Tally
    score: Score | None
    """None of a unit without a valid call-back: nobody was asked."""


@dataclass(frozen=True, slots=True)
class Summary:
    """汇总: sums of counts, arithmetic means of the figures with one decimal."""

    tally: Tally
    score: Score | None
    """None where no unit has a valid call-back."""
    mean_of: int
    """How many units the means are over: those with a valid call-back."""


def rank(policy: ScoringPolicy, tallies: Iterable[tuple[str, Tally]]) -> list[Standing]:
    """Rank units by published score, then volume, both descending; equal ones by code."""
    scored = [(unit, tally, score(policy, tally.counts)) for unit, tally in tallies]
    rated = [(unit, tally, found) for unit, tally, found in scored if found is not None]
    rated.sort(key=lambda one: (-Fraction(one[2].score), -one[1].volume, one[0]))
    standings: list[Standing] = []
    equal_to: tuple[str, int] | None = None
    place = 0
    for position, (unit, tally, found) in enumerate(rated, 1):
        mine = (found.score, tally.volume)
        if mine != equal_to:
            place, equal_to = position, mine
        standings.append(Standing(place, unit, tally, found))
    unrated = [Standing(None, unit, tally, None) for unit, tally, found in scored if found is None]
    return standings + sorted(unrated, key=lambda one: one.unit)


def summarise(policy: ScoringPolicy, standings: Sequence[Standing]) -> Summary:
    """Sum a list up. Units without a valid call-back have no rates that a mean could take in."""
    rated = [one.score for one in standings if one.score is not None]
    tallies = [one.tally for one in standings]
    return Summary(
        tally=Tally(
            volume=sum(tally.volume for tally in tallies),
            counts=Counts(
                **{
                    name: sum(getattr(tally.counts, name) for tally in tallies)
                    for name in Counts.model_fields
                }
            ),
        ),
        score=_means(policy, rated) if rated else None,
        mean_of=len(rated),
    )


def _means(policy: ScoringPolicy, rated: Sequence[Score]) -> Score:
    return Score(
        policy=policy.version,
        response_pct=_mean(rated, lambda one: one.response_pct),
        resolution_pct=_mean(rated, lambda one: one.resolution_pct),
        satisfaction_pct=_mean(rated, lambda one: one.satisfaction_pct),
        score=_mean(rated, lambda one: one.score),
    )


def _mean(scores: Sequence[Score], figure: Callable[[Score], str]) -> str:
    """Average figures of one decimal to one decimal, half up."""
    return one_decimal(sum((Fraction(figure(one)) for one in scores), Fraction()) / len(scores))
