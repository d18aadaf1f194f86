"""What is said of an event to those who read a history, in both of their languages."""

from collections.abc import Callable
from typing import NamedTuple

from pydantic import BaseModel

from contracts.event import Event
from contracts.instant import Instant

__all__ = ["AppliedLimit", "Names", "Said", "Told", "Wording", "by_code"]


class Said(NamedTuple):
    """A name or a sentence, in Chinese and in English."""

    zh: str
    en: str


Names = Callable[[str], Said]
"""Gives the names of a unit or a matter; the code itself for one that it does not know."""


def by_code(code: str) -> Said:
    """Call everything by its code."""
    return Said(code, code)


class AppliedLimit(BaseModel):
    """A deadline that an event gave: its rule in the catalogue, its calendar, its arithmetic."""

    milestone: str
    due_at: Instant
    rule: str
    calendar: str
    zh: str
    en: str


class Told(BaseModel):
    """One event in words, with the rules by which it came about."""

    zh: str
    en: str
    is_nobodys: bool
    """Nobody did it: a time passed, even where a person's command brought it to light."""
    catalogue: str | None
    """The version that was applied, where the event names one."""
    limits: list[AppliedLimit]


Wording = Callable[[Event], Told]
"""Tells an event."""
