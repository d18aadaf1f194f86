"""The stages of a whistle, and how events move it on."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from contracts.events.dispatch import (
    WhistleApproved,
    WhistleBlown,
    WhistleConcluded,
    WhistleEscalated,
    WhistleProposed,
    WhistleRefused,
    WhistleSettled,
)
from contracts.ids import UnitCode

WhistleEvent = (
    WhistleProposed
    | WhistleApproved
    | WhistleRefused
    | WhistleBlown
    | WhistleEscalated
    | WhistleConcluded
    | WhistleSettled
)

WhistleStage = Literal["proposed", "approved", "refused", "blown", "concluded", "settled"]


@dataclass(frozen=True, slots=True)
class NoWhistle:
    pass


@dataclass(frozen=True, slots=True)
class Proposed:
    stage: ClassVar[Literal["proposed"]] = "proposed"
    fact: WhistleProposed


@dataclass(frozen=True, slots=True)
class Approved:
    stage: ClassVar[Literal["approved"]] = "approved"
    fact: WhistleProposed


@dataclass(frozen=True, slots=True)
class Refused:
    stage: ClassVar[Literal["refused"]] = "refused"
    fact: WhistleProposed


@dataclass(frozen=True, slots=True)
class Blown:
    stage: ClassVar[Literal["blown"]] = "blown"
    fact: WhistleProposed
    late_units: tuple[UnitCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Concluded:
    stage: ClassVar[Literal["concluded"]] = "concluded"
    fact: WhistleProposed
    late_units: tuple[UnitCode, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    stage: ClassVar[Literal["settled"]] = "settled"
    fact: WhistleProposed
    late_units: tuple[UnitCode, ...]


Called = Blown | Concluded | Settled
"""The units were called."""
Begun = Proposed | Approved | Refused | Called
WhistleState = NoWhistle | Begun


def evolve(state: WhistleState, event: WhistleEvent) -> WhistleState:
    """Fold. What does not fit leaves the state as it is."""
    match (state, event):
        case (NoWhistle(), WhistleProposed()):
            return Proposed(event)
        case (Proposed(fact=fact), WhistleApproved()):
            return Approved(fact)
        case (Proposed(fact=fact), WhistleRefused()):
            return Refused(fact)
        case (Approved(fact=fact), WhistleBlown()):
            return Blown(fact)
        case (Blown(fact=fact, late_units=late), WhistleEscalated(unit=unit)):
            return Blown(fact, (*late, unit))
        case (Blown(fact=fact, late_units=late), WhistleConcluded()):
            return Concluded(fact, late)
        case (Concluded(fact=fact, late_units=late), WhistleSettled()):
            return Settled(fact, late)
        case _:
            return state
