"""Every event of a case, as its decider, its state and its readers know them."""

from contracts.events.dispatch import (
    CallbackNoted,
    CallerJoined,
    CallerLeft,
    CallersErased,
    CaseClosed,
    CaseDispatched,
    CaseObjected,
    CaseRedispatched,
    CaseReopened,
    CaseSigned,
    ConflictDeclared,
    ConflictLifted,
    DeadlineMissed,
    DispatchRefused,
    DistrictCopied,
    EndOrdered,
    HandlingReported,
    ObjectionRuled,
    WhistleAttached,
    WhistleDetached,
)
from services.dispatch.domain.case.asked import AssistEvent
from services.dispatch.domain.case.timing import TimingEvent

TransferEvent = CaseObjected | ObjectionRuled | CaseRedispatched | DispatchRefused | EndOrdered
CaseEvent = (
    CaseDispatched
    | DistrictCopied
    | CallerJoined
    | CallerLeft
    | CallersErased
    | CaseSigned
    | HandlingReported
    | CallbackNoted
    | DeadlineMissed
    | CaseReopened
    | CaseClosed
    | ConflictDeclared
    | ConflictLifted
    | WhistleAttached
    | WhistleDetached
    | TransferEvent
    | AssistEvent
    | TimingEvent
)
