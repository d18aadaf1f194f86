"""Events of 受理 intake: what callers bring, and what becomes of it."""

from contracts.events.intake.appeal import (
    AppealAnswered,
    AppealDeclined,
    AppealLinked,
    AppealReceived,
    AppealReceivedV1,
    AppealReceivedV2,
    AppealUnlinked,
    AppealWithdrawn,
    CaseFiled,
    SuggestedClass,
)
from contracts.events.intake.reading import ReadingNoted, ReadingRefused
from contracts.events.intake.subject import (
    ErasureChoice,
    ErasureRejected,
    ErasureRequested,
    PersonalDataRead,
    SubjectCorrected,
    SubjectErased,
    SubjectHeld,
    SubjectHoldLifted,
    SubjectRecorded,
    SubjectsLinked,
    SubjectsUnlinked,
)

__all__ = [
    "AppealAnswered",
    "AppealDeclined",
    "AppealLinked",
    "AppealReceived",
    "AppealReceivedV1",
    "AppealReceivedV2",
    "AppealUnlinked",
    "AppealWithdrawn",
    "CaseFiled",
    "ErasureChoice",
    "ErasureRejected",
    "ErasureRequested",
    "PersonalDataRead",
    "ReadingNoted",
    "ReadingRefused",
    "SubjectCorrected",
    "SubjectErased",
    "SubjectHeld",
    "SubjectHoldLifted",
    "SubjectRecorded",
    "SubjectsLinked",
    "SubjectsUnlinked",
    "SuggestedClass",
]
