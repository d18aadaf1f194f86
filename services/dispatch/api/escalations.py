"""The street asks its district about a unit, and the district sees its queue and answers."""

from fastapi import APIRouter
from pydantic import Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.paging import Cursor, Limit
from chassis.http.texts import LongText, Reason
from chassis.service import Service
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.catalogue import Catalogue
from contracts.ids import (
    UNIT_CODE,
    UNIT_CODE_MAX,
    UnitCode,
    WhistleNo,
    case_of_whistle,
    case_stream,
)
from services.dispatch.access import UNIT_ROLES, Reader, district_listed, read_today
from services.dispatch.api.addresses import (
    PREFIX,
    UnitInPath,
    WhistleInPath,
    whistle_and_case,
    whistle_unit_and_case,
)
from services.dispatch.api.samples import called, escalated
from services.dispatch.api.whistle_steps import proposal, sealed
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.domain.whistle.escalation import (
    AnswerEscalation,
    AskDistrict,
    answer_terms,
)
from services.dispatch.views.escalations import (
    CopyItem,
    CopyStatus,
    EscalationFilter,
    EscalationPage,
    EscalationStatus,
    list_copies,
    list_escalations,
)


class Asking(Body):
    unit: UnitCode = Field(pattern=UNIT_CODE, max_length=UNIT_CODE_MAX)
    reason: Reason


class Answer(Body):
    answer: LongText


def about_one(session: Session, whistle_no: WhistleNo) -> Asking:
    """Ask about the unit that was called first."""
    units = called(session, whistle_no) or [proposal(session, whistle_no).units[0].unit]
    return Asking(unit=units[0], reason="多次催哨仍未到场，请区里督办。")


def escalation_commands(catalogue: Catalogue) -> CommandRoutes:
    """Give the routes that ask the district, and by which it answers."""
    routes = CommandRoutes(PREFIX, "escalations")

    @routes.command(
        "/whistles/{whistle_no}/escalations",
        roles=UNIT_ROLES,
        on=whistle_and_case,
        sample=about_one,
    )
    def ask_district(session: Session, whistle_no: WhistleInPath, body: Asking) -> AskDistrict:
        """Ask the district about a unit that was called (提请督办)."""
        fact = proposal(session, whistle_no)
        facts: CaseFacts = session.state(case_stream(fact.case_no)).facts
        version = catalogue.at(fact.catalogue)
        return AskDistrict(
            whistle_no=whistle_no,
            case_no=fact.case_no,
            unit=body.unit,
            reason=sealed(session, whistle_no, body.reason),
            terms=answer_terms(version, is_erased=facts.are_callers_erased),
            meta=session.meta,
        )

    @routes.command(
        "/whistles/{whistle_no}/escalations/{unit}/answer",
        roles=UNIT_ROLES,
        on=whistle_unit_and_case,
        sample=Answer(answer="已约谈该单位负责人，限今日到场。"),
        candidates=escalated,
    )
    def answer_escalation(
        session: Session, whistle_no: WhistleInPath, unit: UnitInPath, body: Answer
    ) -> AnswerEscalation:
        """Say what the district does about a unit that did not come (督办答复)."""
        return AnswerEscalation(
            whistle_no=whistle_no,
            case_no=case_of_whistle(whistle_no),
            unit=unit,
            answer=sealed(session, whistle_no, body.answer),
            meta=session.meta,
        )

    return routes


def escalation_reads(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes by which a district sees what waits for it."""
    routes = APIRouter(prefix=PREFIX, tags=["escalations"])

    @routes.get("/escalations")
    def get_escalations(
        actor: Reader,
        of: UnitCode | None = None,
        status: EscalationStatus | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> EscalationPage:
        """List what the district was told about units that did not come, with totals."""
        district = district_listed(actor, of, read_today(service, catalogue))
        with service.store.reading() as connection:
            return list_escalations(connection, EscalationFilter(district, status), after, limit)

    @routes.get("/district-copies")
    def get_district_copies(
        actor: Reader,
        of: UnitCode | None = None,
        status: CopyStatus | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[CopyItem]:
        """List the cases that went straight to a street of the district (抄送)."""
        district = district_listed(actor, of, read_today(service, catalogue))
        with service.store.reading() as connection:
            return list_copies(connection, district, status, after, limit)

    return routes
