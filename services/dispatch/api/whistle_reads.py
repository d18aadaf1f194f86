"""Reading whistles: the register, one whistle, its texts, and whom a case would call."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from chassis.http.commands import etag
from chassis.http.identity import allow
from chassis.http.paging import Cursor, Limit
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.calendar import Deadline
from contracts.catalogue import Catalogue, CatalogueVersion
from contracts.envelope import Actor
from contracts.events.dispatch import SummonedUnit, UnitRating, WhistleSettled
from contracts.ids import (
    CaseNo,
    UnitCode,
    WhistleNo,
    case_of_whistle,
    case_stream,
    whistle_stream,
)
from contracts.instant import Instant
from contracts.values import UnitRole, WhistleGround, WhistleKind
from services.dispatch.access import (
    UNIT_ROLES,
    Reader,
    must_not_be_recused,
    read_today,
    seen_by,
    visible_whistle,
)
from services.dispatch.api.addresses import PREFIX, CaseInPath, ReadsRequests, WhistleInPath
from services.dispatch.api.whistle_texts import WhistleTexts, texts_of
from services.dispatch.domain.case.decider import CaseUnknown
from services.dispatch.domain.case.state import CaseFacts, NoCase
from services.dispatch.domain.whistle.state import Begun, WhistleStage, call_of, deadlines
from services.dispatch.domain.whistle.units import listed_units
from services.dispatch.views.whistles import WhistleFilter, WhistleItem, list_whistles

ReaderOfUnits = Annotated[Actor, Depends(allow(*UNIT_ROLES))]


class WhistleDetail(BaseModel):
    """A whistle as it stands."""

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    district: UnitCode
    proposing_unit: UnitCode
    kind: WhistleKind
    ground: WhistleGround | None
    is_cross_district: bool
    units: tuple[SummonedUnit, ...]
    """With those that were added."""
    excused: list[UnitCode]
    catalogue: str
    proposed_by: str
    proposed_at: Instant
    stage: WhistleStage
    is_to_confirm: bool
    late_units: tuple[UnitCode, ...]
    unanswered: list[UnitCode]
    """Units about which the district has yet to answer."""
    deadlines: list[Deadline]
    """By when it does."""
    ratings: tuple[UnitRating, ...]
    version: int


class WhistleUnit(BaseModel):
    """A unit that the responsibility list names for a case, and why."""

    unit: UnitCode
    role: UnitRole
    explained_zh: str
    explained_en: str


class WhistleUnits(BaseModel):
    """The units, the lead first; where none leads, the street says who does."""

    items: list[WhistleUnit]
    total: int


def whistle_reads(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes that read whistles."""
    routes = APIRouter(prefix=PREFIX, tags=["whistles"])
    _lists(routes, service, catalogue)
    _one(routes, service, catalogue)
    return routes


def _lists(routes: APIRouter, service: Service, catalogue: Catalogue) -> None:
    @routes.get("/whistles")
    def get_whistles(  # noqa: PLR0913  # one parameter per query field
        actor: Reader,
        status: WhistleStage | None = None,
        street: UnitCode | None = None,
        case_no: CaseNo | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[WhistleItem]:
        """List whistles: a unit sees those of its street, its district, its own, its calls."""
        reader = seen_by(actor, read_today(service, catalogue))
        wanted = WhistleFilter(status, street, case_no, reader)
        with service.store.reading() as connection:
            return list_whistles(connection, wanted, after, limit)

    @routes.get("/cases/{case_no}/whistle-units")
    def get_whistle_units(case_no: CaseInPath, actor: ReaderOfUnits) -> WhistleUnits:
        """Say which units the responsibility list names for a case, and why."""
        with service.store.reading() as connection:
            must_not_be_recused(connection, actor, case_no)
        state = service.load(case_stream(case_no)).state
        if isinstance(state, NoCase):
            raise CaseUnknown(case_no=case_no)
        items = _derived(catalogue.at(state.facts.catalogue), state.facts)
        return WhistleUnits(items=items, total=len(items))


def _derived(version: CatalogueVersion, facts: CaseFacts) -> list[WhistleUnit]:
    """Explain each unit that the list names."""
    matter = version.matter(facts.matter)
    return [
        WhistleUnit(
            unit=unit,
            role=role,
            explained_zh=(
                f"目录 {version.version} 职责清单：事项 {matter.code} {matter.minor} 的"
                f"{'主责' if role == 'lead' else '配合'}单位是{version.unit(unit).name_zh}。"
            ),
            explained_en=(
                f"The responsibility list of catalogue {version.version} has "
                f"{version.unit(unit).name_en} {'lead' if role == 'lead' else 'assist in'} "
                f"matter {matter.code}."
            ),
        )
        for unit, role in listed_units(version, matter.code, facts.street).items()
    ]


def _one(routes: APIRouter, service: Service, catalogue: Catalogue) -> None:
    @routes.get("/whistles/{whistle_no}/request")
    async def read_request(whistle_no: WhistleInPath, reads: ReadsRequests) -> WhistleTexts:
        """Read what is asked of whom and why, and what was said to it; the reading is noted."""
        stream = whistle_stream(whistle_no)
        history = service.history(stream)

        def opened(session: Session) -> tuple[Reading, WhistleTexts]:
            case_no = case_of_whistle(whistle_no)
            must_not_be_recused(session.transaction.reading, reads.actor, case_no)
            reader = seen_by(reads.actor, read_today(service, catalogue))
            fact = visible_whistle(reader, whistle_no, session.state(stream))
            commands = {fact.street, fact.unit, fact.district}
            knows_all = reader is None or not commands.isdisjoint({reader.unit, reader.district})
            about = None if knows_all or reader is None else reader.unit
            texts = texts_of(session.texts, history, about)
            return reads.found(session, "request", "refusal"), texts

        return await reads.answer(opened)

    @routes.get("/whistles/{whistle_no}")
    def get_whistle(whistle_no: WhistleInPath, response: Response, actor: Reader) -> WhistleDetail:
        """Show one whistle; its ETag is the version."""
        with service.store.reading() as connection:
            must_not_be_recused(connection, actor, case_of_whistle(whistle_no))
        loaded = service.load(whistle_stream(whistle_no))
        visible_whistle(seen_by(actor, read_today(service, catalogue)), whistle_no, loaded.state)
        history = service.history(whistle_stream(whistle_no))
        settled = [one for one in history if isinstance(one, WhistleSettled)]
        response.headers["ETag"] = etag(loaded.version)
        return _detail(loaded.state, settled[0].ratings if settled else (), loaded.version)


def _detail(state: Begun, ratings: tuple[UnitRating, ...], version: int) -> WhistleDetail:
    fact, call = state.fact, call_of(state)
    return WhistleDetail(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        street=fact.street,
        district=fact.district,
        proposing_unit=fact.unit,
        kind=fact.kind,
        ground=fact.ground,
        is_cross_district=fact.is_cross_district,
        units=call.units if call else fact.units,
        excused=sorted(call.excused) if call else [],
        catalogue=fact.catalogue,
        proposed_by=fact.proposed_by,
        proposed_at=fact.proposed_at,
        stage=state.stage,
        is_to_confirm=bool(call and call.is_to_confirm),
        late_units=call.late_units if call else (),
        unanswered=sorted(call.unanswered) if call else [],
        deadlines=list(deadlines(state)),
        ratings=ratings,
        version=version,
    )
