"""What happens to a whistle (哨): proposed, approved or refused, blown, concluded, settled."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.ids import CaseNo, SubjectId, UnitCode, WhistleNo
from contracts.instant import Instant
from contracts.sealed import Sealed
from contracts.values import UnitRole, WhistleGround, WhistleKind

__all__ = [
    "EscalationAnswerMissed",
    "EscalationAnswered",
    "KeyPlan",
    "PlanNode",
    "SummonedUnit",
    "UnitRating",
    "WhistleApproved",
    "WhistleBlown",
    "WhistleCancelled",
    "WhistleConcluded",
    "WhistleConfirmed",
    "WhistleEscalated",
    "WhistleProposed",
    "WhistleRefused",
    "WhistleSettled",
    "WhistleUnitAdded",
    "WhistleUnitExcused",
]


class SummonedUnit(BaseModel):
    """A unit that a whistle calls, and the part it plays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: UnitCode
    role: UnitRole
    basis: Literal["list", "street"]
    """The responsibility list names it for this matter, or the street adds it."""
    reason: Sealed | None
    """Why the street adds it."""


class PlanNode(BaseModel):
    """时间节点: what of a key whistle is reached by when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Sealed
    due_at: Instant


class KeyPlan(BaseModel):
    """重点工作: goal, 征求意见, responsible person and nodes of a key whistle (上海一号课题)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    goal: Sealed
    consultation: Sealed
    responsible: Sealed
    nodes: tuple[PlanNode, ...]


class WhistleProposed(Event):
    """拟哨: somebody asks the street of the place to call departments it cannot do without."""

    wire: ClassVar[str] = "dispatch.whistle_proposed.v2"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    """The street of the place: it approves, blows, commands and settles, also for others."""
    district: UnitCode
    unit: UnitCode
    """The unit that proposes: the street itself, or another that asks it to."""
    kind: WhistleKind
    ground: WhistleGround | None
    """None in the first version alone."""
    evidence: Sealed | None
    """What shows that the street cannot do it alone; None in the first version alone."""
    plan: KeyPlan | None
    """Of a key whistle."""
    is_cross_district: bool
    """跨区联合哨: it calls units of another district, too."""
    units: tuple[SummonedUnit, ...]
    subject: SubjectId | None
    request: Sealed
    catalogue: str
    proposed_by: str
    proposed_at: Instant


class WhistleApproved(Event):
    """准哨, by an authorised person of the street other than the one who proposed it."""

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

    wire: ClassVar[str] = "dispatch.whistle_blown.v2"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    district: UnitCode
    kind: WhistleKind
    units: tuple[SummonedUnit, ...]
    subject: SubjectId | None
    catalogue: str
    is_to_confirm: bool
    """An emergency whistle that the duty leader blew alone; another person confirms it after."""
    blown_by: str
    blown_at: Instant


class WhistleConfirmed(Event):
    """补批: another authorised person confirms what the duty leader blew alone (our default)."""

    wire: ClassVar[str] = "dispatch.whistle_confirmed.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    confirmed_by: str
    confirmed_at: Instant


class WhistleUnitAdded(Event):
    """加派: one more unit has to report; its clocks run from now."""

    wire: ClassVar[str] = "dispatch.whistle_unit_added.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    summoned: SummonedUnit
    kind: WhistleKind
    catalogue: str
    added_by: str
    added_at: Instant


class WhistleUnitExcused(Event):
    """免责: the district upheld the unit's contest; it owes nothing, and nobody rates it."""

    wire: ClassVar[str] = "dispatch.whistle_unit_excused.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    unit: UnitCode
    excused_at: Instant


class WhistleCancelled(Event):
    """撤哨, with a reason: nobody has to report any more."""

    wire: ClassVar[str] = "dispatch.whistle_cancelled.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    ground: Literal["street", "case_ended"]
    """The street takes it back, or the case ended by order or for want of callers."""
    reason: Sealed | None
    cancelled_by: str
    cancelled_at: Instant


class WhistleEscalated(Event):
    """升级: the district learns that a unit does not come, and has to answer (街道条例 art. 44)."""

    wire: ClassVar[str] = "dispatch.whistle_escalated.v2"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    district: UnitCode
    unit: UnitCode
    ground: Literal["not_reported", "absent", "asked"]
    """超时未报到, 街道认定未报到, 街道提请."""
    due_at: Instant | None
    """The deadline that the unit missed; None of a street that asks."""
    reason: Sealed | None
    """Of a street that asks."""
    answer: Deadline | None
    """By when the district answers; None in the first version, and while no clock may run."""
    escalated_by: str
    """Empty where nobody did: a deadline passed."""
    escalated_at: Instant


class EscalationAnswered(Event):
    """督办答复: the district says what it does about the unit."""

    wire: ClassVar[str] = "dispatch.escalation_answered.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    district: UnitCode
    unit: UnitCode
    answer: Sealed
    answered_by: str
    answered_at: Instant


class EscalationAnswerMissed(Event):
    """督办答复超期: the district said nothing in time."""

    wire: ClassVar[str] = "dispatch.escalation_answer_missed.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    district: UnitCode
    unit: UnitCode
    due_at: Instant
    noticed_at: Instant


class WhistleConcluded(Event):
    """处置完毕待验收: the operation says it is done; the street has yet to accept."""

    wire: ClassVar[str] = "dispatch.whistle_concluded.v1"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    concluded_at: Instant


Points = Annotated[int, Field(ge=0, le=100)]


class UnitRating(BaseModel):
    """评哨: what the street thinks of one unit, each 0 to 100 points (双考核, art. 33)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: UnitCode
    signing: Points
    arrival: Points
    people: Points
    quality: Points
    staying: Points
    """Whether it stayed until it was released (事不完、人不撤)."""
    result: Points
    reason: Sealed | None
    """Where a figure lies below the catalogue's threshold."""


class WhistleSettled(Event):
    """销哨: the street accepted the result, and rated every unit that was called."""

    wire: ClassVar[str] = "dispatch.whistle_settled.v2"

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    ratings: tuple[UnitRating, ...]
    """Of every unit but those whose contest was upheld; none in the first version."""
    accepted_by: str
    settled_at: Instant
