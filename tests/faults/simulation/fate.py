"""Chance and death in the simulation: one seeded die decides everything, so a seed is a history."""

import random
from dataclasses import dataclass, field

__all__ = ["Fate", "Killed"]


class Killed(BaseException):
    """The process is no more. No code under test may catch it, as nothing catches -9."""


@dataclass
class Fate:
    """The die of one seed, and whether processes may die of it at the moment."""

    seed: int
    die: random.Random = field(init=False)
    death_rate: float = field(init=False)
    mortal: bool = True
    trail: list[str] = field(default_factory=list)
    """What happened, in order: two runs of a seed have the same."""

    def __post_init__(self) -> None:
        self.die = random.Random(self.seed)
        self.death_rate = self.die.choice((0.0, 0.005, 0.03))

    def passing(self, moment: str) -> None:
        """Pass between two calls on a port, or a moment of `chassis.failpoints`. Raises: Killed."""
        if self.mortal and self.die.random() < self.death_rate:
            self.trail.append(f"killed {moment}")
            raise Killed(moment)

    def happens(self, likelihood: float) -> bool:
        """Throw the die."""
        return self.die.random() < likelihood
