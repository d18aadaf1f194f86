"""Signs of life: whether a loop goes round, and whether what is due moves.

A dead or frozen loop cannot report itself. So others look at its heartbeat (when did it
last go round, what has it worked on since when), and at the thing it should move.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["STALL_S", "Heartbeat", "Monotonic", "Problem", "StallDetector"]

Monotonic = Callable[[], float]

STALL_S = 6.0
"""Without a sign for so long, a part has stalled. Back-off and a slow batch stay below it, and with
the time between two looks (`health.INTERVAL_S`) readiness is red within 10 s."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a service is not ready. Says nothing of what it was at work on: anybody may read it."""

    part: str
    for_s: float
    """How long it has been so."""
    what: str
    do: str
    """What an operator can do."""


class Heartbeat:
    """What one loop shows of itself. Written by its thread, read by any."""

    def __init__(
        self, part: str, clock: Monotonic = time.monotonic, *, rests: bool = False
    ) -> None:
        self.part = part
        self._clock = clock
        self._rests = rests
        # One tuple, replaced as a whole: a reader never sees half of it.
        self._sign = ("", clock())

    def begin(self, work: str) -> None:
        """Be at work on something from now on."""
        self._sign = (work, self._clock())

    def beat(self) -> None:
        """Have gone round, with nothing in hand."""
        self._sign = ("", self._clock())

    @property
    def quiet_s(self) -> float:
        """How long ago it gave its last sign."""
        return self._clock() - self._sign[1]

    def problem(self) -> Problem | None:
        """Say what is wrong, if anything is. A loop that `rests` may wait for work for ever."""
        work, since = self._sign
        for_s = self._clock() - since
        if for_s < STALL_S or (self._rests and not work):
            return None
        what = f"has not come back from: {work}" if work else "has not gone round"
        return Problem(self.part, for_s, what, "look at the logs; if it stays so, restart it")


@dataclass
class StallDetector:
    """Measures how long something that is due has stood still, seen from outside."""

    clock: Monotonic = time.monotonic
    _mark: object = None
    _since: float | None = field(default=None)

    def see(self, mark: object) -> None:
        """Note how it stands: any value that changes when it moves, None when nothing is due."""
        if mark is None:
            self._since = None
        elif self._since is None or mark != self._mark:
            self._since = self.clock()
        self._mark = mark

    @property
    def stood_s(self) -> float:
        """Since when it stands."""
        return 0.0 if self._since is None else self.clock() - self._since
