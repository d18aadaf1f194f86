"""The stages of a whistle, and how events move it on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal

from contracts.calendar import Deadline
from contracts.events.dispatch import (
    EscalationAnswered,
    EscalationAnswerMissed,
    SummonedUnit,
    WhistleApproved,
    WhistleBlown,
    WhistleCancelled,
    WhistleConcluded,
    WhistleConfirmed,
    WhistleEscalated,
    WhistleProposed,
    WhistleRefused,
    WhistleSettled,
    WhistleUnitAdded,
    WhistleUnitExcused,
)
from contracts.ids import UnitCode

WhistleEvent = (
    WhistleProposed
    | WhistleApproved
    | WhistleRefused
    | WhistleBlown
    | WhistleConfirmed
    | WhistleUnitAdded
    | WhistleUnitExcused
    | WhistleCancelled
    | WhistleEscalated
    | EscalationAnswered
    | EscalationAnswerMissed
    | WhistleConcluded
    | WhistleSettled
)

WhistleStage = Literal[
    "proposed", "approved", "refused", "blown", "concluded", "settled", "cancelled"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What has become of the call since the whistle was blown."""

    units: tuple[SummonedUnit, ...]
    """Those called, in the order in which they were, with the ones added later."""
    excused: frozenset[UnitCode] = frozenset()
    """Those whose contest was upheld."""
    is_to_confirm: bool = False
    """True until another person confirms what the duty leader blew alone."""
    escalations: tuple[WhistleEscalated, ...] = ()
    unanswered: frozenset[UnitCode] = frozenset()
    """Units about which the district has been told and has said nothing since."""
    clocks: Mapping[UnitCode, Deadline] = field(default_factory=dict)
    """By when the district answers about a unit; the open ones."""

    @property
    def lead(self) -> UnitCode | None:
        """The one unit that leads; None while it is excused and none was called in its place."""
        leads = (one.unit for one in self.units if one.role == "lead")
        return next((unit for unit in leads if unit not in self.excused), None)

    @property
    def owing(self) -> tuple[UnitCode, ...]:
        """The units that have a part in it."""
        return tuple(one.unit for one in self.units if one.unit not in self.excused)

    @property
    def late_units(self) -> tuple[UnitCode, ...]:
        """The units that did not report in time, in the order in which the district was told.

        What an excused one missed is void.
        """
        late = (one.unit for one in self.escalations if one.ground == "not_reported")
        return tuple(unit for unit in late if unit not in self.excused)

    def was_told(self, unit: UnitCode, ground: str) -> bool:
        """Say whether the district was told of a unit on a ground."""
        return any((one.unit, one.ground) == (unit, ground) for one in self.escalations)


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
    call: Call


@dataclass(frozen=True, slots=True)
class Concluded:
    stage: ClassVar[Literal["concluded"]] = "concluded"
    fact: WhistleProposed
    call: Call


@dataclass(frozen=True, slots=True)
class Settled:
    stage: ClassVar[Literal["settled"]] = "settled"
    fact: WhistleProposed
    call: Call


@dataclass(frozen=True, slots=True)
class Cancelled:
    stage: ClassVar[Literal["cancelled"]] = "cancelled"
    fact: WhistleProposed
    call: Call | None = None
    """None where it was cancelled before it was blown."""


Called = Blown | Concluded | Settled
"""The units were called, and it was not taken back."""
Begun = Proposed | Approved | Refused | Called | Cancelled
WhistleState = NoWhistle | Begun


def call_of(state: WhistleState) -> Call | None:
    """Give the call of a whistle that was blown, also of one cancelled after that."""
    return state.call if isinstance(state, Called | Cancelled) else None


def evolve(state: WhistleState, event: WhistleEvent) -> WhistleState:
    """Fold. What does not fit leaves the state as it is."""
    match (state, event):
        case (NoWhistle(), WhistleProposed()):
            return Proposed(event)
        case (Proposed(fact=fact), WhistleApproved()):
            return Approved(fact)
        case (Proposed(fact=fact), WhistleRefused()):
            return Refused(fact)
        case (Approved(fact=fact), WhistleBlown(units=units)):
            return Blown(fact, Call(units=units))
        case (Proposed(fact=fact), WhistleBlown(units=units, is_to_confirm=True)):
            return Blown(fact, Call(units=units, is_to_confirm=True))
        case (Proposed() | Approved() | Blown() | Concluded(), WhistleCancelled()):
            return Cancelled(state.fact, call_of(state))
        case (Blown(fact=fact, call=call), WhistleConcluded()):
            return Concluded(fact, call)
        case (Concluded(fact=fact, call=call), WhistleSettled()):
            return Settled(fact, call)
        case (
            Blown(call=call)
            | Concluded(call=call)
            | Settled(call=call)
            | Cancelled(call=Call() as call),
            _,
        ):
            return replace(state, call=_evolve_call(call, event))
        case _:
            return state


def _evolve_call(call: Call, event: WhistleEvent) -> Call:
    match event:
        case WhistleConfirmed():
            return replace(call, is_to_confirm=False)
        case WhistleUnitAdded(summoned=summoned):
            return replace(call, units=(*call.units, summoned))
        case WhistleUnitExcused(unit=unit):
            return replace(call, excused=call.excused | {unit})
        case WhistleEscalated(unit=unit, answer=answer):
            return replace(
                call,
                escalations=(*call.escalations, event),
                unanswered=call.unanswered | {unit},
                clocks={**call.clocks, **({unit: answer} if answer else {})},
            )
        case EscalationAnswered(unit=unit):
            return replace(_without_clock(call, unit), unanswered=call.unanswered - {unit})
        case EscalationAnswerMissed(unit=unit):
            return _without_clock(call, unit)
        case _:
            return call


def _without_clock(call: Call, gone: UnitCode) -> Call:
    return replace(call, clocks={unit: due for unit, due in call.clocks.items() if unit != gone})


def deadlines(state: WhistleState) -> Sequence[Deadline]:
    """Give the open deadlines of the district, which outlive the end of the whistle.

    A provisional one cannot be missed.
    """
    call = call_of(state)
    clocks = call.clocks.values() if call else ()
    return tuple(one for one in clocks if not one.provisional)


def missed(state: WhistleState, now: datetime) -> Sequence[EscalationAnswerMissed]:
    """Give the misses (督办答复超期) that are due and not recorded; none of them stops a step."""
    if not isinstance(state, Called | Cancelled) or state.call is None:
        return []
    return [
        EscalationAnswerMissed(
            whistle_no=state.fact.whistle_no,
            case_no=state.fact.case_no,
            round=state.fact.round,
            district=state.fact.district,
            unit=unit,
            due_at=deadline.due_at,
            noticed_at=now,
        )
        for unit, deadline in state.call.clocks.items()
        if deadline.due_at <= now and not deadline.provisional
    ]
