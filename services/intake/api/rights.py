"""Whose an appeal is: who may act on it, read its texts, and call its caller."""

from chassis.errors import Forbidden
from chassis.unit_of_work.session import Session
from contracts.events.intake import AppealReceived
from services.intake.domain.appeal import AppealState, AppealUnknown, NoAppeal
from services.intake.views.appeals import find_appeal, may_work_on, stands_in

__all__ = ["CaseNotYours", "fact_of", "must_be_own", "must_serve", "must_work_on", "owners"]


class CaseNotYours(Forbidden):
    code = "case_not_yours"
    zh = "{unit} 没有承办或协办该诉求，不能查看；如需查看请联系承办单位。"
    en = "{unit} neither leads nor assists in this; ask the unit that does."


def fact_of(session: Session, appeal_no: str) -> AppealReceived:
    """Give what was received. Raises: AppealUnknown."""
    state: AppealState = session.state(f"appeal-{appeal_no}")
    if isinstance(state, NoAppeal):
        raise AppealUnknown(appeal_no=appeal_no)
    return state.fact


def owners(session: Session, appeal_no: str) -> tuple[str, ...]:
    """Whose key an agent's words about an appeal are kept under."""
    subject = fact_of(session, appeal_no).subject
    own = f"appeal-{appeal_no}"
    return (f"subject-{subject}", own) if subject else (own,)


def must_be_own(session: Session, appeal_no: str) -> None:
    """Keep integrators to what they sent themselves. Raises: CaseNotYours."""
    actor = session.actor
    if actor.role == "integrator" and fact_of(session, appeal_no).source != actor.unit:
        raise CaseNotYours(unit=actor.unit)


def must_work_on(session: Session, appeal_no: str) -> None:
    """Hotline staff may read any text, units those of their own cases."""
    actor = session.actor
    if actor.role in {"agent", "visitor"}:
        return
    row = find_appeal(session.connection, appeal_no)
    if row is None or not may_work_on(session.connection, row["case_no"], actor.unit):
        raise CaseNotYours(unit=actor.unit)


def must_serve(session: Session, subject: str, case_no: str | None) -> None:
    """Hotline staff may call anybody, units the callers of their own cases unless confidential."""
    actor, connection = session.actor, session.connection
    if actor.role in {"agent", "visitor"}:
        return
    if not may_work_on(connection, case_no, actor.unit) or not (
        case_no and stands_in(connection, subject, case_no)
    ):
        raise CaseNotYours(unit=actor.unit)
