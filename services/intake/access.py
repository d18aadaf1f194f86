"""Who may act on an appeal, read its texts, and call its caller."""

from chassis.errors import Forbidden
from chassis.unit_of_work.session import Session
from contracts.events.intake import AppealReceived
from contracts.ids import AppealNo, CaseNo, SubjectId, appeal_stream
from services.intake.domain.appeal.policies import AppealUnknown
from services.intake.domain.appeal.state import RecordedAppeal
from services.intake.views.appeals import find_appeal, may_work_on, stands_in

_CALLING = {"agent", "visitor"}
"""Roles of the hotline that speak with any caller."""


class CaseNotYours(Forbidden):
    """非本单位诉求 (art. 8): texts and contacts are for the units that work on them."""

    code = "case_not_yours"
    zh = "{unit} 没有承办或协办该诉求，不能查看；如需查看请联系承办单位。"
    en = "{unit} neither leads nor assists in this; ask the unit that does."


def fact_of(session: Session, appeal_no: AppealNo) -> AppealReceived:
    """Give what was received. Raises: AppealUnknown."""
    missing = AppealUnknown(appeal_no=appeal_no)
    recorded: RecordedAppeal = session.require(appeal_stream(appeal_no), missing)
    return recorded.fact


def must_be_own(session: Session, appeal_no: AppealNo) -> None:
    """Keep integrators to what they sent themselves. Raises: AppealUnknown, CaseNotYours."""
    actor = session.actor
    if actor.role == "integrator" and fact_of(session, appeal_no).source != actor.unit:
        raise CaseNotYours(unit=actor.unit)


def must_work_on(session: Session, appeal_no: AppealNo) -> None:
    """Let the hotline read any text, a unit those of its own cases. Raises: CaseNotYours."""
    actor, connection = session.actor, session.transaction.reading
    if actor.role in _CALLING:
        return
    found = find_appeal(connection, appeal_no)
    if found is None or not may_work_on(connection, found.case_no, actor.unit):
        raise CaseNotYours(unit=actor.unit)


def must_serve(session: Session, subject: SubjectId, case_no: CaseNo | None) -> None:
    """Let the hotline call anybody, a unit the callers of its own cases unless confidential.

    Raises: CaseNotYours.
    """
    actor, connection = session.actor, session.transaction.reading
    if actor.role in _CALLING:
        return
    if not may_work_on(connection, case_no, actor.unit) or not (
        case_no and stands_in(connection, subject, case_no)
    ):
        raise CaseNotYours(unit=actor.unit)
