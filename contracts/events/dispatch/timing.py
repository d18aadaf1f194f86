"""The clocks of a case: first contact, stages, extension (延期), suspension (挂账)."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.ids import AppealNo, CaseNo, UnitCode
from contracts.instant import Instant
from contracts.sealed import Sealed
from contracts.values import SuspensionPool

__all__ = [
    "CallerContacted",
    "CaseResumed",
    "CaseSuspended",
    "DeadlineRevised",
    "ExtensionDenied",
    "ExtensionGranted",
    "ExtensionRequested",
    "StageReached",
    "SuspensionDenied",
    "SuspensionRequested",
    "SuspensionReviewMissed",
    "TimeLeft",
]


class TimeLeft(BaseModel):
    """What was left of a clock that stands still, in seconds of its own kind of time, from 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    milestone: str
    seconds: Annotated[int, Field(ge=0)]


class CallerContacted(Event):
    """联系来电人 (art. 15): the unit called one caller, and reached them or not."""

    wire: ClassVar[str] = "dispatch.caller_contacted.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    appeal_no: AppealNo
    result: Literal["reached", "unreachable"]
    ends_clock: bool
    """True when somebody was reached, or tried often enough: the clock of first contact ends."""
    contacted_by: str
    contacted_at: Instant


class StageReached(Event):
    """阶段完成: a matter with staged limits, such as stopping, punishing, demolishing, got on."""

    wire: ClassVar[str] = "dispatch.stage_reached.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    stage: str
    """Code of the stage in the catalogue."""
    reached_by: str
    reached_at: Instant


class ExtensionRequested(Event):
    """申请延期: before the time is over, with a reason that the caller was given."""

    wire: ClassVar[str] = "dispatch.extension_requested.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    workdays: int
    reason: Sealed
    requested_by: str
    requested_at: Instant


class ExtensionGranted(Event):
    """准予延期: `deadline` takes the place of the one to handle."""

    wire: ClassVar[str] = "dispatch.extension_granted.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    deadline: Deadline
    granted_by: str
    granted_at: Instant


class ExtensionDenied(Event):
    """不予延期, with a reason; the clock ran on all the while."""

    wire: ClassVar[str] = "dispatch.extension_denied.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    reason: Sealed
    denied_by: str
    denied_at: Instant


class SuspensionRequested(Event):
    """申请挂账: something that the unit cannot change keeps the case from being solved."""

    wire: ClassVar[str] = "dispatch.suspension_requested.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    pool: SuspensionPool
    reason: Sealed
    review_on: date
    """The local day by which the district looks at the case again."""
    requested_by: str
    requested_at: Instant


class CaseSuspended(Event):
    """挂账: the clocks stand still, and the case waits in a pool until its review."""

    wire: ClassVar[str] = "dispatch.case_suspended.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    district: UnitCode
    pool: SuspensionPool
    review: Deadline
    left: tuple[TimeLeft, ...]
    approved_by: str
    suspended_at: Instant


class SuspensionDenied(Event):
    """不予挂账, with a reason; the clocks ran on all the while."""

    wire: ClassVar[str] = "dispatch.suspension_denied.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    reason: Sealed
    denied_by: str
    denied_at: Instant


class SuspensionReviewMissed(Event):
    """挂账复核超期: the day of review passed, and nobody looked at the case."""

    wire: ClassVar[str] = "dispatch.suspension_review_missed.v1"

    case_no: CaseNo
    round: int
    district: UnitCode
    due_at: Instant
    noticed_at: Instant


class CaseResumed(Event):
    """销账: the clocks go on with what was left of them."""

    wire: ClassVar[str] = "dispatch.case_resumed.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    deadlines: tuple[Deadline, ...]
    resumed_by: str
    resumed_at: Instant


class DeadlineRevised(Event):
    """时限核定: a calendar was published, and a provisional deadline becomes a definite one."""

    wire: ClassVar[str] = "dispatch.deadline_revised.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    deadline: Deadline
    revised_at: Instant
