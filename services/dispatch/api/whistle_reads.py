"""Reading whistles: the register, one whistle, and what its units are asked to do."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from chassis.http.commands import etag
from chassis.http.paging import Cursor, Limit
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.envelope import Actor
from contracts.events.dispatch import SummonedUnit, WhistleRefused
from contracts.ids import CaseNo, UnitCode, WhistleNo, case_of_whistle, whistle_stream
from contracts.instant import Instant
from contracts.values import WhistleKind
from services.dispatch.access import (
    Reader,
    must_not_be_recused,
    sees_whole_city,
    visible_whistle,
)
from services.dispatch.api.addresses import PREFIX, ReadsRequests, WhistleInPath
from services.dispatch.domain.whistle.state import Called, WhistleStage
from services.dispatch.views.whistles import WhistleFilter, WhistleItem, list_whistles


class WhistleDetail(BaseModel):
    """A whistle as it stands."""

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    kind: WhistleKind
    units: tuple[SummonedUnit, ...]
    catalogue: str
    proposed_by: str
    proposed_at: Instant
    stage: WhistleStage
    late_units: tuple[UnitCode, ...]
    version: int


class WhistleTexts(BaseModel):
    """What the units are asked to do, and why it was refused; None for what was erased."""

    whistle_no: WhistleNo
    request: str | None
    refusal: str | None


def whistle_reads(service: Service) -> APIRouter:
    """Give the routes that read whistles."""
    routes = APIRouter(prefix=PREFIX, tags=["whistles"])

    @routes.get("/whistles")
    def get_whistles(  # noqa: PLR0913  # one parameter per query field
        actor: Reader,
        status: WhistleStage | None = None,
        street: UnitCode | None = None,
        case_no: CaseNo | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[WhistleItem]:
        """List whistles; a unit sees those of its own street."""
        own = street if sees_whole_city(actor) else UnitCode(actor.unit)
        with service.store.reading() as connection:
            return list_whistles(connection, WhistleFilter(status, own, case_no), after, limit)

    def keep_out_recused(actor: Actor, whistle_no: WhistleNo) -> None:
        with service.store.reading() as connection:
            must_not_be_recused(connection, actor, case_of_whistle(whistle_no))

    @routes.get("/whistles/{whistle_no}/request")
    async def read_request(whistle_no: WhistleInPath, reads: ReadsRequests) -> WhistleTexts:
        """Read what is asked of the called units, and why it was refused; the reading is noted."""
        stream = whistle_stream(whistle_no)
        refused = [one for one in service.history(stream) if isinstance(one, WhistleRefused)]

        def opened(session: Session) -> tuple[Reading, WhistleTexts]:
            case_no = case_of_whistle(whistle_no)
            must_not_be_recused(session.transaction.reading, reads.actor, case_no)
            fact = visible_whistle(reads.actor, whistle_no, session.state(stream))
            texts = WhistleTexts(
                whistle_no=whistle_no,
                request=session.texts.open(fact.request),
                refusal=session.texts.open(refused[0].reason) if refused else None,
            )
            return reads.found(session, "request", "refusal"), texts

        return await reads.answer(opened)

    @routes.get("/whistles/{whistle_no}")
    def get_whistle(whistle_no: WhistleInPath, response: Response, actor: Reader) -> WhistleDetail:
        """Show one whistle; its ETag is the version."""
        keep_out_recused(actor, whistle_no)
        loaded = service.load(whistle_stream(whistle_no))
        fact = visible_whistle(actor, whistle_no, loaded.state)
        response.headers["ETag"] = etag(loaded.version)
        return WhistleDetail(
            whistle_no=fact.whistle_no,
            case_no=fact.case_no,
            round=fact.round,
            street=fact.street,
            kind=fact.kind,
            units=fact.units,
            catalogue=fact.catalogue,
            proposed_by=fact.proposed_by,
            proposed_at=fact.proposed_at,
            stage=loaded.state.stage,
            late_units=loaded.state.late_units if isinstance(loaded.state, Called) else (),
            version=loaded.version,
        )

    return routes
