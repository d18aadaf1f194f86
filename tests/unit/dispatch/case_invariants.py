"""What must hold for every history of a case, kept by hand and apart from the code under test.

They read events alone, and know nothing of commands, states, or how either is reached.
"""

from dataclasses import dataclass, field
from datetime import datetime

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.events.dispatch import (
    AssistAnswered,
    AssistMissed,
    AssistRequested,
    AssistWithdrawn,
    CallbackNoted,
    CallerContacted,
    CallerJoined,
    CallerLeft,
    CallersErased,
    CaseClaimed,
    CaseClosed,
    CaseDispatched,
    CaseHandedOver,
    CaseObjected,
    CaseRedispatched,
    CaseReopened,
    CaseResumed,
    CaseSigned,
    CaseSuspended,
    ClaimReleased,
    ConflictDeclared,
    ConflictLifted,
    DeadlineMissed,
    DistrictCopied,
    EndOrdered,
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    HandlingReported,
    ObjectionRuled,
    SuspensionDenied,
    SuspensionRequested,
    SuspensionReviewMissed,
    WhistleAttached,
    WhistleDetached,
)

__all__ = ["CaseInvariants"]

_CHANGES_NO_CLOCK = (
    DistrictCopied,
    ExtensionRequested,
    ExtensionDenied,
    SuspensionRequested,
    SuspensionDenied,
    CaseClaimed,
    ClaimReleased,
    CaseHandedOver,
)

Clock = tuple[int, str, datetime]
"""Round, milestone and the moment it is due: what makes a deadline that deadline."""


@dataclass
class CaseInvariants:
    """Follows one case; every event that breaks an invariant fails the test."""

    round: int = 0
    callers: set[str] = field(default_factory=set)
    answers: dict[str, bool | None] = field(default_factory=dict)
    """Of this round, by appeal."""
    dissatisfied: set[str] = field(default_factory=set)
    """Of this round: solved, but not content."""
    unit: str = ""
    """The one that leads."""
    hops: int = 0
    signed: bool = False
    """By the unit that leads, in whatever round."""
    objected: bool = False
    ruled: bool = False
    ordered: bool = False
    asked: set[str] = field(default_factory=set)
    """Units that were asked to assist in this round."""
    whistles: set[str] = field(default_factory=set)
    clocks: set[Clock] = field(default_factory=set)
    missed: set[Clock] = field(default_factory=set)
    reported: bool = False
    closed: bool = False
    erased: bool = False
    recused: set[str] = field(default_factory=set)
    reached: bool = False
    attempts: int = 0
    extended: bool = False
    suspended: bool = False
    handling_stopped: bool = False
    """The time to handle stands still."""

    def follow(self, event: Event) -> None:
        """Enter one event."""
        is_over = self.closed and not isinstance(event, CallersErased)
        assert not is_over, "nothing happens after the end, but that its callers are erased"
        match event:
            case CaseDispatched():
                assert self.round == 0, "a case begins once"
                self.unit = event.unit
                self._begin_round(event)
                self.callers = {caller.appeal_no for caller in event.callers}
            case CaseReopened():
                self._reopen(event)
            case CaseClosed():
                self._close(event)
            case _:
                assert getattr(event, "round", None) == self.round, "events are of their round"
                if isinstance(event, CaseSigned | HandlingReported | DeadlineMissed | CaseObjected):
                    assert event.unit == self.unit, "one unit leads, and it acts and is late"
                self._work(event)

    def _work(self, event: Event) -> None:
        match event:
            case CaseSigned():
                assert event.signed_by not in self.recused
                self.signed = True
                self._stop("sign")
            case HandlingReported():
                self._report(event)
            case DeadlineMissed() | SuspensionReviewMissed():
                self._miss(event)
            case WhistleAttached():
                assert not self.whistles, "one whistle at a time"
                self.whistles.add(event.whistle_no)
            case WhistleDetached():
                self.whistles.remove(event.whistle_no)
            case _:
                self._wait(event)

    def _wait(self, event: Event) -> None:
        match event:
            case CallbackNoted():
                assert event.appeal_no in self.callers, "only a caller who waits is asked"
                assert event.appeal_no not in self.answers, "once a round"
                self.answers[event.appeal_no] = event.resolved
                if event.resolved and event.satisfaction == "dissatisfied":
                    self.dissatisfied.add(event.appeal_no)
            case CallerJoined():
                assert event.caller.appeal_no not in self.callers
                is_handling = self._runs("handle") or self.handling_stopped
                assert event.callback_due is not is_handling
                self.callers.add(event.caller.appeal_no)
                self.erased = False
            case CallerLeft():
                self.callers.remove(event.caller.appeal_no)
            case CallersErased():
                assert not self.erased, "once, until somebody joins"
                assert set(event.open_whistles) == self.whistles
                self.erased, self.clocks, self.handling_stopped = True, set(), False
            case _:
                self._keep_out(event)

    def _keep_out(self, event: Event) -> None:
        match event:
            case ConflictDeclared():
                assert event.officer not in self.recused, "once, until it is lifted"
                self.recused.add(event.officer)
            case ConflictLifted():
                self.recused.remove(event.officer)
            case CaseObjected():
                assert not self.objected, "once, until it is ruled on"
                assert not self.ruled, "after a ruling nobody returns the case"
                assert not self.reported, "what is reported is not returned"
                self.objected = True
            case ObjectionRuled():
                assert self.objected, "a ruling answers an objection"
                assert event.unit == self.unit
                self.objected, self.ruled = False, True
            case CaseRedispatched():
                self._move(event)
            case EndOrdered():
                self.ordered, self.whistles = True, set()
            case _:
                self._assist(event)

    def _move(self, event: CaseRedispatched) -> None:
        assert event.from_unit == self.unit != event.unit, "from the lead to another unit"
        assert event.hop == self.hops + 1, "hops are counted one by one"
        assert not self.reported, "what is reported stays with who reported"
        match event.ground:
            case "objection_upheld":
                assert self.ruled
            case "dispatch_error":
                assert not self.ruled, "a ruling is final"
                assert not self.signed, "never signed for"
            case "unit_silent":
                assert not self._runs("handle"), "its time was over"
        is_timed = self.callers and not self.erased
        assert {one.round for one in event.deadlines} == ({self.round} if is_timed else set())
        self.unit, self.hops, self.asked, self.signed = event.unit, event.hop, set(), False
        self.clocks = {(one.round, one.milestone, one.due_at) for one in event.deadlines}
        self.missed = {clock for clock in self.missed if clock[0] != self.round}

    def _assist(self, event: Event) -> None:
        match event:
            case AssistRequested():
                assert event.lead == self.unit != event.unit, "the lead asks another unit"
                assert event.unit not in self.asked, "once a round"
                self.asked.add(event.unit)
                clock = event.deadline
                if clock is not None:
                    self.clocks.add((clock.round, clock.milestone, clock.due_at))
            case AssistAnswered() | AssistWithdrawn():
                assert event.unit in self.asked
                self._stop(f"assist/{event.unit}")
            case AssistMissed():
                clock_of = (event.round, f"assist/{event.unit}", event.due_at)
                assert clock_of in self.clocks, "only an open deadline is missed"
                self.clocks.remove(clock_of)
            case _:
                self._take_time(event)

    def _take_time(self, event: Event) -> None:
        match event:
            case CallerContacted():
                self.attempts += 1
                self.reached = self.reached or event.result == "reached"
                if event.ends_clock:
                    self._stop("contact")
            case ExtensionGranted():
                assert not self.extended, "once in a round"
                assert self._runs("handle"), "no time is added to what is over"
                self.extended = True
                self._stop("handle")
                self._start(event.deadline)
            case CaseSuspended():
                assert not self.whistles, "no whistle is open while a case waits"
                assert not self.suspended
                self.suspended, self.handling_stopped = True, self._runs("handle")
                self.clocks = set()
                self._start(event.review)
            case CaseResumed():
                assert self.suspended
                self.suspended, self.handling_stopped = False, False
                self.clocks = set()
                for deadline in event.deadlines:
                    self._start(deadline)
            case _:
                assert isinstance(event, _CHANGES_NO_CLOCK), f"{event.wire} is new here"

    def _report(self, event: HandlingReported) -> None:
        assert not self.whistles, "nobody reports with a whistle open"
        assert not self.reported, "a round is reported once"
        assert event.reported_by not in self.recused
        assert not self.suspended, "nobody works on a case that waits"
        assert self._fits(event), "what is said of the contact is on the record"
        assert {caller.appeal_no for caller in event.callers} == self.callers
        self.reported = True
        self.clocks = set()

    def _fits(self, event: HandlingReported) -> bool:
        match event.contact:
            case "reached" | "not_wanted":
                return self.reached
            case "unreachable":
                return self.attempts > 1 and event.claim != "resolved"
            case _:
                return all(caller.subject is None for caller in event.callers)

    def _begin_round(self, event: CaseDispatched | CaseReopened) -> None:
        assert event.round == self.round + 1, "rounds are counted one by one"
        assert {one.round for one in event.deadlines} == (set() if self.erased else {event.round})
        assert not self.suspended, "a case that waits begins no round"
        self.round, self.reported, self.answers = event.round, False, {}
        self.reached, self.attempts, self.extended = False, 0, False
        self.dissatisfied, self.asked = set(), set()
        self.clocks = {(one.round, one.milestone, one.due_at) for one in event.deadlines}

    def _reopen(self, event: CaseReopened) -> None:
        assert self.callers <= self.answers.keys(), "every caller was asked"
        says_no = any(self.answers[caller] is False for caller in self.callers)
        assert says_no or self.dissatisfied & self.callers, "somebody is not content"
        assert set(event.dissatisfied_for) == self.dissatisfied & self.callers
        assert event.unit == self.unit, "the unit stays"
        self._begin_round(event)

    def _close(self, event: CaseClosed) -> None:
        assert event.round == self.round
        assert self.ordered is (event.outcome == "ordered")
        if self.ordered:
            self.closed, self.clocks = True, set()
            return
        assert not self.whistles, "an open whistle keeps a case open"
        said = [self.answers.get(caller, False) for caller in self.callers]
        assert False not in said, "everybody was asked, and nobody said it is not solved"
        if event.outcome == "withdrawn":
            assert not self.callers, "nobody waits any more"
        else:
            assert self.callers, "somebody waited"
            assert self.reported, "the unit said what it did"
            assert event.outcome == ("resolved" if True in said else "unconfirmed")
        self.closed, self.clocks = True, set()

    def _miss(self, event: DeadlineMissed | SuspensionReviewMissed) -> None:
        milestone = event.milestone if isinstance(event, DeadlineMissed) else "review"
        clock = (event.round, milestone, event.due_at)
        assert clock in self.clocks, "only an open deadline is missed"
        assert clock not in self.missed, "a deadline is missed once"
        assert event.noticed_at >= event.due_at, "nothing is late before it is due"
        self.missed.add(clock)
        self.clocks.remove(clock)

    def _start(self, deadline: Deadline) -> None:
        self.clocks.add((deadline.round, deadline.milestone, deadline.due_at))

    def _runs(self, milestone: str) -> bool:
        return any(name == milestone for _, name, _ in self.clocks)

    def _stop(self, milestone: str) -> None:
        self.clocks = {clock for clock in self.clocks if clock[1] != milestone}
