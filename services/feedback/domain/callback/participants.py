"""Who had a part in a case, and so makes no call-back about it (监管分离)."""

from dataclasses import dataclass

from contracts.ids import UnitCode

__all__ = ["NOBODY", "Participants"]


@dataclass(frozen=True, slots=True)
class Participants:
    """经办: all who acted on a case up to now, whether before its call-back was scheduled or after.

    Persons are pseudonyms. The unit that the call-back asks about stands in its own fact.
    """

    units: frozenset[UnitCode]
    """Those that led it, assisted in it, or were called by a whistle of it."""
    handlers: frozenset[str]
    """Persons who worked on it for a unit."""
    deciders: frozenset[str]
    """Persons who filed, linked, dispatched, ruled on, extended, suspended or ended it."""


NOBODY = Participants(frozenset(), frozenset(), frozenset())
