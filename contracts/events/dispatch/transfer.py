"""Objection (退单异议), ruling (裁定), re-dispatch (改派), and the end by order (指令结案)."""

from typing import ClassVar, Literal

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.ids import CaseNo, UnitCode
from contracts.instant import Instant
from contracts.sealed import Sealed

__all__ = [
    "CaseObjected",
    "CaseRedispatched",
    "DispatchRefused",
    "EndOrdered",
    "ObjectionRuled",
]


class CaseObjected(Event):
    """退单异议: the unit says that the case is not its own, and on what basis; it stays its own."""

    wire: ClassVar[str] = "dispatch.case_objected.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    district: UnitCode
    """It may rule, as the dispatcher may."""
    basis: Sealed
    """The article or list that the unit cites."""
    proposed_unit: UnitCode | None
    """Whose it is, in the eyes of the unit."""
    objected_by: str
    objected_at: Instant


class ObjectionRuled(Event):
    """裁定: dispatcher or district decide, never the unit; nobody returns it again."""

    wire: ClassVar[str] = "dispatch.objection_ruled.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    """The unit that objected."""
    outcome: Literal["upheld", "rejected"]
    time_of: Literal["dispatcher", "unit"]
    """Whose time it was from the dispatch to the ruling."""
    reason: Sealed
    ruled_by: str
    ruled_at: Instant


class CaseRedispatched(Event):
    """改派: another unit leads from here on, with clocks of its own."""

    wire: ClassVar[str] = "dispatch.case_redispatched.v1"

    case_no: CaseNo
    round: int
    from_unit: UnitCode
    unit: UnitCode
    ground: Literal["objection_upheld", "dispatch_error", "unit_silent"]
    """异议成立, 派单有误 (before signing alone), 逾期未办 (after the time to handle was missed)."""
    hop: int
    """How often the case has changed units, this one included."""
    assisting: tuple[UnitCode, ...]
    deadlines: tuple[Deadline, ...]
    redispatched_by: str
    redispatched_at: Instant


class DispatchRefused(Event):
    """不得派单: somebody tried to hand the case to a unit that may not get it (art. 12, 17)."""

    wire: ClassVar[str] = "dispatch.dispatch_refused.v1"

    case_no: CaseNo
    round: int
    from_unit: UnitCode
    unit: UnitCode
    code: str
    """Of the refusal that the person got."""
    tried_by: str
    tried_at: Instant


class EndOrdered(Event):
    """指令结案: the district ends what nothing else can end. The case counts as not solved."""

    wire: ClassVar[str] = "dispatch.end_ordered.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    district: UnitCode
    reason: Sealed
    ordered_by: str
    ordered_at: Instant
