"""Reading cases: the queue, the list, one case as it stands or stood, what its unit reported."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.http.commands import etag
from chassis.http.paging import Cursor, Limit
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.calendar import Deadline, explain
from contracts.envelope import Actor
from contracts.events.dispatch import HandlingReported
from contracts.ids import AppealNo, CallbackNo, CaseNo, UnitCode, WhistleNo, case_stream
from contracts.instant import Instant
from contracts.values import Satisfaction
from services.dispatch.access import (
    Reader,
    must_not_be_recused,
    must_read_account,
    must_see_case,
    unit_listed,
)
from services.dispatch.api.addresses import PREFIX, CaseInPath, ReadsAccounts
from services.dispatch.domain.case.decider import CaseUnknown
from services.dispatch.domain.case.state import (
    CaseStage,
    CaseState,
    Closed,
    NoCase,
    OpenCase,
    Outcome,
)
from services.dispatch.views.cases import CaseFilter, CaseItem, list_cases
from services.dispatch.views.whistles import WhistleFilter, WhistleItem, list_whistles

WHISTLES_SHOWN_MAX = 100


class Explained(BaseModel):
    """How a deadline was reached, in one sentence per language."""

    zh: str
    en: str


class DeadlineDetail(BaseModel):
    """An open deadline."""

    milestone: str
    round: int
    due_at: Instant
    provisional: bool
    explained: Explained


class CallbackDetail(BaseModel):
    """A call-back of this round that is over."""

    callback_no: CallbackNo
    resolved: bool | None
    satisfaction: Satisfaction | None


class CaseDetail(BaseModel):
    """A case as it stands at a version."""

    case_no: CaseNo
    stage: CaseStage
    outcome: Outcome | None
    round: int
    unit: UnitCode
    street: UnitCode
    matter: str
    catalogue: str
    appeals: list[AppealNo]
    handlers: list[str]
    open_whistles: list[WhistleNo]
    deadlines: list[DeadlineDetail]
    callbacks: list[CallbackDetail]
    version: int
    whistles: list[WhistleItem]


class Account(BaseModel):
    """What the unit reported in a round; None when the text was erased."""

    round: int
    account: str | None


class AccountList(BaseModel):
    """The accounts of all rounds."""

    items: list[Account]
    total: int


def case_reads(service: Service) -> APIRouter:
    """Give the routes that read cases."""
    routes = APIRouter(prefix=PREFIX, tags=["cases"])
    _lists(routes, service)
    _one(routes, service)
    return routes


def _lists(routes: APIRouter, service: Service) -> None:
    def listing(wanted: CaseFilter, after: str | None, limit: int) -> Page[CaseItem]:
        with service.store.reading() as connection:
            return list_cases(connection, wanted, after, limit)

    @routes.get("/queue")
    def get_queue(
        actor: Reader, unit: UnitCode | None = None, after: Cursor = None, limit: Limit = 100
    ) -> Page[CaseItem]:
        """List a unit's open cases, what is due next first."""
        return listing(CaseFilter(unit=unit_listed(actor, unit), status="open"), after, limit)

    @routes.get("/cases")
    def get_cases(  # noqa: PLR0913  # one parameter per query field
        actor: Reader,
        unit: UnitCode | None = None,
        status: Literal["open", "closed"] | None = None,
        stage: CaseStage | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[CaseItem]:
        """List cases, open and closed."""
        return listing(CaseFilter(unit_listed(actor, unit), status, stage), after, limit)


def _one(routes: APIRouter, service: Service) -> None:
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
        """Show a case as it stands, or stood; its ETag is the version."""
        keep_out_recused(actor, case_no)
        loaded = service.load(case_stream(case_no), as_of)
        state = _existing(case_no, loaded.state)
        whistles = whistles_of(case_no)
        must_see_case(actor, state.facts, whistles)
        response.headers["ETag"] = etag(loaded.version)
        return _detail(state, loaded.version, whistles)

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
            must_read_account(reads.actor, facts, whistles.items)
            accounts = [
                Account(round=report.round, account=session.texts.open(report.account))
                for report in reports
            ]
            found = AccountList(items=accounts, total=len(accounts))
            return reads.found(session, "account"), found

        return await reads.answer(opened)


def _existing(case_no: CaseNo, state: CaseState) -> OpenCase | Closed:
    if isinstance(state, NoCase):
        raise CaseUnknown(case_no=case_no)
    return state


def _detail(state: OpenCase | Closed, version: int, whistles: list[WhistleItem]) -> CaseDetail:
    facts = state.facts
    return CaseDetail(
        case_no=facts.case_no,
        stage=state.stage,
        outcome=state.outcome if isinstance(state, Closed) else None,
        round=facts.round,
        unit=facts.unit,
        street=facts.street,
        matter=facts.matter,
        catalogue=facts.catalogue,
        appeals=[caller.appeal_no for caller in facts.callers],
        handlers=list(facts.handlers),
        open_whistles=list(facts.open_whistles),
        deadlines=[_deadline(deadline) for deadline in facts.deadlines],
        callbacks=[
            CallbackDetail(
                callback_no=answer.callback_no,
                resolved=answer.resolved,
                satisfaction=answer.satisfaction,
            )
            for answer in facts.answers
        ],
        version=version,
        whistles=whistles,
    )


def _deadline(deadline: Deadline) -> DeadlineDetail:
    return DeadlineDetail(
        milestone=deadline.milestone,
        round=deadline.round,
        due_at=deadline.due_at,
        provisional=deadline.provisional,
        explained=Explained(zh=explain(deadline, "zh"), en=explain(deadline, "en")),
    )
