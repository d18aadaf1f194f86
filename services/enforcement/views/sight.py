"""What a reader sees of the lists."""

from dataclasses import dataclass

from contracts.ids import UnitCode


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader of one unit sees: what that unit has to do with."""

    unit: UnitCode
    watched: UnitCode | None
    """The district that the unit is, or whose operations centre it is: it sees all of it."""
