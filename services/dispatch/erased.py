"""Which of those who wait for a case have been erased by now."""

from chassis.unit_of_work.session import Session
from contracts.ids import SubjectId, subject_stream
from services.dispatch.domain.case.state import CaseFacts


def erased_of(session: Session, facts: CaseFacts) -> frozenset[SubjectId]:
    """Give the erased among the callers of a case."""
    subjects = {caller.subject for caller in facts.callers if caller.subject is not None}
    return frozenset(one for one in subjects if session.texts.is_erased(subject_stream(one)))
