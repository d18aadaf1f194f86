"""The stages of a case, and how events move it on."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal

from contracts.calendar import Deadline
from contracts.events.dispatch import (
    AssistAnswered,
    AssistMissed,
    AssistRequested,
    AssistWithdrawn,
    CallbackNoted,
    CallerJoined,
    CallerLeft,
    CallersErased,
    CaseClosed,
    CaseDispatched,
    CaseObjected,
    CaseRedispatched,
    CaseReopened,
    CaseResumed,
    CaseSigned,
    CaseSuspended,
    ConflictDeclared,
    ConflictLifted,
    DeadlineMissed,
    DeadlineRevised,
    DistrictCopied,
    HandlingReported,
    ObjectionRuled,
    WhistleAttached,
    WhistleDetached,
)
from contracts.ids import CaseNo, SubjectId, UnitCode, WhistleNo
from contracts.values import Caller
from services.dispatch.domain.case.asked import (
    Assists,
    clocks,
    evolve_assists,
    with_clocks,
    without_clocks,
)
from services.dispatch.domain.case.clocks import follow, moved, void
from services.dispatch.domain.case.events import CaseEvent
from services.dispatch.domain.case.timing import Timing

CaseStage = Literal["dispatched", "signed", "reported", "closed"]
Outcome = Literal["resolved", "unconfirmed", "withdrawn", "ordered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What holds at every stage."""

    case_no: CaseNo
    round: int
    unit: UnitCode
    street: UnitCode
    district: UnitCode
    matter: str
    catalogue: str
    callers: tuple[Caller, ...]
    handlers: tuple[str, ...] = ()
    answers: tuple[CallbackNoted, ...] = ()
    """Call-backs of this round that are over."""
    deadlines: tuple[Deadline, ...] = ()
    """Open ones."""
    open_whistles: tuple[WhistleNo, ...] = ()
    whistle_count: int = 0
    are_callers_erased: bool = False
    """True while everybody who waits has been erased: no clock runs, also in a new round."""
    conflicts: tuple[ConflictDeclared, ...] = ()
    """Those that hold."""
    led_since: datetime
    """When the unit got the case."""
    led_since_round: int
    hop: int = 0
    """How often the case has changed units."""
    objection: CaseObjected | None = None
    """The one that waits for a ruling."""
    is_final: bool = False
    """Whether a ruling said whose case it is: nobody returns it any more (潍坊 art. 22)."""
    missed: tuple[str, ...] = ()
    """Milestones that the unit missed in this round."""
    dissatisfied_reopens: int = 0
    """Rounds that began for a caller's dissatisfaction alone."""
    assisting: tuple[UnitCode, ...] = ()
    """Units that the responsibility list names beside the lead."""
    assists: Assists = ()
    """Of this round."""
    timing: Timing = field(default_factory=Timing)

    @property
    def running(self) -> tuple[Deadline, ...]:
        """Every open deadline: of the lead, then of assisting units."""
        return (*self.deadlines, *clocks(self.assists))

    @property
    def awaits_handling(self) -> bool:
        """True while the time to handle runs, or stands still: no call-back is due yet."""
        suspension = self.timing.suspension
        clocks = (*self.deadlines, *(suspension.stopped if suspension else ()))
        return any(deadline.milestone == "handle" for deadline in clocks)

    @property
    def recused(self) -> frozenset[str]:
        """The persons who keep out of the case."""
        return frozenset(conflict.officer for conflict in self.conflicts)

    @property
    def subject(self) -> SubjectId | None:
        """The first caller whom we know: texts about the case are kept under that person's key."""
        return next((caller.subject for caller in self.callers if caller.subject), None)


@dataclass(frozen=True, slots=True)
class NoCase:
    pass


@dataclass(frozen=True, slots=True)
class Dispatched:
    stage: ClassVar[Literal["dispatched"]] = "dispatched"
    facts: CaseFacts


@dataclass(frozen=True, slots=True)
class Signed:
    stage: ClassVar[Literal["signed"]] = "signed"
    facts: CaseFacts


@dataclass(frozen=True, slots=True)
class Reported:
    stage: ClassVar[Literal["reported"]] = "reported"
    facts: CaseFacts


@dataclass(frozen=True, slots=True)
class Closed:
    stage: ClassVar[Literal["closed"]] = "closed"
    facts: CaseFacts
    outcome: Outcome


OpenCase = Dispatched | Signed | Reported
CaseState = NoCase | OpenCase | Closed


def evolve(state: CaseState, event: CaseEvent) -> CaseState:
    """Fold. What does not fit leaves the state as it is."""
    after = _evolve(state, event)
    if isinstance(after, NoCase) or isinstance(state, Closed):
        return after
    before = () if isinstance(state, NoCase) else state.facts.running
    timing = follow(after.facts.timing, before, after.facts.running, event)
    return replace(after, facts=replace(after.facts, timing=timing))


def _evolve(state: CaseState, event: CaseEvent) -> CaseState:
    if isinstance(event, CaseDispatched):
        return _begin(event) if isinstance(state, NoCase) else state
    if isinstance(event, CallersErased) and not isinstance(state, NoCase):
        assists = without_clocks(state.facts.assists)
        facts = replace(state.facts, deadlines=(), assists=assists, are_callers_erased=True)
        return replace(state, facts=facts)
    if isinstance(state, NoCase | Closed):
        return state
    facts = state.facts
    match event:
        case CaseSigned(signed_by=by):
            facts = replace(facts, handlers=with_handler(facts.handlers, by))
            return Signed(_without(facts, "sign"))
        case HandlingReported(handlers=handlers):
            timed = replace(facts, handlers=handlers, assists=(), deadlines=())
            return Reported(timed)
        case CaseReopened():
            return Dispatched(_next_round(facts, event))
        case CaseRedispatched():
            return Dispatched(_next_unit(facts, event))
        case CaseClosed(outcome=outcome):
            ended = replace(facts, deadlines=(), assists=(), open_whistles=(), objection=None)
            return Closed(ended, outcome)
        case _:
            return replace(state, facts=_evolve_facts(facts, event))


def _begin(event: CaseDispatched) -> Dispatched:
    return Dispatched(
        CaseFacts(
            case_no=event.case_no,
            round=event.round,
            unit=event.unit,
            street=event.street,
            district=event.district,
            matter=event.matter,
            catalogue=event.catalogue,
            callers=event.callers,
            deadlines=event.deadlines,
            led_since=event.dispatched_at,
            led_since_round=event.round,
            assisting=event.assisting,
        )
    )


def _next_round(facts: CaseFacts, event: CaseReopened) -> CaseFacts:
    """The unit stays, and so does what a ruling said."""
    is_solved = not event.unresolved_for
    return replace(
        facts,
        round=event.round,
        deadlines=event.deadlines,
        answers=(),
        missed=(),
        assists=(),
        dissatisfied_reopens=facts.dissatisfied_reopens + is_solved,
    )


def _next_unit(facts: CaseFacts, event: CaseRedispatched) -> CaseFacts:
    """What the callers answered stays; what the unit before asked for or missed does not."""
    is_void = event.ground == "objection_upheld"
    return replace(
        facts,
        timing=void(facts.timing, facts.led_since) if is_void else facts.timing,
        unit=event.unit,
        deadlines=event.deadlines,
        handlers=with_handler(facts.handlers, event.redispatched_by),
        led_since=event.redispatched_at,
        led_since_round=event.round,
        hop=event.hop,
        missed=(),
        assisting=event.assisting,
        assists=(),
    )


def _evolve_facts(facts: CaseFacts, event: CaseEvent) -> CaseFacts:  # noqa: PLR0912  # one case per event
    match event:
        case AssistAnswered(answered_by=by):
            handlers = with_handler(facts.handlers, by)
            return replace(facts, assists=evolve_assists(facts.assists, event), handlers=handlers)
        case AssistRequested() | AssistMissed() | AssistWithdrawn():
            return replace(facts, assists=evolve_assists(facts.assists, event))
        case DeadlineMissed(milestone=milestone):
            return replace(_without(facts, milestone), missed=(*facts.missed, milestone))
        case CaseObjected():
            return replace(facts, objection=event)
        case ObjectionRuled(ruled_by=by):
            handlers = with_handler(facts.handlers, by)
            return replace(facts, objection=None, is_final=True, handlers=handlers)
        case CallbackNoted():
            return replace(facts, answers=(*facts.answers, event))
        case CallerJoined(caller=caller):
            return replace(facts, callers=(*facts.callers, caller), are_callers_erased=False)
        case CallerLeft(caller=gone):
            rest = tuple(caller for caller in facts.callers if caller != gone)
            return replace(facts, callers=rest)
        case ConflictDeclared():
            return replace(facts, conflicts=(*facts.conflicts, event))
        case ConflictLifted(officer=officer):
            rest_of = tuple(one for one in facts.conflicts if one.officer != officer)
            return replace(facts, conflicts=rest_of)
        case WhistleAttached(whistle_no=whistle_no):
            return replace(
                facts,
                open_whistles=(*facts.open_whistles, whistle_no),
                whistle_count=facts.whistle_count + 1,
            )
        case WhistleDetached(whistle_no=gone_no):
            rest_nos = tuple(no for no in facts.open_whistles if no != gone_no)
            return replace(facts, open_whistles=rest_nos)
        case DistrictCopied():
            return facts
        case CaseSuspended(review=review):
            return replace(facts, deadlines=(review,), assists=without_clocks(facts.assists))
        case CaseResumed(deadlines=resumed):
            of_lead = tuple(one for one in resumed if not one.milestone.startswith("assist/"))
            return replace(facts, deadlines=of_lead, assists=with_clocks(facts.assists, resumed))
        case DeadlineRevised(deadline=revised):
            assists = with_clocks(facts.assists, [revised])
            return replace(facts, deadlines=moved(facts.deadlines, event), assists=assists)
        case _:
            return replace(facts, deadlines=moved(facts.deadlines, event))


def _without(facts: CaseFacts, *milestones: str) -> CaseFacts:
    rest = tuple(one for one in facts.deadlines if one.milestone not in milestones)
    return replace(facts, deadlines=rest)


def with_handler(handlers: tuple[str, ...], person: str) -> tuple[str, ...]:
    """Add a person to those who worked on a round."""
    return handlers if person in handlers else (*handlers, person)
