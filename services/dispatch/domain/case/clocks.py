"""时限台账: every clock that a case has had and how it ended, and what was asked about its time.

The ledger follows the open deadlines: one that appears is a new clock, one that goes has ended.
So no step of the work can stop a clock without a line here.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.events.dispatch import (
    AssistAnswered,
    AssistMissed,
    CallerContacted,
    CallersErased,
    CaseClaimed,
    CaseClosed,
    CaseHandedOver,
    CaseRedispatched,
    CaseReopened,
    CaseResumed,
    CaseSigned,
    CaseSuspended,
    ClaimReleased,
    DeadlineMissed,
    DeadlineRevised,
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    HandlingReported,
    StageReached,
    SuspensionDenied,
    SuspensionRequested,
    SuspensionReviewMissed,
)
from services.dispatch.domain.case.timing import Clock, Suspension, Timing


def moved(deadlines: tuple[Deadline, ...], event: Event) -> tuple[Deadline, ...]:
    """Give the open deadlines after an event about them."""
    match event:
        case CallerContacted(ends_clock=True):
            return _without(deadlines, "contact")
        case StageReached(stage=stage):
            return _without(deadlines, f"stage.{stage}")
        case SuspensionReviewMissed():
            return _without(deadlines, "review")
        case ExtensionGranted(deadline=new) | DeadlineRevised(deadline=new):
            return tuple(new if old.milestone == new.milestone else old for old in deadlines)
        case _:
            return deadlines


def _without(deadlines: tuple[Deadline, ...], milestone: str) -> tuple[Deadline, ...]:
    return tuple(one for one in deadlines if one.milestone != milestone)


def follow(
    timing: Timing, before: tuple[Deadline, ...], after: tuple[Deadline, ...], event: Event
) -> Timing:
    """Enter an event that left these deadlines open."""
    clocks = _met(timing.clocks, event)
    if after != before:
        kept = (_ended(clock, event, after) for clock in clocks)
        clocks = (*kept, *(Clock(one) for one in after if one not in before))
    return replace(_asked(timing, before, event), clocks=clocks)


def _met(clocks: tuple[Clock, ...], event: Event) -> tuple[Clock, ...]:
    """Mark the clock that an event meets: the newest of its milestone, unless it was lifted."""
    met = _met_by(event)
    if met is None:
        return clocks
    round_no, milestone, at = met
    same = [
        one
        for one in clocks
        if one.deadline.round == round_no and one.deadline.milestone == milestone
    ]
    if not same or same[-1].is_lifted or same[-1].met_at:
        return clocks
    return tuple(replace(one, met_at=at) if one is same[-1] else one for one in clocks)


def _met_by(event: Event) -> tuple[int, str, datetime] | None:
    """Give round, milestone and moment of what an event fulfils."""
    match event:
        case CaseSigned(round=round_no, signed_at=at):
            return round_no, "sign", at
        case CallerContacted(round=round_no, contacted_at=at, ends_clock=True):
            return round_no, "contact", at
        case StageReached(round=round_no, stage=stage, reached_at=at):
            return round_no, f"stage.{stage}", at
        case HandlingReported(round=round_no, reported_at=at):
            return round_no, "handle", at
        case AssistAnswered(round=round_no, unit=unit, answered_at=at):
            return round_no, f"assist/{unit}", at
        case _:
            return None


def _ended(clock: Clock, event: Event, after: Sequence[Deadline]) -> Clock:
    if clock.state != "running" or clock.deadline in after:
        return clock
    match event:
        case DeadlineMissed() | SuspensionReviewMissed() | AssistMissed():
            return replace(clock, noticed_at=event.noticed_at)
        case _:
            return replace(clock, is_lifted=True)


def void(timing: Timing, led_since: datetime) -> Timing:
    """异议成立: what a unit missed since it led, in whichever round, is nobody's miss."""
    return replace(timing, clocks=tuple(_voided(clock, led_since) for clock in timing.clocks))


def _voided(clock: Clock, led_since: datetime) -> Clock:
    of_lead = not clock.deadline.milestone.startswith("assist/")
    is_void = of_lead and clock.deadline.started_at >= led_since and clock.state == "missed"
    return replace(clock, is_lifted=True) if is_void else clock


def _asked(timing: Timing, before: tuple[Deadline, ...], event: Event) -> Timing:  # noqa: PLR0912  # one case per event
    """Enter what an event says of contacts, requests and claims."""
    match event:
        case CaseReopened() | CaseRedispatched():
            return Timing()
        case HandlingReported() | CaseClosed():
            return replace(timing, extension=None, suspension_request=None, claim=None)
        case DeadlineMissed(milestone="handle") | ExtensionDenied():
            return replace(timing, extension=None)
        case CallerContacted():
            return replace(timing, contacts=(*timing.contacts, event))
        case StageReached(stage=stage):
            return replace(timing, stages=(*timing.stages, stage))
        case ExtensionRequested():
            return replace(timing, extension=event)
        case ExtensionGranted():
            granted = timing.extensions_granted + 1
            return replace(timing, extension=None, extensions_granted=granted)
        case SuspensionRequested():
            return replace(timing, suspension_request=event)
        case SuspensionDenied():
            return replace(timing, suspension_request=None)
        case CaseSuspended():
            suspension = Suspension(event, before, event.left)
            return replace(timing, suspension_request=None, suspension=suspension)
        case CaseResumed():
            return replace(timing, suspension=None)
        case CallersErased() if timing.suspension:
            stands = replace(timing.suspension, stopped=(), left=())
            return replace(timing, suspension=stands)
        case CaseClaimed() | CaseHandedOver():
            return replace(timing, claim=event)
        case ClaimReleased():
            return replace(timing, claim=None)
        case _:
            return timing
