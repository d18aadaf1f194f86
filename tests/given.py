"""Domain tests as sentences: given what happened, when something is asked, then this or a "no"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import pytest

from chassis.decider import Decider
from chassis.errors import Refusal
from contracts.event import Event

__all__ = ["Given", "When", "given"]

Command = TypeVar("Command")
State = TypeVar("State")
Fact = TypeVar("Fact", bound=Event)


def given(decider: Decider[Command, State, Fact], *events: Fact) -> "Given[Command, State, Fact]":
    """Begin with the events of one stream, in order."""
    return Given(decider, events)


@dataclass(frozen=True)
class Given(Generic[Command, State, Fact]):
    """What happened so far."""

    decider: Decider[Command, State, Fact]
    events: Sequence[Fact]

    @property
    def state(self) -> State:
        """What the events fold to."""
        return self.decider.fold(self.decider.initial, self.events)

    def when(self, command: Command) -> "When[Command, State, Fact]":
        """Ask for something."""
        return When(self, command)

    def missed(self, at: datetime, *expected: Fact) -> None:
        """Expect exactly these misses to be due at a moment, and never a second time."""
        assert list(self.decider.missed(self.state, at)) == list(expected)
        after = self.decider.fold(self.state, expected)
        assert list(self.decider.missed(after, at)) == []

    def open_milestones(self) -> list[str]:
        """Name the deadlines that are still open."""
        return [due.milestone for due in self.decider.deadlines(self.state)]


@dataclass(frozen=True)
class When(Generic[Command, State, Fact]):
    """What was asked."""

    given: Given[Command, State, Fact]
    command: Command

    def then(self, *expected: Fact) -> None:
        """Expect exactly these events."""
        assert list(self.given.decider.decide(self.command, self.given.state)) == list(expected)

    def nothing(self) -> None:
        """Expect that it changes nothing, without a refusal."""
        self.then()

    def refused(self, expected: type[Refusal]) -> Refusal:
        """Expect exactly this refusal, and that both of its sentences can be said."""
        with pytest.raises(Refusal) as raised:
            self.given.decider.decide(self.command, self.given.state)
        assert type(raised.value) is expected
        assert "{" not in raised.value.sentence("zh") + raised.value.sentence("en")
        return raised.value
