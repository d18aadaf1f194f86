"""The stages of a person's record, and how its events lead from one to the next."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from contracts.events.intake import PersonalDataRead, SubjectErased, SubjectRecorded
from contracts.sealed import Sealed


@dataclass(frozen=True, slots=True)
class NoSubject:
    pass


@dataclass(frozen=True, slots=True)
class Known:
    stage: ClassVar[Literal["known"]] = "known"
    name: Sealed | None
    phone: Sealed | None


@dataclass(frozen=True, slots=True)
class Erased:
    stage: ClassVar[Literal["erased"]] = "erased"


SubjectState = NoSubject | Known | Erased
SubjectEvent = SubjectRecorded | PersonalDataRead | SubjectErased


def evolve(state: SubjectState, event: SubjectEvent) -> SubjectState:
    """Fold. What does not fit leaves the state as it is."""
    match event:
        case SubjectRecorded(name=name, phone=phone) if isinstance(state, NoSubject):
            return Known(name, phone)
        case SubjectErased():
            return Erased()
        case _:
            return state
