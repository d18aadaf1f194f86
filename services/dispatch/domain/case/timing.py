"""What a case knows of its time: every clock it has had, and what was asked about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.calendar import Deadline
from contracts.events.dispatch import (
    CallerContacted,
    CaseClaimed,
    CaseHandedOver,
    CaseResumed,
    CaseSuspended,
    ClaimReleased,
    DeadlineRevised,
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    StageReached,
    SuspensionDenied,
    SuspensionRequested,
    SuspensionReviewMissed,
    TimeLeft,
)

TimingEvent = (
    CallerContacted
    | StageReached
    | ExtensionRequested
    | ExtensionGranted
    | ExtensionDenied
    | SuspensionRequested
    | CaseSuspended
    | SuspensionDenied
    | SuspensionReviewMissed
    | CaseResumed
    | DeadlineRevised
    | CaseClaimed
    | ClaimReleased
    | CaseHandedOver
)

ClockState = Literal["running", "met", "missed", "lifted"]


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline of a case; it stays in the ledger when it has ended."""

    deadline: Deadline
    met_at: datetime | None = None
    """Also of one that was missed before: then it was met late."""
    noticed_at: datetime | None = None
    """When it was noticed that it had passed."""
    is_lifted: bool = False
    """It ended in another way: replaced, suspended, its round over; or its miss was voided."""

    @property
    def state(self) -> ClockState:
        """Say how it stands; what was missed stays so, unless that was voided."""
        if self.is_lifted:
            return "lifted"
        if self.noticed_at:
            return "missed"
        return "met" if self.met_at else "running"


@dataclass(frozen=True, slots=True)
class Suspension:
    """挂账: what stands still, and what was left of it."""

    fact: CaseSuspended
    stopped: tuple[Deadline, ...]
    left: tuple[TimeLeft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The clocks of all rounds; the rest is of this round, and of the unit that leads it."""

    clocks: tuple[Clock, ...] = ()
    contacts: tuple[CallerContacted, ...] = ()
    stages: tuple[str, ...] = ()
    """Codes of those that were reached."""
    extension: ExtensionRequested | None = None
    """The one that waits for an answer."""
    extensions_granted: int = 0
    suspension_request: SuspensionRequested | None = None
    """The one that waits for an answer."""
    suspension: Suspension | None = None
    claim: CaseClaimed | CaseHandedOver | None = None
    """The last one, which may be over by now."""
