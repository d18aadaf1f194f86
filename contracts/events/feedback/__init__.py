"""Events of 回访评价 feedback: the caller is asked, by someone who did not handle the case."""

from contracts.events.feedback.callback import (
    CallbackAnswers,
    CallbackAttempted,
    CallbackCompleted,
    CallbackScheduled,
    CallbackWaived,
    CallbackWaivedV1,
)
from contracts.events.feedback.reading import ReadingNoted, ReadingRefused

__all__ = [
    "CallbackAnswers",
    "CallbackAttempted",
    "CallbackCompleted",
    "CallbackScheduled",
    "CallbackWaived",
    "CallbackWaivedV1",
    "ReadingNoted",
    "ReadingRefused",
]
