"""The seeded random source of a simulation: every choice comes from it, so a seed fixes a run."""

import random
from dataclasses import dataclass, field

__all__ = ["Chance", "Killed"]


class Killed(BaseException):
    """The process was killed. No code under test may catch it, as nothing catches SIGKILL."""


@dataclass
class Chance:
    """The random source of one seed, and whether processes may be killed at the moment."""

    seed: int
    source: random.Random = field(init=False)
    kill_rate: float = field(init=False)
    may_kill: bool = True
    trace: list[str] = field(default_factory=list)
    """What happened, in order: two runs of a seed have the same."""

    def __post_init__(self) -> None:
        self.source = random.Random(self.seed)
        self.kill_rate = self.source.choice((0.0, 0.005, 0.03))

    def pass_moment(self, moment: str) -> None:
        """Pass a call on a port or a moment of `chassis.failpoints`. Raises: Killed."""
        if self.may_kill and self.source.random() < self.kill_rate:
            self.trace.append(f"killed {moment}")
            raise Killed(moment)

    def happens(self, likelihood: float) -> bool:
        """Say whether something of this likelihood happens now."""
        return self.source.random() < likelihood
