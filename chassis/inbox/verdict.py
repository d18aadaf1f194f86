"""What becomes of an event of another service: how it stands, and how dealing with it ends."""

from dataclasses import dataclass
from enum import Enum

from chassis.errors import Refusal

__all__ = [
    "Admission",
    "NotUnderstood",
    "Parked",
    "Reacted",
    "RefusedBy",
    "Verdict",
    "WaitsBehind",
    "WaitsFor",
]


class Admission(Enum):
    """How an event stands before anything is done about it."""

    NEW = "new"
    """It is the next of its stream, and nothing holds its key."""
    SEEN = "seen"
    """It was dealt with, or is held already."""
    BLOCKED = "blocked"
    """An earlier event of its key is held."""


@dataclass(frozen=True, slots=True)
class Reacted:
    """It has had its effect, or concerns nobody here."""


@dataclass(frozen=True, slots=True)
class RefusedBy:
    """The reaction ended in a refusal that it names; recorded to be counted."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """It came before a stream that it needs; released when that stream begins."""

    stream: str
    code: str


@dataclass(frozen=True, slots=True)
class WaitsBehind:
    """An earlier event of its key is held."""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A version of a received event that this release does not know; released by an upgrade."""

    wire: str


@dataclass(frozen=True, slots=True)
class Parked:
    """It broke the reaction; an operator releases or discards it."""

    reason: str


Verdict = Reacted | RefusedBy | WaitsFor | WaitsBehind | NotUnderstood | Parked
