"""Assisting units (协办): the lead asks, the unit answers, and both read what was written."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.errors import quotable
from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.paging import Cursor, Limit
from chassis.http.texts import LongText, Reason
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.catalogue import Catalogue, UnknownUnit
from contracts.events.dispatch import AssistAnswered, AssistRequested
from contracts.ids import UNIT_CODE, UNIT_CODE_MAX, CaseNo, UnitCode, case_stream
from contracts.instant import SHANGHAI
from contracts.sealed import Sealed
from services.dispatch.access import UNIT_ROLES, Reader, must_not_be_recused, sees_whole_city
from services.dispatch.api.addresses import PREFIX, CaseInPath, ReadsAssists, UnitInPath, case
from services.dispatch.api.samples import TEXT, asked_to_assist, department, facts_of
from services.dispatch.api.transfers import UnitUnknown
from services.dispatch.domain.case.assisting import (
    AnswerAssist,
    AssistNotAsked,
    RequestAssist,
    WithdrawAssist,
)
from services.dispatch.domain.case.decider import CaseUnknown
from services.dispatch.domain.case.policies import CaseNotYours
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.domain.terms import terms_of
from services.dispatch.views.assists import AssistFilter, AssistItem, list_assists


class Asking(Body):
    """Whom the lead asks for what; `reason` where the list does not name the unit."""

    unit: Annotated[UnitCode, Field(pattern=UNIT_CODE, max_length=UNIT_CODE_MAX)]
    request: LongText
    reason: Reason | None = None


class Answering(Body):
    """What the unit gives, or why it cannot."""

    answer: LongText


class AssistTexts(BaseModel):
    """What was asked and answered, last; None for what is not there, or was erased."""

    case_no: CaseNo
    unit: UnitCode
    request: str | None
    reason: str | None
    answer: str | None


def assist_commands(catalogue: Catalogue) -> CommandRoutes:
    """Give the routes that ask, answer and take back."""
    routes = CommandRoutes(PREFIX, "assists")

    def asking(session: Session, case_no: CaseNo) -> Asking:
        """Ask a unit of the list that was not asked yet, else any department."""
        facts = facts_of(session, case_no)
        besides = {facts.unit, *asked_to_assist(session, case_no)}
        listed = next((unit for unit in facts.assisting if unit not in besides), None)
        unit = listed or department(session, catalogue, facts, *besides)
        return Asking(unit=unit, request=TEXT, reason="现场需要其到场配合。")

    @routes.command(
        "/cases/{case_no}/assists", roles=UNIT_ROLES, on=case, status=201, sample=asking
    )
    def request_assist(session: Session, case_no: CaseInPath, body: Asking) -> RequestAssist:
        """Ask a unit to assist (请求协办); the lead stays accountable."""
        facts = _facts(session, case_no)
        today = session.now.astimezone(SHANGHAI).date()
        try:
            asked = catalogue.current(today).unit(body.unit)
        except UnknownUnit:
            raise UnitUnknown(unit=quotable(body.unit)) from None
        return RequestAssist(
            case_no=case_no,
            asked=asked,
            reason=_sealed(session, facts, body.reason) if body.reason else None,
            request=_sealed(session, facts, body.request),
            terms=terms_of(catalogue.at(facts.catalogue), facts.matter),
            meta=session.meta,
        )

    @routes.command(
        "/cases/{case_no}/assists/{unit}/answer",
        roles=UNIT_ROLES,
        on=case,
        sample=Answering(answer="已到场配合，建议由主责单位加装护栏。"),
        candidates=asked_to_assist,
    )
    def answer_assist(
        session: Session, case_no: CaseInPath, unit: UnitInPath, body: Answering
    ) -> AnswerAssist:
        """Give the own unit's part (协办反馈)."""
        facts = _facts(session, case_no)
        answer = _sealed(session, facts, body.answer)
        return AnswerAssist(case_no=case_no, unit=unit, answer=answer, meta=session.meta)

    @routes.command(
        "/cases/{case_no}/assists/{unit}/withdrawal",
        roles=UNIT_ROLES,
        on=case,
        candidates=asked_to_assist,
    )
    def withdraw_assist(session: Session, case_no: CaseInPath, unit: UnitInPath) -> WithdrawAssist:
        """Take a request back (撤回协办)."""
        return WithdrawAssist(case_no=case_no, unit=unit, meta=session.meta)

    return routes


def _facts(session: Session, case_no: CaseNo) -> CaseFacts:
    facts: CaseFacts = session.require(case_stream(case_no), CaseUnknown(case_no=case_no)).facts
    return facts


def _sealed(session: Session, facts: CaseFacts, text: str) -> Sealed:
    return session.texts.seal_for(facts.subject, case_stream(facts.case_no), text)


def assist_reads(service: Service) -> APIRouter:
    """Give the queue of assisting units, and what was written about one request."""
    routes = APIRouter(prefix=PREFIX, tags=["assists"])

    @routes.get("/assists")
    def get_assists(  # noqa: PLR0913  # one parameter per query field
        actor: Reader,
        unit: UnitCode | None = None,
        is_lead: bool = False,  # noqa: FBT001, FBT002  # a query field
        is_open: bool | None = None,  # noqa: FBT001  # a query field
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[AssistItem]:
        """List requests to a unit, or with `is_lead` by it; a unit sees its own."""
        whose = unit if sees_whole_city(actor) else UnitCode(actor.unit)
        asked, lead = (None, whose) if is_lead else (whose, None)
        with service.store.reading() as connection:
            return list_assists(connection, AssistFilter(asked, lead, is_open), after, limit)

    @routes.get("/cases/{case_no}/assists/{unit}/texts")
    async def read_assist_texts(
        case_no: CaseInPath, unit: UnitInPath, reads: ReadsAssists
    ) -> AssistTexts:
        """Read what a unit was asked and answered; the reading is noted."""
        history = service.history(case_stream(case_no))
        asked = [one for one in history if isinstance(one, AssistRequested) and one.unit == unit]
        answered = [one for one in history if isinstance(one, AssistAnswered) and one.unit == unit]

        def opened(session: Session) -> tuple[Reading, AssistTexts]:
            must_not_be_recused(session.transaction.reading, reads.actor, case_no)
            facts = _facts(session, case_no)
            if not asked:
                raise AssistNotAsked(case_no=case_no, unit=unit)
            last, acting = asked[-1], reads.actor.unit
            if acting not in {facts.unit, last.unit}:
                raise CaseNotYours(case_no=case_no, unit=facts.unit, acting=acting)
            own = [one for one in answered if one.answered_at >= last.requested_at]
            texts = AssistTexts(
                case_no=case_no,
                unit=unit,
                request=session.texts.open(last.request),
                reason=session.texts.open(last.reason) if last.reason else None,
                answer=session.texts.open(own[-1].answer) if own else None,
            )
            return reads.found(session, "request", "reason", "answer"), texts

        return await reads.answer(opened)

    return routes
