"""Reading one case: as it stands or stood, and what its unit reported and asked for."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.http.commands import etag
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue
from contracts.envelope import Actor
from contracts.event import Event
from contracts.events.dispatch import (
    ExtensionDenied,
    ExtensionRequested,
    HandlingReported,
    SuspensionDenied,
    SuspensionRequested,
)
from contracts.ids import CaseNo, case_stream
from services.dispatch.access import (
    Reader,
    must_not_be_recused,
    must_read_case,
    must_read_requests,
    must_see_case,
    read_today,
)
from services.dispatch.api.addresses import PREFIX, CaseInPath, ReadsAccounts, ReadsRequestReasons
from services.dispatch.api.case_detail import CaseDetail, detail
from services.dispatch.domain.case.decider import CASE, CaseUnknown
from services.dispatch.domain.case.state import CaseState, Closed, NoCase, OpenCase
from services.dispatch.views.whistles import WhistleFilter, WhistleItem, list_whistles

WHISTLES_SHOWN_MAX = 100

What = Literal["extension", "extension_denial", "suspension", "suspension_denial"]

_WithReason = ExtensionRequested | ExtensionDenied | SuspensionRequested | SuspensionDenied
_WHAT: dict[type[Event], What] = {
    ExtensionRequested: "extension",
    ExtensionDenied: "extension_denial",
    SuspensionRequested: "suspension",
    SuspensionDenied: "suspension_denial",
}


class Account(BaseModel):
    """What the unit reported in a round; None when the text was erased."""

    round: int
    account: str | None


class AccountList(BaseModel):
    """The accounts of all rounds."""

    items: list[Account]
    total: int


class RequestReason(BaseModel):
    """Why a unit asked for time, or why it was denied; None when the text was erased."""

    what: What
    round: int
    reason: str | None


class RequestReasonList(BaseModel):
    """The reasons of all rounds."""

    items: list[RequestReason]
    total: int


def case_reads(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes that read one case."""
    routes = APIRouter(prefix=PREFIX, tags=["cases"])
    _one(routes, service, catalogue)
    _texts(routes, service)
    return routes


def _one(routes: APIRouter, service: Service, catalogue: Catalogue) -> None:
    def whistles_of(case_no: CaseNo) -> list[WhistleItem]:
        with service.store.reading() as connection:
            return list_whistles(
                connection, WhistleFilter(case_no=case_no), None, WHISTLES_SHOWN_MAX
            ).items

    def keep_out_recused(actor: Actor, case_no: CaseNo) -> None:
        with service.store.reading() as connection:
            must_not_be_recused(connection, actor, case_no)

    @routes.get("/cases/{case_no}")
    def get_case(
        case_no: CaseInPath,
        response: Response,
        actor: Reader,
        as_of: Annotated[int | None, Query(ge=1, description="as it stood at a version")] = None,
    ) -> CaseDetail:
        """Show a case as it stands, or stood, to who may see it now; its ETag is the version."""
        keep_out_recused(actor, case_no)
        events: list[Any] = list(service.history(case_stream(case_no)))
        facts = _existing(case_no, CASE.fold(CASE.initial, events)).facts
        whistles = whistles_of(case_no)
        must_see_case(actor, facts, whistles, read_today(service, catalogue))
        history, now = events[:as_of], service.clock.now()
        state = _existing(case_no, CASE.fold(CASE.initial, history))
        response.headers["ETag"] = etag(len(history))
        return detail(state, history, whistles, now)


def _texts(routes: APIRouter, service: Service) -> None:
    @routes.get("/cases/{case_no}/account")
    async def read_account(case_no: CaseInPath, reads: ReadsAccounts) -> AccountList:
        """Read what the unit reported; the reading is noted."""
        history = service.history(case_stream(case_no))
        reports = [event for event in history if isinstance(event, HandlingReported)]

        def opened(session: Session) -> tuple[Reading, AccountList]:
            facts = _existing(case_no, session.state(case_stream(case_no))).facts
            connection = session.transaction.reading
            whistles = list_whistles(
                connection, WhistleFilter(case_no=case_no), None, WHISTLES_SHOWN_MAX
            )
            must_not_be_recused(connection, reads.actor, case_no)
            must_read_case(reads.actor, facts, whistles.items)
            accounts = [
                Account(round=report.round, account=session.texts.open(report.account))
                for report in reports
            ]
            found = AccountList(items=accounts, total=len(accounts))
            return reads.found(session, "account"), found

        return await reads.answer(opened)

    @routes.get("/cases/{case_no}/request-reasons")
    async def read_request_reasons(
        case_no: CaseInPath, reads: ReadsRequestReasons
    ) -> RequestReasonList:
        """Read why a unit asked for more time, in order to decide on it; the reading is noted."""
        history = service.history(case_stream(case_no))
        asked = [event for event in history if isinstance(event, _WithReason)]

        def opened(session: Session) -> tuple[Reading, RequestReasonList]:
            facts = _existing(case_no, session.state(case_stream(case_no))).facts
            must_not_be_recused(session.transaction.reading, reads.actor, case_no)
            must_read_requests(reads.actor, facts)
            reasons = [
                RequestReason(
                    what=_WHAT[type(event)],
                    round=event.round,
                    reason=session.texts.open(event.reason),
                )
                for event in asked
            ]
            found = RequestReasonList(items=reasons, total=len(reasons))
            return reads.found(session, *dict.fromkeys(one.what for one in reasons)), found

        return await reads.answer(opened)


def _existing(case_no: CaseNo, state: CaseState) -> OpenCase | Closed:
    if isinstance(state, NoCase):
        raise CaseUnknown(case_no=case_no)
    return state
