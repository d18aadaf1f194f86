"""The stages of an appeal, and how its events lead from one to the next."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from contracts.events.intake import (
    AppealAnswered,
    AppealDeclined,
    AppealLinked,
    AppealReceived,
    AppealUnlinked,
    AppealWithdrawn,
    CaseFiled,
)
from contracts.ids import CaseNo, UnitCode
from contracts.values import DeclineGround

AppealStage = Literal["received", "answered", "declined", "filed", "linked", "withdrawn"]


@dataclass(frozen=True, slots=True)
class NoAppeal:
    pass


@dataclass(frozen=True, slots=True)
class Received:
    stage: ClassVar[Literal["received"]] = "received"
    fact: AppealReceived


@dataclass(frozen=True, slots=True)
class Answered:
    stage: ClassVar[Literal["answered"]] = "answered"
    fact: AppealReceived


@dataclass(frozen=True, slots=True)
class Declined:
    stage: ClassVar[Literal["declined"]] = "declined"
    fact: AppealReceived
    ground: DeclineGround


@dataclass(frozen=True, slots=True)
class Filed:
    stage: ClassVar[Literal["filed"]] = "filed"
    fact: AppealReceived
    street: UnitCode
    matter: str


@dataclass(frozen=True, slots=True)
class Linked:
    stage: ClassVar[Literal["linked"]] = "linked"
    fact: AppealReceived
    case_no: CaseNo


@dataclass(frozen=True, slots=True)
class Withdrawn:
    stage: ClassVar[Literal["withdrawn"]] = "withdrawn"
    fact: AppealReceived
    case_no: CaseNo | None


RecordedAppeal = Received | Answered | Declined | Filed | Linked | Withdrawn
AppealState = NoAppeal | RecordedAppeal
AppealEvent = (
    AppealReceived
    | AppealAnswered
    | AppealDeclined
    | CaseFiled
    | AppealLinked
    | AppealUnlinked
    | AppealWithdrawn
)


def evolve(state: AppealState, event: AppealEvent) -> AppealState:
    """Fold. What does not fit leaves the state as it is."""
    if isinstance(state, NoAppeal):
        return Received(event) if isinstance(event, AppealReceived) else state
    fact = state.fact
    match event:
        case AppealAnswered():
            return Answered(fact)
        case AppealDeclined(ground=ground):
            return Declined(fact, ground)
        case CaseFiled(street=street, matter=matter):
            return Filed(fact, street, matter)
        case AppealLinked(case_no=case_no):
            return Linked(fact, case_no)
        case AppealUnlinked():
            return Received(fact)
        case AppealWithdrawn(case_no=case_no):
            return Withdrawn(fact, case_no)
        case _:
            return state
