"""Erasing a person by two: requested, then approved or rejected, for all records of the person.

Several aggregates decide: every record that is covered, and every appeal that is withdrawn. All
agree or nothing happens.
"""

from collections.abc import Sequence
from typing import Literal

from chassis.unit_of_work.session import Session
from contracts.events.intake import ErasureChoice
from contracts.ids import SubjectId, appeal_stream, subject_stream
from contracts.instant import SHANGHAI
from services.intake.domain.appeal.state import Filed, Linked, Received
from services.intake.domain.appeal.withdrawing import WithdrawAppeal
from services.intake.domain.subject.erasing import ApproveErasure
from services.intake.domain.subject.policies import (
    must_be_known,
    must_be_processed,
    must_be_requested,
)
from services.intake.domain.subject.rejecting import RejectErasure
from services.intake.domain.subject.requesting import RequestErasure, must_be_chosen
from services.intake.persons import everyone, unindex
from services.intake.views.persons import appeals_of

__all__ = ["Ground", "approve_erasure", "reject_erasure", "request_erasure"]

Ground = Literal["request", "retention"]


def request_erasure(
    session: Session,
    subject: SubjectId,
    ground: Ground,
    choices: Sequence[ErasureChoice],
    reason: str,
) -> None:
    """Request the erasure of a person in all their records.

    Raises: SubjectUnknown, SubjectAlreadyErased, ErasureUnderWay, OpenAppealsNotChosen,
    ChoiceNotOpen.
    """
    must_be_processed(subject, session.state(subject_stream(subject)))
    covers = everyone(session.state, subject)
    appeals = appeals_of(session.transaction.reading, covers)
    must_be_chosen([one.appeal_no for one in appeals if one.is_open], choices)
    for one in covers:
        stream = subject_stream(one)
        command = RequestErasure(
            subject=one,
            covers=covers,
            ground=ground,
            choices=tuple(sorted(choices, key=lambda choice: choice.appeal_no)),
            reason=session.texts.seal(reason, stream),
            meta=session.meta,
        )
        session.execute(command, stream)


def approve_erasure(session: Session, subject: SubjectId) -> None:
    """Approve a request: withdraw what was chosen, and destroy what is known of the person.

    Raises: SubjectUnknown, SubjectAlreadyErased, ErasureNotRequested, ErasureNeedsAnother,
    SubjectIsHeld, ErasureLimitReached.
    """
    stream = subject_stream(subject)
    request = must_be_requested(subject, must_be_known(subject, session.state(stream)))
    session.reply_with(stream)
    appeals = appeals_of(session.transaction.reading, request.covers)
    still_open = {one.appeal_no for one in appeals if one.is_open}
    # Withdrawn before the person is gone: a case that only they waited for is closed, not orphaned.
    for choice in request.choices:
        if choice.choice == "withdraw" and choice.appeal_no in still_open:
            _withdraw(session, choice)
    day = f"{session.now.astimezone(SHANGHAI):%y%m%d}"
    count = session.names.next_number(f"erasures/{day}")
    persons = [subject_stream(one) for one in request.covers]
    for one, of_one in zip(request.covers, persons, strict=True):
        command = ApproveErasure(subject=one, count_today=count, meta=session.meta)
        session.execute(command, of_one)
        session.texts.destroy_key(of_one)
        unindex(session, of_one)
    session.names.forget(*persons, *(appeal_stream(one.appeal_no) for one in appeals))


def reject_erasure(session: Session, subject: SubjectId, reason: str) -> None:
    """Reject a request: the records are used as before.

    Raises: SubjectUnknown, SubjectAlreadyErased, ErasureNotRequested.
    """
    state = session.state(subject_stream(subject))
    request = must_be_requested(subject, must_be_known(subject, state))
    session.reply_with(subject_stream(subject))
    for one in request.covers:
        stream = subject_stream(one)
        sealed = session.texts.seal(reason, stream)
        session.execute(RejectErasure(subject=one, reason=sealed, meta=session.meta), stream)


def _withdraw(session: Session, choice: ErasureChoice) -> None:
    stream = appeal_stream(choice.appeal_no)
    if isinstance(session.state(stream), Received | Filed | Linked):
        session.execute(WithdrawAppeal(appeal_no=choice.appeal_no, meta=session.meta), stream)
