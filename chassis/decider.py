"""The shape of every aggregate: a pure decision, a pure fold, and the deadlines a state holds open.

`decide` never reads a clock and never makes an id: both come inside the command. `evolve` never
refuses: an event is history, and one that does not fit leaves the state as it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Generic, Never, Protocol, TypeVar

from contracts.envelope import Actor
from contracts.event import Event

__all__ = [
    "Aggregates",
    "Decider",
    "Due",
    "Meta",
    "decider_of",
    "no_deadlines",
    "nothing_missed",
]

Command = TypeVar("Command")
State = TypeVar("State")
Fact = TypeVar("Fact", bound=Event)


@dataclass(frozen=True, slots=True)
class Meta:
    """Who commands, and when; every command carries it."""

    by: Actor
    at: datetime


class Due(Protocol):
    """What the deadline index needs of an open deadline."""

    @property
    def milestone(self) -> str: ...
    @property
    def round(self) -> int: ...
    @property
    def due_at(self) -> datetime: ...


def no_deadlines(_state: object) -> Sequence[Due]:
    """Give no deadlines: for aggregates without clocks."""
    return ()


def nothing_missed(_state: object, _now: datetime) -> Sequence[Never]:
    """Give no misses: for aggregates without clocks."""
    return ()


@dataclass(frozen=True, slots=True)
class Decider(Generic[Command, State, Fact]):
    """An aggregate, by the unions of its commands, its stages and its events.

    `missed` gives the misses that are due at a moment and not yet recorded.
    """

    initial: State
    decide: Callable[[Command, State], Sequence[Fact]]
    evolve: Callable[[State, Fact], State]
    deadlines: Callable[[State], Sequence[Due]] = no_deadlines
    missed: Callable[[State, datetime], Sequence[Fact]] = nothing_missed

    def fold(self, state: State, events: Iterable[Fact]) -> State:
        """Apply events in order."""
        return reduce(self.evolve, events, state)


Aggregates = Mapping[str, Decider[Any, Any, Any]]
"""The aggregates of a service, by the part of a stream's name before the first `-`."""


def decider_of(aggregates: Aggregates, stream: str) -> Decider[Any, Any, Any]:
    """Give the aggregate that a stream belongs to. Raises: KeyError."""
    return aggregates[stream.partition("-")[0]]
