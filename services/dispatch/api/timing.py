"""What is done about the time of a case: contact, stages, extension, suspension, revision."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.texts import Reason
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue
from contracts.ids import AppealNo, CaseNo, case_stream
from contracts.instant import SHANGHAI
from contracts.sealed import Sealed
from contracts.values import SuspensionPool
from services.dispatch.access import LEADER_ROLES, REVISING_ROLES, RULING_ROLES, UNIT_ROLES
from services.dispatch.api.addresses import PREFIX, CaseInPath, case
from services.dispatch.domain.case.contacting import NoteContact
from services.dispatch.domain.case.decider import CaseUnknown
from services.dispatch.domain.case.extending import DenyExtension, GrantExtension, RequestExtension
from services.dispatch.domain.case.revising import ReviseDeadlines
from services.dispatch.domain.case.staging import ReachStage
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.domain.case.suspending import (
    ApproveSuspension,
    DenySuspension,
    RequestSuspension,
    ResumeCase,
)
from services.dispatch.domain.terms import Terms, terms_of
from services.dispatch.erased import erased_of

WORKDAYS_MAX = 100

StageInPath = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
TermsOf = Callable[[Session, CaseNo], Terms]


class ContactTried(Body):
    """Whom a unit called, the first caller who can be called unless named, and with what result."""

    appeal_no: AppealNo | None = Field(default=None, max_length=64)
    result: Literal["reached", "unreachable"]


class ExtensionAsked(Body):
    workdays: Annotated[int, Field(ge=1, le=WORKDAYS_MAX)]
    reason: Reason


class SuspensionAsked(Body):
    pool: SuspensionPool
    reason: Reason
    review_on: date


class Denial(Body):
    reason: Reason


REACHED = ContactTried(result="reached")
ONE_DAY = ExtensionAsked(workdays=1, reason="配件到货需一个工作日，已告知来电人。")
DENIAL = Denial(reason="理由不充分，请按期办理。")


def until_tomorrow(session: Session, **_of_case: str) -> SuspensionAsked:
    """Ask to let the case wait until tomorrow."""
    tomorrow = session.now.astimezone(SHANGHAI).date() + timedelta(days=1)
    return SuspensionAsked(pool="season", reason="须待供暖季结束后施工。", review_on=tomorrow)


def timing_commands(catalogue: Catalogue) -> CommandRoutes:
    """Give the routes that command the clocks of a case."""
    routes = CommandRoutes(PREFIX, "cases")

    def terms(session: Session, case_no: CaseNo) -> Terms:
        facts = _facts(session, case_no)
        return terms_of(catalogue.at(facts.catalogue), facts.matter)

    _progress(routes, terms)
    _extension(routes, terms)
    _suspension(routes, terms)

    @routes.command("/cases/{case_no}/deadline-revision", roles=REVISING_ROLES, on=case)
    def revise_deadlines(session: Session, case_no: CaseInPath) -> ReviseDeadlines:
        """Count provisional deadlines by the calendar that is in force now (时限核定)."""
        version = catalogue.current(session.now.astimezone(SHANGHAI).date())
        return ReviseDeadlines(
            case_no=case_no,
            calendar=version.calendar,
            policies=terms(session, case_no).policies,
            meta=session.meta,
        )

    return routes


def _progress(routes: CommandRoutes, terms: TermsOf) -> None:
    @routes.command("/cases/{case_no}/contacts", roles=UNIT_ROLES, on=case, sample=REACHED)
    def note_contact(session: Session, case_no: CaseInPath, body: ContactTried) -> NoteContact:
        """Record a call to a caller (联系来电人)."""
        return NoteContact(
            case_no=case_no,
            appeal_no=body.appeal_no,
            result=body.result,
            erased=erased_of(session, _facts(session, case_no)),
            policies=terms(session, case_no).policies,
            meta=session.meta,
        )

    def stages(session: Session, case_no: CaseNo) -> list[str]:
        return [stage.code for stage in terms(session, case_no).stages]

    @routes.command("/cases/{case_no}/stages/{stage}", roles=UNIT_ROLES, on=case, candidates=stages)
    def reach_stage(session: Session, case_no: CaseInPath, stage: StageInPath) -> ReachStage:
        """Record that a stage of the matter is done (阶段完成)."""
        return ReachStage(
            case_no=case_no, stage=stage, terms=terms(session, case_no), meta=session.meta
        )


def _extension(routes: CommandRoutes, terms: TermsOf) -> None:
    @routes.command("/cases/{case_no}/extension", roles=UNIT_ROLES, on=case, sample=ONE_DAY)
    def request_extension(
        session: Session, case_no: CaseInPath, body: ExtensionAsked
    ) -> RequestExtension:
        """Ask for more time to handle, with the reason that the caller is given (申请延期)."""
        return RequestExtension(
            case_no=case_no,
            workdays=body.workdays,
            reason=_sealed(session, case_no, body.reason),
            policies=terms(session, case_no).policies,
            meta=session.meta,
        )

    @routes.command("/cases/{case_no}/extension/grant", roles=RULING_ROLES, on=case)
    def grant_extension(session: Session, case_no: CaseInPath) -> GrantExtension:
        """Grant the time that was asked for (准予延期)."""
        found = terms(session, case_no)
        return GrantExtension(
            case_no=case_no, calendar=found.calendar, policies=found.policies, meta=session.meta
        )

    @routes.command("/cases/{case_no}/extension/denial", roles=RULING_ROLES, on=case, sample=DENIAL)
    def deny_extension(session: Session, case_no: CaseInPath, body: Denial) -> DenyExtension:
        """Turn the request for more time down, with a reason (不予延期)."""
        reason = _sealed(session, case_no, body.reason)
        return DenyExtension(case_no=case_no, reason=reason, meta=session.meta)


def _suspension(routes: CommandRoutes, terms: TermsOf) -> None:
    @routes.command("/cases/{case_no}/suspension", roles=UNIT_ROLES, on=case, sample=until_tomorrow)
    def request_suspension(
        session: Session, case_no: CaseInPath, body: SuspensionAsked
    ) -> RequestSuspension:
        """Ask the district to let the case wait until a day of review (申请挂账)."""
        return RequestSuspension(
            case_no=case_no,
            pool=body.pool,
            reason=_sealed(session, case_no, body.reason),
            review_on=body.review_on,
            policies=terms(session, case_no).policies,
            meta=session.meta,
        )

    @routes.command("/cases/{case_no}/suspension/approval", roles=LEADER_ROLES, on=case)
    def approve_suspension(session: Session, case_no: CaseInPath) -> ApproveSuspension:
        """Let the case wait for the district (准予挂账): its clocks stand still."""
        return ApproveSuspension(case_no=case_no, terms=terms(session, case_no), meta=session.meta)

    @routes.command(
        "/cases/{case_no}/suspension/denial", roles=LEADER_ROLES, on=case, sample=DENIAL
    )
    def deny_suspension(session: Session, case_no: CaseInPath, body: Denial) -> DenySuspension:
        """Turn the request to wait down, with a reason (不予挂账)."""
        reason = _sealed(session, case_no, body.reason)
        return DenySuspension(case_no=case_no, reason=reason, meta=session.meta)

    @routes.command("/cases/{case_no}/resumption", roles=RULING_ROLES, on=case)
    def resume_case(session: Session, case_no: CaseInPath) -> ResumeCase:
        """Let the case go on with the time that was left (销账)."""
        return ResumeCase(case_no=case_no, terms=terms(session, case_no), meta=session.meta)


def _facts(session: Session, case_no: CaseNo) -> CaseFacts:
    facts: CaseFacts = session.require(case_stream(case_no), CaseUnknown(case_no=case_no)).facts
    return facts


def _sealed(session: Session, case_no: CaseNo, text: str) -> Sealed:
    subject = _facts(session, case_no).subject
    return session.texts.seal_for(subject, case_stream(case_no), text)
