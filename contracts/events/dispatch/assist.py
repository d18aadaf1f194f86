"""Assisting units (协办): the unit that leads a case asks others, and stays accountable."""

from typing import ClassVar

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.ids import CaseNo, UnitCode
from contracts.instant import Instant
from contracts.sealed import Sealed

__all__ = ["AssistAnswered", "AssistMissed", "AssistRequested", "AssistWithdrawn"]


class AssistRequested(Event):
    """请求协办: another unit gives its part to the lead, by a clock of its own (art. 14)."""

    wire: ClassVar[str] = "dispatch.assist_requested.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    """The unit that is asked; once per round."""
    lead: UnitCode
    is_listed: bool
    """Whether the responsibility list names it for this matter."""
    reason: Sealed | None
    """Why a unit that the list does not name."""
    request: Sealed
    deadline: Deadline | None
    """None while no clock may run: every caller was erased."""
    requested_by: str
    requested_at: Instant


class AssistAnswered(Event):
    """协办反馈: the unit gives its part, or says why it cannot."""

    wire: ClassVar[str] = "dispatch.assist_answered.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    answer: Sealed
    answered_by: str
    answered_at: Instant


class AssistMissed(Event):
    """协办超期: the unit gave nothing in time. The clock of the lead does not move."""

    wire: ClassVar[str] = "dispatch.assist_missed.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    due_at: Instant
    noticed_at: Instant


class AssistWithdrawn(Event):
    """撤回协办: the lead does without."""

    wire: ClassVar[str] = "dispatch.assist_withdrawn.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    withdrawn_by: str
    withdrawn_at: Instant
