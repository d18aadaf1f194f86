"""The shape of every aggregate: a pure decision, a pure fold, and the deadlines a state holds open.

decide never reads a clock and never makes an id: both come inside the command. evolve never
refuses: an event is history, and one that does not fit leaves the state as it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Generic, Protocol, TypeVar

from contracts.event import Event

__all__ = ["Decider", "Due", "no_deadlines", "nothing_lapses"]

Command = TypeVar("Command")
State = TypeVar("State")


class Due(Protocol):
    """What the deadline index needs of an open deadline."""

    @property
    def milestone(self) -> str: ...
    @property
    def round(self) -> int: ...
    @property
    def due_at(self) -> datetime: ...


def no_deadlines(_state: object) -> Sequence[Due]:
    """Hold nothing open: for aggregates without clocks."""
    return ()


def nothing_lapses(_state: object, _now: datetime) -> Sequence[Event]:
    """Miss nothing: for aggregates without clocks."""
    return ()


@dataclass(frozen=True, slots=True)
class Decider(Generic[Command, State]):
    """An aggregate. `lapse` gives the misses that are due at a moment and not yet recorded."""

    initial: State
    decide: Callable[[Command, State], Sequence[Event]]
    evolve: Callable[[State, Event], State]
    deadlines: Callable[[State], Sequence[Due]] = no_deadlines
    lapse: Callable[[State, datetime], Sequence[Event]] = nothing_lapses

    def fold(self, state: State, events: Iterable[Event]) -> State:
        """Apply events in order."""
        return reduce(self.evolve, events, state)
