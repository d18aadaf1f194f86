"""A whistle (哨): proposed, approved, blown; the units act elsewhere; the street accepts.

街道办事处条例 art. 11 and 17: the street coordinates and commands the departments it calls. Two
people stand behind a whistle, so that nobody blows one alone (防止乱吹哨).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from chassis.decider import Decider
from chassis.errors import Forbidden, Refusal, Unknown
from contracts.event import Event
from contracts.events.dispatch import (
    SummonedUnit,
    WhistleApproved,
    WhistleBlown,
    WhistleConcluded,
    WhistleEscalated,
    WhistleProposed,
    WhistleRefused,
    WhistleSettled,
)
from contracts.sealed import Sealed
from contracts.values import WhistleKind

__all__ = [
    "WHISTLE",
    "ApproveWhistle",
    "Approved",
    "Begun",
    "BlowWhistle",
    "Blown",
    "ConcludeWhistle",
    "Concluded",
    "EscalateWhistle",
    "NoWhistle",
    "NotTheStreet",
    "OneUnitLeads",
    "ProposeWhistle",
    "Proposed",
    "ProposerCannotApprove",
    "RefuseWhistle",
    "Refused",
    "SettleWhistle",
    "Settled",
    "WhistleCommand",
    "WhistleNotReady",
    "WhistleState",
    "WhistleUnknown",
]


class WhistleUnknown(Unknown):
    code = "whistle_unknown"
    zh = "没有编号为 {whistle_no} 的哨；请核对编号。"
    en = "There is no whistle {whistle_no}; check the number."


class NotTheStreet(Forbidden):
    code = "not_the_whistles_street"
    zh = "哨 {whistle_no} 属于 {street}，{acting} 不能操作；请联系该街道。"
    en = "Whistle {whistle_no} belongs to {street}; {acting} cannot act on it, so ask that street."


class OneUnitLeads(Refusal):
    code = "one_unit_leads"
    zh = "吹哨须指定一个主责单位，其他单位为配合，且不能重复或包含本街道；请调整名单。"
    en = "Name one lead unit, the others assisting, none twice and not the street itself."


class ProposerCannotApprove(Forbidden):
    code = "proposer_cannot_approve"
    zh = "拟哨人不能审批自己的哨；请由街道另一位领导审批。"
    en = "Who proposed a whistle cannot approve it; another leader of the street has to."


class WhistleNotReady(Refusal):
    code = "whistle_not_ready"
    zh = "哨 {whistle_no} 当前为 {stage}，不能进行此操作；请重新读取。"
    en = "Whistle {whistle_no} is {stage}, which does not allow this; read it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeWhistle:
    whistle_no: str
    case_no: str
    round: int
    street: str
    """The unit that proposes."""
    kind: WhistleKind
    units: tuple[SummonedUnit, ...]
    subject: str | None
    request: Sealed
    catalogue: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveWhistle:
    whistle_no: str
    unit: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseWhistle:
    whistle_no: str
    case_no: str
    unit: str
    reason: Sealed
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BlowWhistle:
    whistle_no: str
    unit: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateWhistle:
    whistle_no: str
    late_unit: str
    due_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeWhistle:
    whistle_no: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleWhistle:
    whistle_no: str
    case_no: str
    unit: str
    by: str
    at: datetime


WhistleCommand = (
    ProposeWhistle
    | ApproveWhistle
    | RefuseWhistle
    | BlowWhistle
    | EscalateWhistle
    | ConcludeWhistle
    | SettleWhistle
)


@dataclass(frozen=True, slots=True)
class NoWhistle:
    pass


@dataclass(frozen=True, slots=True)
class Proposed:
    fact: WhistleProposed


@dataclass(frozen=True, slots=True)
class Approved:
    fact: WhistleProposed


@dataclass(frozen=True, slots=True)
class Refused:
    fact: WhistleProposed


@dataclass(frozen=True, slots=True)
class Blown:
    fact: WhistleProposed
    late_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Concluded:
    fact: WhistleProposed
    late_units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    fact: WhistleProposed
    late_units: tuple[str, ...]


Begun = Proposed | Approved | Refused | Blown | Concluded | Settled
WhistleState = NoWhistle | Begun


def decide(command: WhistleCommand, state: WhistleState) -> Sequence[Event]:
    """Decide. Raises: the refusals of this module."""
    if isinstance(command, ProposeWhistle):
        return [_propose(command)] if isinstance(state, NoWhistle) else []
    if isinstance(state, NoWhistle):
        raise WhistleUnknown(whistle_no=command.whistle_no)
    match command:
        case ApproveWhistle():
            return [_approve(command, state)]
        case RefuseWhistle():
            return [_refuse(command, state)]
        case BlowWhistle():
            return [_blow(command, state)]
        case EscalateWhistle():
            return _escalate(command, state)
        case ConcludeWhistle():
            return _conclude(command, state)
        case SettleWhistle():
            return [_settle(command, state)]
        case _:
            assert_never(command)


def _propose(command: ProposeWhistle) -> WhistleProposed:
    names = [summoned.unit for summoned in command.units]
    leads = sum(summoned.role == "lead" for summoned in command.units)
    if leads != 1 or len(set(names)) < len(names) or command.street in names:
        raise OneUnitLeads
    return WhistleProposed(
        whistle_no=command.whistle_no,
        case_no=command.case_no,
        round=command.round,
        street=command.street,
        kind=command.kind,
        units=command.units,
        subject=command.subject,
        request=command.request,
        catalogue=command.catalogue,
        proposed_by=command.by,
        proposed_at=command.at,
    )


def _at_stage(
    command: ApproveWhistle | RefuseWhistle | BlowWhistle | SettleWhistle,
    state: Begun,
    stage: type[Proposed | Approved | Concluded],
) -> WhistleProposed:
    """Give the proposal if its own street acts and the whistle has come just so far."""
    fact = state.fact
    if command.unit != fact.street:
        raise NotTheStreet(whistle_no=fact.whistle_no, street=fact.street, acting=command.unit)
    if not isinstance(state, stage):
        raise WhistleNotReady(whistle_no=fact.whistle_no, stage=type(state).__name__.lower())
    return fact


def _approve(command: ApproveWhistle, state: Begun) -> WhistleApproved:
    fact = _at_stage(command, state, Proposed)
    if command.by == fact.proposed_by:
        raise ProposerCannotApprove
    return WhistleApproved(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        approved_by=command.by,
        approved_at=command.at,
    )


def _refuse(command: RefuseWhistle, state: Begun) -> WhistleRefused:
    fact = _at_stage(command, state, Proposed)
    return WhistleRefused(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        reason=command.reason,
        refused_by=command.by,
        refused_at=command.at,
    )


def _blow(command: BlowWhistle, state: Begun) -> WhistleBlown:
    fact = _at_stage(command, state, Approved)
    return WhistleBlown(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        street=fact.street,
        kind=fact.kind,
        units=fact.units,
        subject=fact.subject,
        catalogue=fact.catalogue,
        blown_by=command.by,
        blown_at=command.at,
    )


def _escalate(command: EscalateWhistle, state: Begun) -> Sequence[Event]:
    if not isinstance(state, Blown) or command.late_unit in state.late_units:
        return []
    return [
        WhistleEscalated(
            whistle_no=state.fact.whistle_no,
            case_no=state.fact.case_no,
            round=state.fact.round,
            unit=command.late_unit,
            due_at=command.due_at,
            escalated_at=command.at,
        )
    ]


def _conclude(command: ConcludeWhistle, state: Begun) -> Sequence[Event]:
    if not isinstance(state, Blown):
        return []
    return [
        WhistleConcluded(
            whistle_no=state.fact.whistle_no,
            case_no=state.fact.case_no,
            round=state.fact.round,
            concluded_at=command.at,
        )
    ]


def _settle(command: SettleWhistle, state: Begun) -> WhistleSettled:
    fact = _at_stage(command, state, Concluded)
    return WhistleSettled(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        accepted_by=command.by,
        settled_at=command.at,
    )


def evolve(state: WhistleState, event: Event) -> WhistleState:
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


WHISTLE: Decider[WhistleCommand, WhistleState] = Decider(NoWhistle(), decide, evolve)
