"""Cases over HTTP: the queue, one case as it stands or stood, signing, reporting."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict

from chassis.errors import Forbidden
from chassis.http.commands import Commands, Reply, commanding, etag
from chassis.http.identity import Role, allow
from chassis.http.paging import Cursor, Limit, Page
from chassis.http.texts import LongText
from chassis.service import Service
from chassis.unit_of_work.session import Session
from contracts.calendar import explain
from contracts.envelope import Actor
from contracts.events.dispatch import HandlingReported
from contracts.instant import format_instant
from services.dispatch.domain.case_commands import CaseUnknown, ReportHandling, SignCase
from services.dispatch.domain.case_state import CaseFacts, CaseState, Closed, NoCase
from services.dispatch.views.cases import CaseFilter, list_cases
from services.dispatch.views.whistles import WhistleFilter, list_whistles

__all__ = ["CaseNo", "case_routes", "owners", "see_whole_city"]

CaseNo = Annotated[str, Path(pattern=r"^[0-9]{12}$")]
UNIT_ROLES: tuple[Role, ...] = ("officer", "leader")
CITY_ROLES: tuple[Role, ...] = ("agent", "visitor", "auditor", "operator")
WHISTLES_SHOWN_MAX = 100


class OtherUnitsQueue(Forbidden):
    code = "other_units_queue"
    zh = "{acting} 只能查看本单位的工单；请去掉 unit 参数或改为本单位。"
    en = "{acting} can see its own cases only; leave `unit` out or set it to your unit."


class CaseNotVisible(Forbidden):
    code = "case_not_visible"
    zh = "工单 {case_no} 不由 {acting} 承办或协办，不能查看。"
    en = "{acting} neither handles case {case_no} nor was called to it, and cannot see it."


class Handling(BaseModel):
    """What a unit reports."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    claim: Literal["resolved", "partly_resolved", "unresolved"]
    contact: Literal["reached", "unreachable", "not_wanted"]
    account: LongText


def case_routes(service: Service) -> APIRouter:
    """Give the routes of cases."""
    routes = APIRouter(prefix="/dispatch/v1", tags=["cases"])
    _lists(routes, service)
    _one(routes, service)
    _acts(routes)
    return routes


def see_whole_city(actor: Actor) -> bool:
    """Say whether an actor's role looks beyond one unit."""
    return actor.role in CITY_ROLES


def owners(facts: CaseFacts) -> tuple[str, ...]:
    """Whose key texts about a case are kept under: its first caller's, else the case's own."""
    subject = next((caller.subject for caller in facts.callers if caller.subject), None)
    own = f"case-{facts.case_no}"
    return (f"subject-{subject}", own) if subject else (own,)


def _lists(routes: APIRouter, service: Service) -> None:
    def listing(wanted: CaseFilter, after: str | None, limit: int) -> Page[dict[str, Any]]:
        with service.store.reading() as connection:
            items, total, following = list_cases(connection, wanted, after, limit)
        return Page(items=items, total=total, next=following)

    @routes.get("/queue")
    def get_queue(
        actor: Annotated[Actor, Depends(allow(*UNIT_ROLES, *CITY_ROLES))],
        unit: str | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[dict[str, Any]]:
        """List a unit's open cases, what is due next first."""
        return listing(CaseFilter(unit=_own(actor, unit), status="open"), after, limit)

    @routes.get("/cases")
    def get_cases(  # noqa: PLR0913  # one parameter per query field
        actor: Annotated[Actor, Depends(allow(*UNIT_ROLES, *CITY_ROLES))],
        unit: str | None = None,
        status: Literal["open", "closed"] | None = None,
        stage: Literal["dispatched", "signed", "reported", "closed"] | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[dict[str, Any]]:
        """List cases, open and closed."""
        return listing(CaseFilter(_own(actor, unit), status, stage), after, limit)


def _own(actor: Actor, unit: str | None) -> str | None:
    if see_whole_city(actor):
        return unit
    if unit not in {None, actor.unit}:
        raise OtherUnitsQueue(acting=actor.unit)
    return actor.unit


def _one(routes: APIRouter, service: Service) -> None:
    def whistles_of(case_no: str) -> list[dict[str, Any]]:
        with service.store.reading() as connection:
            wanted = WhistleFilter(case_no=case_no)
            return list_whistles(connection, wanted, None, WHISTLES_SHOWN_MAX)[0]

    def visible(actor: Actor, facts: CaseFacts, whistles: list[dict[str, Any]]) -> bool:
        called = {unit for one in whistles if one["blown_at"] for unit in one["units"]}
        return see_whole_city(actor) or actor.unit in {facts.unit, *called}

    @routes.get("/cases/{case_no}")
    def get_case(
        case_no: CaseNo,
        response: Response,
        actor: Annotated[Actor, Depends(allow(*UNIT_ROLES, *CITY_ROLES))],
        as_of: Annotated[int | None, Query(ge=1, description="as it stood at a version")] = None,
    ) -> dict[str, Any]:
        """Show a case as it stands, or stood; its ETag is the version."""
        loaded = service.load(f"case-{case_no}", as_of)
        facts = _facts(case_no, loaded.state)
        whistles = whistles_of(case_no)
        if not visible(actor, facts, whistles):
            raise CaseNotVisible(case_no=case_no, acting=actor.unit)
        response.headers["ETag"] = etag(loaded.version)
        return {**_shown(loaded.state, facts), "version": loaded.version, "whistles": whistles}

    @routes.get("/cases/{case_no}/account")
    async def read_account(
        case_no: CaseNo,
        actor: Annotated[Actor, Depends(allow(*UNIT_ROLES, "visitor", "agent"))],
    ) -> dict[str, Any]:
        """Read what the unit reported; the access is noted."""
        stream, accounts = f"case-{case_no}", list[dict[str, Any]]()
        facts = _facts(case_no, service.load(stream).state)
        if not visible(actor, facts, whistles_of(case_no)):
            raise CaseNotVisible(case_no=case_no, acting=actor.unit)
        reports = [
            event for event in service.history(stream) if isinstance(event, HandlingReported)
        ]

        def read(session: Session) -> None:
            session.note_access(stream, "account")
            accounts.extend(
                {"round": report.round, "account": session.open(report.account)}
                for report in reports
            )

        await service.ask(actor, read)
        return {"items": accounts, "total": len(accounts)}


def _facts(case_no: str, state: CaseState) -> CaseFacts:
    if isinstance(state, NoCase):
        raise CaseUnknown(case_no=case_no)
    return state.facts


def _shown(state: CaseState, facts: CaseFacts) -> dict[str, Any]:
    return {
        "case_no": facts.case_no,
        "stage": type(state).__name__.lower(),
        "outcome": state.outcome if isinstance(state, Closed) else None,
        "round": facts.round,
        "unit": facts.unit,
        "street": facts.street,
        "matter": facts.matter,
        "catalogue": facts.catalogue,
        "appeals": [caller.appeal_no for caller in facts.callers],
        "handlers": list(facts.handlers),
        "open_whistles": list(facts.open_whistles),
        "deadlines": [
            {
                "milestone": one.milestone,
                "round": one.round,
                "due_at": format_instant(one.due_at),
                "provisional": one.provisional,
                "explained": {"zh": explain(one, "zh"), "en": explain(one, "en")},
            }
            for one in facts.deadlines
        ],
        "callbacks": [
            {
                "callback_no": answer.callback_no,
                "resolved": answer.resolved,
                "satisfaction": answer.satisfaction,
            }
            for answer in facts.answers
        ],
    }


def _acts(routes: APIRouter) -> None:
    @routes.post("/cases/{case_no}/signature")
    async def sign_case(
        case_no: CaseNo, commands: Annotated[Commands, commanding(*UNIT_ROLES)]
    ) -> Reply:
        """Sign for a case (签收)."""
        stream = f"case-{case_no}"
        return await commands.execute(
            lambda session: session.execute(
                SignCase(
                    case_no=case_no,
                    unit=session.actor.unit,
                    by=session.actor.person,
                    at=session.now,
                ),
                stream,
            ),
            stream,
        )

    @routes.post("/cases/{case_no}/handling")
    async def report_handling(
        case_no: CaseNo, body: Handling, commands: Annotated[Commands, commanding(*UNIT_ROLES)]
    ) -> Reply:
        """Report what was done (办理反馈)."""
        stream = f"case-{case_no}"

        def report(session: Session) -> None:
            facts = _facts(case_no, session.state(stream))
            session.execute(
                ReportHandling(
                    case_no=case_no,
                    unit=session.actor.unit,
                    claim=body.claim,
                    contact=body.contact,
                    account=session.seal(body.account, *owners(facts)),
                    by=session.actor.person,
                    at=session.now,
                ),
                stream,
            )

        return await commands.execute(report, stream)
