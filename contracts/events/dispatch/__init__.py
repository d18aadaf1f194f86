"""Events of 派单 dispatch: one unit answers for a case, and may call others by whistle (吹哨)."""

from contracts.events.dispatch.case import (
    CallbackNoted,
    CallerJoined,
    CallerLeft,
    CaseClosed,
    CaseDispatched,
    CaseReopened,
    CaseSigned,
    DeadlineMissed,
    DistrictCopied,
    HandlingReported,
    WhistleAttached,
    WhistleDetached,
)
from contracts.events.dispatch.reading import ReadingNoted, ReadingRefused
from contracts.events.dispatch.whistle import (
    SummonedUnit,
    WhistleApproved,
    WhistleBlown,
    WhistleConcluded,
    WhistleEscalated,
    WhistleProposed,
    WhistleRefused,
    WhistleSettled,
)

__all__ = [
    "CallbackNoted",
    "CallerJoined",
    "CallerLeft",
    "CaseClosed",
    "CaseDispatched",
    "CaseReopened",
    "CaseSigned",
    "DeadlineMissed",
    "DistrictCopied",
    "HandlingReported",
    "ReadingNoted",
    "ReadingRefused",
    "SummonedUnit",
    "WhistleApproved",
    "WhistleAttached",
    "WhistleBlown",
    "WhistleConcluded",
    "WhistleDetached",
    "WhistleEscalated",
    "WhistleProposed",
    "WhistleRefused",
    "WhistleSettled",
]
