"""What dispatch does about the events of other services."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from chassis.unit_of_work.definition import Reaction
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events import enforcement, feedback, intake
from contracts.events.dispatch import WhistleProposed
from contracts.ids import (
    AppealNo,
    CaseNo,
    WhistleNo,
    case_stream,
    subject_stream,
    whistle_of_operation,
    whistle_stream,
)
from contracts.values import Caller
from services.dispatch.domain.case.callers import JoinCaller, LeaveCaller
from services.dispatch.domain.case.decider import CaseIsClosed, CaseUnknown
from services.dispatch.domain.case.dispatching import DispatchCase
from services.dispatch.domain.case.erasure import NoteErasure
from services.dispatch.domain.case.rounds import CallbackOfOtherRound, NoteCallback
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.domain.routing import rows_of
from services.dispatch.domain.terms import Terms, terms_of
from services.dispatch.domain.whistle.adding import ExcuseUnit
from services.dispatch.domain.whistle.decider import WhistleUnknown
from services.dispatch.domain.whistle.escalation import (
    AnswerTerms,
    EscalateWhistle,
    answer_terms,
)
from services.dispatch.domain.whistle.settlement import ConcludeWhistle
from services.dispatch.erased import erased_of
from services.dispatch.views.callers import cases_of, remember_caller


class _Reactions:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def dispatch(self, session: Session, event: intake.CaseFiled, _envelope: Envelope) -> None:
        """Dispatch a new case; its clocks run from now and not from when the caller called."""
        catalogue = self._catalogue.at(event.catalogue)
        command = DispatchCase(
            case_no=event.case_no,
            caller=Caller(appeal_no=AppealNo(event.case_no), subject=event.subject),
            kind=event.kind,
            confidential=event.confidential,
            rows=rows_of(catalogue, event.street, event.matter),
            meta=session.meta,
        )
        session.execute(command, case_stream(event.case_no))
        remember_caller(session.connection, event.case_no, command.caller)
        _note_if_erased(session, event.case_no)

    def join(self, session: Session, event: intake.AppealLinked, _envelope: Envelope) -> None:
        """Add the caller of a linked appeal to the case."""
        command = JoinCaller(
            case_no=event.case_no,
            caller=Caller(appeal_no=event.appeal_no, subject=event.subject),
            terms=self._terms(session, event.case_no),
            meta=session.meta,
        )
        session.execute(command, case_stream(event.case_no))
        remember_caller(session.connection, event.case_no, command.caller)
        _note_if_erased(session, event.case_no)

    def leave(
        self,
        session: Session,
        event: intake.AppealUnlinked | intake.AppealWithdrawn,
        _envelope: Envelope,
    ) -> None:
        """Take the caller off the case, if the appeal was part of one."""
        if event.case_no is None:
            return
        command = LeaveCaller(
            case_no=event.case_no,
            caller=Caller(appeal_no=event.appeal_no, subject=event.subject),
            terms=self._terms(session, event.case_no),
            meta=session.meta,
        )
        session.execute(command, case_stream(event.case_no))
        _note_if_erased(session, event.case_no)

    def note_callback(
        self,
        session: Session,
        event: feedback.CallbackCompleted | feedback.CallbackWaived,
        _envelope: Envelope,
    ) -> None:
        """Note what a caller said, or that nobody will be asked.

        A call-back waived because its caller left changes nothing: dispatch itself recorded the
        leaving, and the caller may have joined again since.
        """
        if isinstance(event, feedback.CallbackWaived) and event.ground == "caller_left":
            return
        answers = event.answers if isinstance(event, feedback.CallbackCompleted) else None
        command = NoteCallback(
            case_no=event.case_no,
            callback_no=event.callback_no,
            appeal_no=event.appeal_no,
            round=event.round,
            resolved=answers.resolved if answers else None,
            satisfaction=answers.satisfaction if answers else None,
            terms=self._terms(session, event.case_no),
            meta=session.meta,
        )
        session.execute(command, case_stream(event.case_no))

    def escalate(
        self, session: Session, event: enforcement.UnitReportMissed, _envelope: Envelope
    ) -> None:
        """Name a unit that did not come in time to the district, if the miss counts."""
        if event.counts:
            self._tell_district(session, event, "not_reported", event.due_at, "")

    def name_absent(
        self, session: Session, event: enforcement.UnitNamedAbsent, _envelope: Envelope
    ) -> None:
        """Name a unit to the district that the street goes on without."""
        self._tell_district(session, event, "absent", None, event.named_by)

    def _tell_district(
        self,
        session: Session,
        event: enforcement.UnitReportMissed | enforcement.UnitNamedAbsent,
        ground: Literal["not_reported", "absent"],
        due_at: datetime | None,
        by: str,
    ) -> None:
        whistle_no = whistle_of_operation(event.operation_no)
        command = EscalateWhistle(
            whistle_no=whistle_no,
            unit=event.unit,
            ground=ground,
            due_at=due_at,
            escalated_by=by,
            terms=self._answer_terms(session, whistle_no),
            meta=session.meta,
        )
        session.execute(command, whistle_stream(whistle_no))

    def excuse(
        self, session: Session, event: enforcement.ContestRuled, _envelope: Envelope
    ) -> None:
        """Note that a unit owes nothing, because the district upheld its contest."""
        if event.outcome == "upheld":
            whistle_no = whistle_of_operation(event.operation_no)
            command = ExcuseUnit(whistle_no=whistle_no, unit=event.unit, meta=session.meta)
            session.execute(command, whistle_stream(whistle_no))

    def conclude(
        self, session: Session, event: enforcement.OperationConcluded, _envelope: Envelope
    ) -> None:
        """Put the result before the street."""
        whistle_no = whistle_of_operation(event.operation_no)
        command = ConcludeWhistle(whistle_no=whistle_no, units=event.units, meta=session.meta)
        session.execute(command, whistle_stream(whistle_no))

    def erase(self, session: Session, event: intake.SubjectErased, _envelope: Envelope) -> None:
        """Destroy this service's own key of the person, and tell the person's cases."""
        session.texts.destroy_key(subject_stream(event.subject))
        for case_no in cases_of(session.connection, event.subject):
            _note_erasure(session, case_no)

    def _answer_terms(self, session: Session, whistle_no: WhistleNo) -> AnswerTerms | None:
        """Give the district's time to answer. Raises: WhistleUnknown."""
        unknown = WhistleUnknown(whistle_no=whistle_no)
        fact: WhistleProposed = session.require(whistle_stream(whistle_no), unknown).fact
        facts: CaseFacts = session.state(case_stream(fact.case_no)).facts
        version = self._catalogue.at(fact.catalogue)
        return answer_terms(version, is_erased=facts.are_callers_erased)

    def _terms(self, session: Session, case_no: CaseNo) -> Terms:
        """Give the limits that the case was dispatched under. Raises: CaseUnknown."""
        unknown = CaseUnknown(case_no=case_no)
        facts: CaseFacts = session.require(case_stream(case_no), unknown).facts
        return terms_of(self._catalogue.at(facts.catalogue), facts.matter)


def _note_if_erased(session: Session, case_no: CaseNo) -> None:
    """Tell a case whose callers changed which of them have been erased, if any has.

    An erasure and what brings a caller to a case have different keys and come in either order.
    """
    facts: CaseFacts = session.state(case_stream(case_no)).facts
    if erased_of(session, facts):
        _note_erasure(session, case_no)


def _note_erasure(session: Session, case_no: CaseNo) -> None:
    """Tell a case which callers have been erased; with the last one its own texts go as well."""
    stream = case_stream(case_no)
    before: CaseFacts = session.state(stream).facts
    command = NoteErasure(case_no=case_no, erased=erased_of(session, before), meta=session.meta)
    session.execute(command, stream)
    after: CaseFacts = session.state(stream).facts
    if after.are_callers_erased and not before.are_callers_erased:
        session.texts.renew_key(stream)


def reactions(catalogue: Catalogue) -> Mapping[type[Event], Reaction]:
    """Give the reactions, with the refusals that are expected."""
    own = _Reactions(catalogue)
    return {
        intake.CaseFiled: Reaction(own.dispatch),
        intake.AppealLinked: Reaction(own.join, (CaseIsClosed,)),
        intake.AppealUnlinked: Reaction(own.leave),
        intake.AppealWithdrawn: Reaction(own.leave),
        intake.SubjectErased: Reaction(own.erase),
        enforcement.UnitReportMissed: Reaction(own.escalate),
        enforcement.UnitNamedAbsent: Reaction(own.name_absent),
        enforcement.ContestRuled: Reaction(own.excuse),
        enforcement.OperationConcluded: Reaction(own.conclude),
        feedback.CallbackCompleted: Reaction(own.note_callback, (CallbackOfOtherRound,)),
        feedback.CallbackWaived: Reaction(own.note_callback, (CallbackOfOtherRound,)),
    }
