"""What happens to a case (工单): dispatched, signed for, handled, called back, closed."""

from typing import ClassVar, Literal

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.ids import AppealNo, CallbackNo, CaseNo, UnitCode, WhistleNo
from contracts.instant import Instant
from contracts.sealed import Sealed
from contracts.values import AppealKind, Caller, Contact, Satisfaction

__all__ = [
    "CallbackNoted",
    "CallerJoined",
    "CallerLeft",
    "CallersErased",
    "CaseClosed",
    "CaseDispatched",
    "CaseReopened",
    "CaseSigned",
    "ConflictDeclared",
    "ConflictLifted",
    "DeadlineMissed",
    "DistrictCopied",
    "HandlingReported",
    "WhistleAttached",
    "WhistleDetached",
]


class CaseDispatched(Event):
    """派单: exactly one unit leads from here on (首接负责, 接诉即办工作条例 art. 14)."""

    wire: ClassVar[str] = "dispatch.case_dispatched.v2"

    case_no: CaseNo
    round: int
    unit: UnitCode
    street: UnitCode
    """The street of the place, also where another leads."""
    district: UnitCode
    """The district of that street: it rules, answers and orders."""
    assisting: tuple[UnitCode, ...]
    """配合单位 by the responsibility list of the catalogue (职责清单); the lead asks them."""
    matter: str
    kind: AppealKind
    callers: tuple[Caller, ...]
    confidential: bool
    routed_by: Literal["matter_lead", "street_lead"]
    """Why this unit: the matter names it, or the matter falls to the street of the place."""
    catalogue: str
    deadlines: tuple[Deadline, ...]
    dispatched_at: Instant


class DistrictCopied(Event):
    """抄送区政府: a direct dispatch to a street is copied to its district (art. 12)."""

    wire: ClassVar[str] = "dispatch.district_copied.v1"

    case_no: CaseNo
    round: int
    district: UnitCode
    copied_at: Instant


class CallerJoined(Event):
    """并入来电人: a linked appeal's caller waits for this case too."""

    wire: ClassVar[str] = "dispatch.caller_joined.v1"

    case_no: CaseNo
    round: int
    caller: Caller
    unit: UnitCode
    handlers: tuple[str, ...]
    callback_due: bool
    """True when this round's call-backs are already under way, so that this caller needs one."""
    joined_at: Instant


class CallerLeft(Event):
    """来电人退出: withdrawn or unlinked; no call-back is owed any more."""

    wire: ClassVar[str] = "dispatch.caller_left.v1"

    case_no: CaseNo
    round: int
    caller: Caller
    left_at: Instant


class CallersErased(Event):
    """来电人信息均已删除: nobody waits for this case any more whose data we still have.

    From here on no clock runs for it (解除时限), and what was sealed for the case itself is gone.
    """

    wire: ClassVar[str] = "dispatch.callers_erased.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    open_whistles: tuple[WhistleNo, ...]
    """Those whose operations, if there are any yet, lose their clocks too."""
    noted_at: Instant


class CaseSigned(Event):
    """签收."""

    wire: ClassVar[str] = "dispatch.case_signed.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    signed_by: str
    signed_at: Instant


class HandlingReported(Event):
    """办理反馈: what the unit says it did. Whether it is solved, the caller says (回访)."""

    wire: ClassVar[str] = "dispatch.handling_reported.v2"

    case_no: CaseNo
    round: int
    unit: UnitCode
    claim: Literal["resolved", "partly_resolved", "unresolved"]
    contact: Contact
    """Whether the unit spoke to the caller before reporting (art. 15)."""
    account: Sealed
    handlers: tuple[str, ...]
    """Everyone who has worked on the case; none of them may make the call-back."""
    callers: tuple[Caller, ...]
    reported_by: str
    reported_at: Instant


class CallbackNoted(Event):
    """回访结果登记: one caller's call-back of this round is over; None means never reached."""

    wire: ClassVar[str] = "dispatch.callback_noted.v1"

    case_no: CaseNo
    round: int
    callback_no: CallbackNo
    appeal_no: AppealNo
    resolved: bool | None
    satisfaction: Satisfaction | None
    noted_at: Instant


class DeadlineMissed(Event):
    """超期: a deadline passed. `noticed_at` may be later, lateness is counted from `due_at`."""

    wire: ClassVar[str] = "dispatch.deadline_missed.v2"

    case_no: CaseNo
    round: int
    unit: UnitCode
    milestone: str
    """`sign`, `contact`, `handle`, or `stage.<code>` of a matter with staged limits."""
    due_at: Instant
    noticed_at: Instant
    handlers: tuple[str, ...]
    callers: tuple[Caller, ...]


class CaseReopened(Event):
    """重新办理: a caller is not content. `round` is the new one, with new deadlines."""

    wire: ClassVar[str] = "dispatch.case_reopened.v2"

    case_no: CaseNo
    round: int
    unit: UnitCode
    unresolved_for: tuple[AppealNo, ...]
    """The appeals whose callers said that it is not solved."""
    dissatisfied_for: tuple[AppealNo, ...]
    """Those whose callers said that it is solved, and that they are dissatisfied."""
    deadlines: tuple[Deadline, ...]
    reopened_at: Instant


class CaseClosed(Event):
    """结案."""

    wire: ClassVar[str] = "dispatch.case_closed.v2"

    case_no: CaseNo
    round: int
    unit: UnitCode
    outcome: Literal["resolved", "unconfirmed", "withdrawn", "ordered"]
    """`unconfirmed`: handled, but no caller could be asked. `ordered`: see `EndOrdered`."""
    closed_at: Instant


class ConflictDeclared(Event):
    """申报回避: who has a conflict of interest keeps out of a case (济南 12345 条例 art. 32)."""

    wire: ClassVar[str] = "dispatch.conflict_declared.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    """The unit that the person acts for."""
    officer: str
    """The pseudonym of the person, who keeps out in whatever unit and role."""
    reason: Sealed
    declared_by: str
    """The officer (自行回避), a leader of the unit (指令回避), or an agent (申请回避)."""
    declared_at: Instant


class ConflictLifted(Event):
    """解除回避: the person may act on the case and read it again."""

    wire: ClassVar[str] = "dispatch.conflict_lifted.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    officer: str
    lifted_by: str
    lifted_at: Instant


class WhistleAttached(Event):
    """挂哨: the case has an open whistle and cannot close."""

    wire: ClassVar[str] = "dispatch.whistle_attached.v1"

    case_no: CaseNo
    round: int
    whistle_no: WhistleNo
    attached_at: Instant


class WhistleDetached(Event):
    """摘哨: the whistle is settled or refused and holds the case no longer."""

    wire: ClassVar[str] = "dispatch.whistle_detached.v1"

    case_no: CaseNo
    round: int
    whistle_no: WhistleNo
    detached_at: Instant
