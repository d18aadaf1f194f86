"""双考核 (art. 33): what is counted for a unit that whistles called, and for a street that blows.

Nobody is ranked by it: what a street thinks of a unit and what callers think of it are two things.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from contracts.scoring import one_decimal

__all__ = ["FIGURES", "Figure", "Marks", "StreetWhistles"]

Figure = Literal["signing", "arrival", "people", "quality", "staying", "result"]
"""签哨, 到场, 到人, 质量, 在场, 结果: what a street rates, each from 0 to 100 (评哨)."""

FIGURES: tuple[Figure, ...] = get_args(Figure)


@dataclass(frozen=True, slots=True)
class Marks:
    """What streets thought of one unit in a period, and what it missed that still counts."""

    rated: int
    """How many settled whistles it was rated for."""
    sums: Mapping[Figure, int]
    """Of each figure over those; empty without any."""
    acknowledgements_missed: int
    reports_missed: int
    absences: int
    """How often a street named it absent."""

    def mean(self, figure: Figure) -> str | None:
        """Give the mean of a figure with one decimal, half up; None where nobody rated it."""
        return one_decimal(Fraction(self.sums[figure], self.rated)) if self.rated else None


@dataclass(frozen=True, slots=True)
class StreetWhistles:
    """The whistles of one street: each step counts in the period of its own day."""

    blown: int
    settled: int
    cancelled: int
    """Of those that were blown."""
