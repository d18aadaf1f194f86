"""Whistles over HTTP: propose, approve or refuse, blow, settle."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.errors import Refusal, quotable
from chassis.http.commands import Commands, Reply, commanding, etag
from chassis.http.identity import allow
from chassis.http.paging import Cursor, Limit, Page
from chassis.http.texts import LongText
from chassis.service import Service
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue, CatalogueVersion, UnknownUnit
from contracts.envelope import Actor
from contracts.events.dispatch import SummonedUnit, WhistleProposed, WhistleRefused
from contracts.instant import SHANGHAI
from contracts.values import WhistleKind
from services.dispatch.api.cases import (
    CITY_ROLES,
    UNIT_ROLES,
    CaseNo,
    owners,
    see_whole_city,
)
from services.dispatch.domain.case_commands import CaseUnknown
from services.dispatch.domain.case_state import NoCase
from services.dispatch.domain.whistle import (
    ApproveWhistle,
    Blown,
    BlowWhistle,
    Concluded,
    NotTheStreet,
    NoWhistle,
    ProposeWhistle,
    RefuseWhistle,
    Settled,
    SettleWhistle,
    WhistleState,
    WhistleUnknown,
)
from services.dispatch.views.whistles import WhistleFilter, list_whistles

__all__ = ["whistle_routes"]

WhistleNo = Annotated[str, Path(pattern=r"^[0-9]{12}-W[1-9][0-9]{0,3}$")]
ASSISTING_MAX = 30


class UnitCannotReport(Refusal):
    code = "unit_cannot_report"
    zh = "目录中没有可以报到的单位 {unit}；请从 /intake/v1/catalogue 中选择区级单位的代码。"
    en = "There is no unit {unit} that could report; choose one from /intake/v1/catalogue."


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Proposal(Body):
    kind: WhistleKind
    lead: str = Field(max_length=64)
    assisting: tuple[str, ...] = Field(default=(), max_length=ASSISTING_MAX)
    request: LongText


class Refusing(Body):
    reason: str = Field(min_length=1, max_length=2_000)


def whistle_routes(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes of whistles."""
    routes = APIRouter(prefix="/dispatch/v1", tags=["whistles"])
    _proposing(routes, service, catalogue)
    _leading(routes)
    _reads(routes, service)
    return routes


def _proposing(routes: APIRouter, service: Service, catalogue: Catalogue) -> None:
    @routes.post("/cases/{case_no}/whistles", status_code=201)
    async def propose_whistle(
        case_no: CaseNo, body: Proposal, commands: Annotated[Commands, commanding(*UNIT_ROLES)]
    ) -> Reply:
        """Propose a whistle for a case that the street cannot settle alone (拟哨)."""
        version = catalogue.current(service.clock.now().astimezone(SHANGHAI).date())
        _check_units(version, body)

        def propose(session: Session) -> None:
            case = session.state(f"case-{case_no}")
            if isinstance(case, NoCase):
                raise CaseUnknown(case_no=case_no)
            whistle_no = f"{case_no}-W{case.facts.whistle_count + 1}"
            keys = owners(case.facts)
            command = ProposeWhistle(
                whistle_no=whistle_no,
                case_no=case_no,
                round=case.facts.round,
                street=session.actor.unit,
                kind=body.kind,
                units=_summoned(body),
                subject=keys[0].removeprefix("subject-") if len(keys) > 1 else None,
                request=session.seal(body.request, *keys),
                catalogue=version.version,
                by=session.actor.person,
                at=session.now,
            )
            session.reply_with(f"whistle-{whistle_no}")
            session.execute(command, f"case-{case_no}", f"whistle-{whistle_no}")

        return await commands.execute(propose, f"case-{case_no}")


def _summoned(body: Proposal) -> tuple[SummonedUnit, ...]:
    assisting = (SummonedUnit(unit=unit, role="assisting") for unit in body.assisting)
    return (SummonedUnit(unit=body.lead, role="lead"), *assisting)


def _check_units(version: CatalogueVersion, body: Proposal) -> None:
    for code in (body.lead, *body.assisting):
        try:
            kind = version.unit(code).kind
        except UnknownUnit:
            raise UnitCannotReport(unit=quotable(code)) from None
        if kind not in {"department", "company"}:
            raise UnitCannotReport(unit=quotable(code))


def _leading(routes: APIRouter) -> None:
    @routes.post("/whistles/{whistle_no}/approval")
    async def approve_whistle(
        whistle_no: WhistleNo, commands: Annotated[Commands, commanding("leader")]
    ) -> Reply:
        """Approve a whistle of the own street (准哨)."""
        return await _on(
            commands,
            whistle_no,
            lambda session: ApproveWhistle(
                whistle_no=whistle_no,
                unit=session.actor.unit,
                by=session.actor.person,
                at=session.now,
            ),
        )

    @routes.post("/whistles/{whistle_no}/refusal")
    async def refuse_whistle(
        whistle_no: WhistleNo, body: Refusing, commands: Annotated[Commands, commanding("leader")]
    ) -> Reply:
        """Refuse a whistle of the own street, with a reason."""
        return await _on(
            commands,
            whistle_no,
            lambda session: RefuseWhistle(
                whistle_no=whistle_no,
                case_no=_case_of(whistle_no),
                unit=session.actor.unit,
                reason=session.seal(body.reason, f"case-{_case_of(whistle_no)}"),
                by=session.actor.person,
                at=session.now,
            ),
            and_case=True,
        )

    @routes.post("/whistles/{whistle_no}/blow")
    async def blow_whistle(
        whistle_no: WhistleNo, commands: Annotated[Commands, commanding(*UNIT_ROLES)]
    ) -> Reply:
        """Blow it (吹哨): the named units must report in time."""
        return await _on(
            commands,
            whistle_no,
            lambda session: BlowWhistle(
                whistle_no=whistle_no,
                unit=session.actor.unit,
                by=session.actor.person,
                at=session.now,
            ),
        )

    @routes.post("/whistles/{whistle_no}/settlement")
    async def settle_whistle(
        whistle_no: WhistleNo, commands: Annotated[Commands, commanding(*UNIT_ROLES)]
    ) -> Reply:
        """Accept the result (验收销哨)."""
        return await _on(
            commands,
            whistle_no,
            lambda session: SettleWhistle(
                whistle_no=whistle_no,
                case_no=_case_of(whistle_no),
                unit=session.actor.unit,
                by=session.actor.person,
                at=session.now,
            ),
            and_case=True,
        )


def _case_of(whistle_no: str) -> str:
    return whistle_no.partition("-")[0]


async def _on(
    commands: Commands,
    whistle_no: str,
    make: Callable[[Session], object],
    *,
    and_case: bool = False,
) -> Reply:
    """Command a whistle, and its case along with it where the case has to know."""
    streams = [f"whistle-{whistle_no}"]
    if and_case:
        streams.append(f"case-{_case_of(whistle_no)}")
    return await commands.execute(
        lambda session: session.execute(make(session), *streams), *streams
    )


def _visible(whistle_no: str, state: WhistleState, actor: Actor) -> WhistleProposed:
    """Give the proposal to those it concerns: the called units from the blow on.

    Raises: WhistleUnknown, NotTheStreet.
    """
    if isinstance(state, NoWhistle):
        raise WhistleUnknown(whistle_no=whistle_no)
    fact = state.fact
    is_blown = isinstance(state, Blown | Concluded | Settled)
    called = {one.unit for one in fact.units if is_blown}
    if not see_whole_city(actor) and actor.unit not in {fact.street, *called}:
        raise NotTheStreet(whistle_no=whistle_no, street=fact.street, acting=actor.unit)
    return fact


def _reads(routes: APIRouter, service: Service) -> None:
    @routes.get("/whistles")
    def get_whistles(  # noqa: PLR0913  # one parameter per query field
        actor: Annotated[Actor, Depends(allow(*UNIT_ROLES, *CITY_ROLES))],
        status: str | None = None,
        street: str | None = None,
        case_no: str | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[dict[str, Any]]:
        """List whistles; a unit sees those of its own street."""
        own = street if see_whole_city(actor) else actor.unit
        with service.store.reading() as connection:
            wanted = WhistleFilter(status, own, case_no)
            items, total, following = list_whistles(connection, wanted, after, limit)
        return Page(items=items, total=total, next=following)

    @routes.get("/whistles/{whistle_no}/request")
    async def read_request(
        whistle_no: WhistleNo,
        actor: Annotated[Actor, Depends(allow(*UNIT_ROLES))],
    ) -> dict[str, Any]:
        """Read what is asked of the called units, and why it was refused; the access is noted."""
        stream, shown = f"whistle-{whistle_no}", dict[str, str | None]()
        fact = _visible(whistle_no, service.load(stream).state, actor)
        refused = [one for one in service.history(stream) if isinstance(one, WhistleRefused)]

        def read(session: Session) -> None:
            session.note_access(stream, "request")
            shown["request"] = session.open(fact.request)
            shown["refusal"] = session.open(refused[0].reason) if refused else None

        await service.ask(actor, read)
        return {"whistle_no": whistle_no, **shown}

    @routes.get("/whistles/{whistle_no}")
    def get_whistle(
        whistle_no: WhistleNo,
        response: Response,
        actor: Annotated[Actor, Depends(allow(*UNIT_ROLES, *CITY_ROLES))],
    ) -> dict[str, Any]:
        """Show one whistle; its ETag is the version."""
        loaded = service.load(f"whistle-{whistle_no}")
        state = loaded.state
        fact = _visible(whistle_no, state, actor)
        response.headers["ETag"] = etag(loaded.version)
        shown = fact.model_dump(mode="json", exclude={"subject", "request"})
        late = list(getattr(state, "late_units", ()))
        stage = type(state).__name__.lower()
        return {**shown, "stage": stage, "late_units": late, "version": loaded.version}
