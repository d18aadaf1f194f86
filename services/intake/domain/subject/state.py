"""The stages of a person's record, and how its events lead from one to the next."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from contracts.events.intake import (
    ErasureRejected,
    ErasureRequested,
    PersonalDataRead,
    SubjectCorrected,
    SubjectErased,
    SubjectHeld,
    SubjectHoldLifted,
    SubjectRecorded,
    SubjectsLinked,
    SubjectsUnlinked,
)
from contracts.ids import SubjectId
from contracts.sealed import Sealed


@dataclass(frozen=True, slots=True)
class NoSubject:
    pass


@dataclass(frozen=True, slots=True)
class Known:
    stage: ClassVar[Literal["known"]] = "known"
    name: Sealed | None
    phone: Sealed | None
    linked: frozenset[SubjectId] = frozenset()
    """Records of the same person, as agents said; those linked to them come besides."""
    request: ErasureRequested | None = None
    """The request for erasure that is not decided yet."""
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Erased:
    stage: ClassVar[Literal["erased"]] = "erased"


SubjectState = NoSubject | Known | Erased
SubjectEvent = (
    SubjectRecorded
    | SubjectCorrected
    | SubjectsLinked
    | SubjectsUnlinked
    | PersonalDataRead
    | ErasureRequested
    | ErasureRejected
    | SubjectHeld
    | SubjectHoldLifted
    | SubjectErased
)


def evolve(state: SubjectState, event: SubjectEvent) -> SubjectState:
    """Fold. What does not fit leaves the state as it is."""
    match event:
        case SubjectRecorded(name=name, phone=phone) if isinstance(state, NoSubject):
            return Known(name, phone)
        case SubjectErased():
            return Erased()
        case _:
            return _changed(state, event) if isinstance(state, Known) else state


def _changed(known: Known, event: SubjectEvent) -> Known:
    match event:
        case SubjectCorrected(name=name, phone=phone):
            return replace(known, name=name or known.name, phone=phone or known.phone)
        case SubjectsLinked(other=other):
            return replace(known, linked=known.linked | {other})
        case SubjectsUnlinked(other=other):
            return replace(known, linked=known.linked - {other})
        case ErasureRequested():
            return replace(known, request=event)
        case ErasureRejected():
            return replace(known, request=None)
        case SubjectHeld():
            return replace(known, is_held=True)
        case SubjectHoldLifted():
            return replace(known, is_held=False)
        case _:
            return known
