"""Who of a unit has a case on their desk (认领). A claim tells the others, and bars nobody."""

from typing import ClassVar

from contracts.event import Event
from contracts.ids import CaseNo, UnitCode
from contracts.instant import Instant

__all__ = ["CaseClaimed", "CaseHandedOver", "ClaimReleased"]


class CaseClaimed(Event):
    """认领: a person of the unit takes the case on their desk until a moment."""

    wire: ClassVar[str] = "dispatch.case_claimed.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    person: str
    until: Instant
    """From then on the claim is over; no event says so."""
    claimed_at: Instant


class ClaimReleased(Event):
    """释放: the case lies on nobody's desk."""

    wire: ClassVar[str] = "dispatch.claim_released.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    person: str
    """Whose claim it was."""
    released_by: str
    released_at: Instant


class CaseHandedOver(Event):
    """转交: the case moves to the desk of a colleague of the same unit."""

    wire: ClassVar[str] = "dispatch.case_handed_over.v1"

    case_no: CaseNo
    round: int
    unit: UnitCode
    from_person: str
    person: str
    """Who has it now."""
    until: Instant
    handed_over_by: str
    handed_over_at: Instant
