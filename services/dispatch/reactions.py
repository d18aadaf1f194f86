"""What dispatch does when another service says something."""

from chassis.unit_of_work.definition import Reaction
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue
from contracts.envelope import Envelope
from contracts.events import enforcement, feedback, intake
from contracts.events.dispatch import CaseDispatched
from contracts.values import Caller
from services.dispatch.domain.case_commands import (
    CallbackOfOtherRound,
    CaseIsClosed,
    CaseUnknown,
    DispatchCase,
    JoinCaller,
    LeaveCaller,
    NoteCallback,
)
from services.dispatch.domain.case_state import CaseState, NoCase
from services.dispatch.domain.routing import Terms, route, terms_of
from services.dispatch.domain.whistle import ConcludeWhistle, EscalateWhistle

__all__ = ["reactions"]


class _Reactions:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def dispatch(self, session: Session, event: intake.CaseFiled, _envelope: Envelope) -> None:
        """Route a new case and start its clocks, now and not when the caller says it was."""
        catalogue = self._catalogue.at(event.catalogue)
        chosen = route(catalogue, event.street, event.matter)
        terms = terms_of(catalogue, event.matter)
        dispatched = CaseDispatched(
            case_no=event.case_no,
            round=1,
            unit=chosen.unit,
            street=event.street,
            matter=event.matter,
            kind=event.kind,
            callers=(Caller(appeal_no=event.case_no, subject=event.subject),),
            confidential=event.confidential,
            routed_by=chosen.routed_by,
            catalogue=event.catalogue,
            deadlines=terms.deadlines(1, session.now),
            dispatched_at=session.now,
        )
        session.execute(
            DispatchCase(event=dispatched, district=chosen.district), f"case-{event.case_no}"
        )

    def join(self, session: Session, event: intake.AppealLinked, _envelope: Envelope) -> None:
        """Let a linked appeal's caller wait for the case too."""
        caller = Caller(appeal_no=event.appeal_no, subject=event.subject)
        session.execute(
            JoinCaller(
                case_no=event.case_no,
                caller=caller,
                terms=self._terms(session, event.case_no),
                at=session.now,
            ),
            f"case-{event.case_no}",
        )

    def leave(
        self,
        session: Session,
        event: intake.AppealUnlinked | intake.AppealWithdrawn,
        _envelope: Envelope,
    ) -> None:
        """Let a caller go; without any the case is withdrawn."""
        if event.case_no is None:
            return
        session.execute(
            LeaveCaller(
                case_no=event.case_no,
                caller=Caller(appeal_no=event.appeal_no, subject=event.subject),
                terms=self._terms(session, event.case_no),
                at=session.now,
            ),
            f"case-{event.case_no}",
        )

    def note_callback(
        self,
        session: Session,
        event: feedback.CallbackCompleted | feedback.CallbackWaived,
        _envelope: Envelope,
    ) -> None:
        """Note what a caller said, or that nobody will be asked.

        A caller who left is no longer waited for: dispatch said so itself, and may have taken the
        caller back since.
        """
        if isinstance(event, feedback.CallbackWaived) and event.ground == "caller_left":
            return
        answers = event.answers if isinstance(event, feedback.CallbackCompleted) else None
        session.execute(
            NoteCallback(
                case_no=event.case_no,
                callback_no=event.callback_no,
                appeal_no=event.appeal_no,
                round=event.round,
                resolved=answers.resolved if answers else None,
                satisfaction=answers.satisfaction if answers else None,
                terms=self._terms(session, event.case_no),
                at=session.now,
            ),
            f"case-{event.case_no}",
        )

    def escalate(
        self, session: Session, event: enforcement.UnitReportMissed, _envelope: Envelope
    ) -> None:
        """Tell the district that a unit did not come in time."""
        session.execute(
            EscalateWhistle(
                whistle_no=event.operation_no,
                late_unit=event.unit,
                due_at=event.due_at,
                at=session.now,
            ),
            f"whistle-{event.operation_no}",
        )

    def conclude(
        self, session: Session, event: enforcement.OperationConcluded, _envelope: Envelope
    ) -> None:
        """Put the result before the street."""
        session.execute(
            ConcludeWhistle(whistle_no=event.operation_no, at=session.now),
            f"whistle-{event.operation_no}",
        )

    def erase(self, session: Session, event: intake.SubjectErased, _envelope: Envelope) -> None:
        """Destroy this service's own key of the person."""
        session.destroy_key(f"subject-{event.subject}")

    def _terms(self, session: Session, case_no: str) -> Terms:
        """Give the limits that the case was dispatched under."""
        stream = f"case-{case_no}"
        state: CaseState = session.state(stream)
        if isinstance(state, NoCase):
            unknown = CaseUnknown(case_no=case_no)
            unknown.stream = stream
            raise unknown
        return terms_of(self._catalogue.at(state.facts.catalogue), state.facts.matter)


def reactions(catalogue: Catalogue) -> dict[str, Reaction]:
    """Give the reactions by wire name, with the refusals that are expected."""
    own = _Reactions(catalogue)
    return {
        intake.CaseFiled.wire: Reaction(own.dispatch),
        intake.AppealLinked.wire: Reaction(own.join, (CaseIsClosed,)),
        intake.AppealUnlinked.wire: Reaction(own.leave),
        intake.AppealWithdrawn.wire: Reaction(own.leave),
        intake.SubjectErased.wire: Reaction(own.erase),
        enforcement.UnitReportMissed.wire: Reaction(own.escalate),
        enforcement.OperationConcluded.wire: Reaction(own.conclude),
        feedback.CallbackCompleted.wire: Reaction(own.note_callback, (CallbackOfOtherRound,)),
        feedback.CallbackWaived.wire: Reaction(own.note_callback, (CallbackOfOtherRound,)),
    }
