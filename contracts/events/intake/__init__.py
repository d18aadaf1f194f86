"""Events of 受理 intake: what callers bring, and what becomes of it."""

from contracts.events.intake.appeal import (
    AppealAnswered,
    AppealDeclined,
    AppealLinked,
    AppealReceived,
    AppealUnlinked,
    AppealWithdrawn,
    CaseFiled,
    SuggestedClass,
)
from contracts.events.intake.reading import ReadingNoted, ReadingRefused
from contracts.events.intake.subject import PersonalDataRead, SubjectErased, SubjectRecorded

__all__ = [
    "AppealAnswered",
    "AppealDeclined",
    "AppealLinked",
    "AppealReceived",
    "AppealUnlinked",
    "AppealWithdrawn",
    "CaseFiled",
    "PersonalDataRead",
    "ReadingNoted",
    "ReadingRefused",
    "SubjectErased",
    "SubjectRecorded",
    "SuggestedClass",
]
