"""Who may act on an appeal, read its texts, and call its caller."""

from collections.abc import Sequence

from sqlalchemy import Connection

from chassis.errors import OfficerRecused, Refusal
from chassis.unit_of_work.session import Session
from contracts.envelope import Actor
from contracts.events.intake import AppealReceived
from contracts.ids import AppealNo, CaseNo, appeal_stream, case_of_appeal
from services.intake.domain.appeal.policies import AppealUnknown
from services.intake.domain.appeal.state import Filed, Linked, RecordedAppeal, Withdrawn
from services.intake.domain.rights import (
    CallbackNotDue,
    CaseNotYours,
    must_be_told,
    must_call,
    must_read_texts,
)
from services.intake.views.rights import is_callback_due, is_recused, tasks_of

_HOTLINE = {"agent", "dispatcher", "visitor"}
"""Roles that may be asked about any case."""
_LEADERS = {"leader", "director"}
_PERSONS = {"agent", "auditor", "operator"}
"""Roles that may tell that two appeals are of one person."""


class CallerAnonymous(Refusal):
    """匿名诉求 (art. 10): the caller left neither name nor number."""

    code = "caller_anonymous"
    zh = "诉求 {appeal_no} 为匿名，没有联系方式；可凭诉求编号由来电人自行查询。"
    en = "Appeal {appeal_no} is anonymous and has no contact; the caller asks by its number."


def recorded(session: Session, appeal_no: AppealNo) -> RecordedAppeal:
    """Give an appeal. Raises: AppealUnknown."""
    missing = AppealUnknown(appeal_no=appeal_no)
    found: RecordedAppeal = session.require(appeal_stream(appeal_no), missing)
    return found


def fact_of(session: Session, appeal_no: AppealNo) -> AppealReceived:
    """Give what was received. Raises: AppealUnknown."""
    return recorded(session, appeal_no).fact


def case_of(appeal: RecordedAppeal) -> CaseNo | None:
    """Give the case that an appeal made or waits for, or did."""
    match appeal:
        case Filed(fact=fact):
            return case_of_appeal(fact.appeal_no)
        case Linked(case_no=case_no) | Withdrawn(case_no=case_no):
            return case_no
        case _:
            return None


def sees_persons(actor: Actor) -> bool:
    """Say whether an actor is told which person an appeal is of."""
    return actor.role in _PERSONS


def must_be_own(session: Session, appeal_no: AppealNo) -> None:
    """Keep integrators to what they sent themselves. Raises: AppealUnknown, CaseNotYours."""
    actor = session.actor
    if actor.role == "integrator" and fact_of(session, appeal_no).source != actor.unit:
        raise CaseNotYours(unit=actor.unit)


def must_work_on(session: Session, appeal: RecordedAppeal, *, is_for_reason: bool = False) -> None:
    """Let the hotline read any text, a unit those of its own cases while its right lasts.

    Raises: OfficerRecused, CaseNotYours, TextsOutOfTime.
    """
    actor = session.actor
    must_not_be_recused(session.transaction.reading, actor, case_of(appeal))
    if actor.role in _HOTLINE:
        return
    tasks = tasks_of(session.transaction.reading, case_of(appeal), actor.unit)
    is_leaders = is_for_reason and actor.role in _LEADERS
    must_read_texts(actor.unit, tasks, appeal.fact.kind, session.now, is_for_reason=is_leaders)


def must_serve(session: Session, appeal: RecordedAppeal, fields: Sequence[str]) -> None:
    """Let an agent call anybody, a visitor whom to call is due, a unit the callers of its cases.

    Raises: OfficerRecused, CallbackNotDue, CaseNotYours, ContactOutOfTime, CallerConfidential,
    PhoneByRelayOnly.
    """
    actor, connection, fact = session.actor, session.transaction.reading, appeal.fact
    must_not_be_recused(connection, actor, case_of(appeal))
    if actor.role == "agent":
        return
    if actor.role == "visitor":
        if not is_callback_due(connection, fact.appeal_no):
            raise CallbackNotDue(appeal_no=fact.appeal_no)
        return
    tasks = tasks_of(connection, case_of(appeal), actor.unit)
    must_call(actor.unit, tasks)
    must_be_told(fields, tasks, is_confidential=fact.confidential)


def must_not_be_recused(connection: Connection, actor: Actor, case_no: CaseNo | None) -> None:
    """Keep out who has a conflict of interest in a case (回避). Raises: OfficerRecused."""
    if is_recused(connection, case_no, actor.person):
        raise OfficerRecused(case_no=case_no)


def must_act_on(session: Session, appeal_no: AppealNo) -> None:
    """Let an integrator act on its own appeals, and nobody on a case that they are recused from.

    Raises: AppealUnknown, CaseNotYours, OfficerRecused.
    """
    must_be_own(session, appeal_no)
    case_no = case_of(recorded(session, appeal_no))
    must_not_be_recused(session.transaction.reading, session.actor, case_no)
