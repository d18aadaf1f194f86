"""The three rates (响应率, 解决率, 满意率) and the score of a unit, by a policy that is data.

Arithmetic is exact; each figure is rounded once, at the end, half up to one decimal. A published
score keeps the version of the policy and the counts, so that it can be computed again. The formula
in words stands in `docs/architecture/scores.md`.
"""

from datetime import date
from fractions import Fraction
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["Counts", "Score", "ScoringPolicy", "one_decimal", "score"]

_PER_MILLE = 1000
_PER_CENT = 100

PerMille = Annotated[int, Field(ge=0, le=_PER_MILLE)]
Count = Annotated[int, Field(ge=0)]


class ScoringPolicy(BaseModel):
    """How the three rates make one score. The weights are per mille and add up to 1,000."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    effective_from: date
    response_weight_per_mille: PerMille
    resolution_weight_per_mille: PerMille
    satisfaction_weight_per_mille: PerMille
    basically_satisfied_per_mille: PerMille
    """The weight of a 基本满意, of 1,000 for a 满意."""
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _weights_make_a_whole(self) -> Self:
        total = (
            self.response_weight_per_mille
            + self.resolution_weight_per_mille
            + self.satisfaction_weight_per_mille
        )
        if total != _PER_MILLE:
            raise ValueError(f"the three weights add up to {total} per mille, not 1000")
        return self


class Counts(BaseModel):
    """Call-backs and ordered ends of one unit and period, each from 0.

    `valid` (有效回访) is what response and satisfaction are rates of.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid: Count
    contacted: Count
    resolved: Count
    satisfied: Count
    basically_satisfied: Count
    ordered: Count = 0
    """指令结案: cases ended by order of the district: nobody is asked, each counts as unsolved."""

    @property
    def solvable(self) -> int:
        """What the resolution rate is over: valid call-backs and ordered ends."""
        return self.valid + self.ordered

    @model_validator(mode="after")
    def _parts_fit_the_whole(self) -> Self:
        most = max(self.contacted, self.resolved, self.satisfied + self.basically_satisfied)
        if most > self.valid:
            raise ValueError(f"{most} of one kind are more than the {self.valid} valid call-backs")
        return self


class Score(BaseModel):
    """Rates and score, each text from "0.0" to "100.0": one decimal, and events hold no floats.

    `policy` is the version of the policy they were computed by.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str
    response_pct: str
    resolution_pct: str
    satisfaction_pct: str
    score: str


def score(policy: ScoringPolicy, counts: Counts) -> Score | None:
    """Compute rates and score; None without a valid call-back, for nobody was asked.

    Our choice: a report service that we read gives 0.0 instead, the worst of all results.
    """
    if not counts.valid:
        return None
    basically = Fraction(policy.basically_satisfied_per_mille, _PER_MILLE)
    response = Fraction(counts.contacted, counts.valid)
    resolution = Fraction(counts.resolved, counts.solvable)
    satisfaction = (counts.satisfied + basically * counts.basically_satisfied) / counts.valid
    weighted = (
        policy.response_weight_per_mille * response
        + policy.resolution_weight_per_mille * resolution
        + policy.satisfaction_weight_per_mille * satisfaction
    ) / _PER_MILLE
    return Score(
        policy=policy.version,
        response_pct=_percent(response),
        resolution_pct=_percent(resolution),
        satisfaction_pct=_percent(satisfaction),
        score=_percent(weighted),
    )


def _percent(rate: Fraction) -> str:
    return one_decimal(rate * _PER_CENT)


def one_decimal(figure: Fraction) -> str:
    """Write a figure from 0 on with one decimal, half up."""
    tenths = figure * 10
    half_up = (2 * tenths.numerator + tenths.denominator) // (2 * tenths.denominator)
    return f"{half_up // 10}.{half_up % 10}"
