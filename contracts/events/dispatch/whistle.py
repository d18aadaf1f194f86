"""What happens to a whistle (哨): proposed, approved or refused, blown, concluded, settled."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.event import Event
from contracts.ids import CaseNo, SubjectId, UnitCode, WhistleNo
from contracts.instant import Instant
from contracts.sealed import Sealed
from contracts.values import UnitRole, WhistleKind

__all__ = [
    "SummonedUnit",
    "WhistleApproved",
    "WhistleBlown",
    "WhistleConcluded",
    "WhistleEscalated",
    "WhistleProposed",
    "WhistleRefused",
    "WhistleSettled",
]


class SummonedUnit(BaseModel):
    """A unit that a whistle calls, and the part it plays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: UnitCode
    role: UnitRole


class WhistleProposed(Event):
    """拟哨: the street asks to call departments it cannot do without."""

    wire: ClassVar[str] = "dispatch.whistle_proposed.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    kind: WhistleKind
    units: tuple[SummonedUnit, ...]
    subject: SubjectId | None
    request: Sealed
    catalogue: str
    proposed_by: str
    proposed_at: Instant


class WhistleApproved(Event):
    """准哨, by a leader of the street other than the one who proposed it."""

    wire: ClassVar[str] = "dispatch.whistle_approved.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    approved_by: str
    approved_at: Instant


class WhistleRefused(Event):
    """不准吹哨, with the leader's reason."""

    wire: ClassVar[str] = "dispatch.whistle_refused.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    reason: Sealed
    refused_by: str
    refused_at: Instant


class WhistleBlown(Event):
    """吹哨: from here on every named unit must report (报到) in time."""

    wire: ClassVar[str] = "dispatch.whistle_blown.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    kind: WhistleKind
    units: tuple[SummonedUnit, ...]
    subject: SubjectId | None
    catalogue: str
    blown_by: str
    blown_at: Instant


class WhistleEscalated(Event):
    """升级: a unit did not report in time; the district is told (街道办事处条例 art. 44)."""

    wire: ClassVar[str] = "dispatch.whistle_escalated.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    due_at: Instant
    escalated_at: Instant


class WhistleConcluded(Event):
    """处置完毕待验收: the operation says it is done; the street has yet to accept."""

    wire: ClassVar[str] = "dispatch.whistle_concluded.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    concluded_at: Instant


class WhistleSettled(Event):
    """销哨: the street accepted the result."""

    wire: ClassVar[str] = "dispatch.whistle_settled.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    accepted_by: str
    settled_at: Instant
