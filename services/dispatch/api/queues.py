"""Queues and lists of cases: what a unit, a person, the district or the hotline has to do."""

from typing import assert_never

from fastapi import APIRouter

from chassis.errors import Forbidden
from chassis.http.paging import Cursor, Limit
from chassis.service import Service
from contracts.catalogue import Catalogue, CatalogueVersion, Unit
from contracts.envelope import Actor
from contracts.ids import UnitCode
from contracts.instant import format_instant
from services.dispatch.access import (
    Reader,
    district_of,
    read_today,
    row_of,
    sees_whole_city,
    unit_listed,
)
from services.dispatch.api.addresses import PREFIX
from services.dispatch.domain.case.state import CaseStage
from services.dispatch.views.cases import WAITING
from services.dispatch.views.queues import (
    CaseFilter,
    CaseList,
    CaseStatus,
    QueueName,
    list_cases,
)


class NoSuchQueue(Forbidden):
    """无此待办列表 (our default): a queue belongs to a role, or to the kind of the own unit."""

    code = "no_such_queue"
    zh = "当前身份没有“{queue}”待办列表；请去掉 of 参数查看自己的待办。"
    en = "Your role has no queue `{queue}`; leave `of` out to see your own."


def queue_reads(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes that list cases."""
    routes = APIRouter(prefix=PREFIX, tags=["cases"])

    def listing(wanted: CaseFilter, after: str | None, limit: int) -> CaseList:
        now = format_instant(service.clock.now())
        with service.store.reading() as connection:
            return list_cases(connection, wanted, after, limit, now)

    @routes.get("/queue")
    def get_queue(
        actor: Reader,
        of: QueueName | None = None,
        unit: UnitCode | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> CaseList:
        """List what is to do, what is due next first; by default the queue of the reader's role."""
        version = read_today(service, catalogue)
        wanted = _queue(of or _usual(actor, version), actor, unit, version)
        return listing(wanted, after, limit)

    @routes.get("/cases")
    def get_cases(  # noqa: PLR0913  # one parameter per query field
        actor: Reader,
        unit: UnitCode | None = None,
        status: CaseStatus | None = None,
        stage: CaseStage | None = None,
        provisional: bool = False,  # noqa: FBT001, FBT002  # a query field
        after: Cursor = None,
        limit: Limit = 100,
    ) -> CaseList:
        """List cases, open and closed; `provisional` leaves those whose calendar is to come."""
        wanted = CaseFilter(
            unit=unit_listed(actor, unit), status=status, stage=stage, is_provisional=provisional
        )
        return listing(wanted, after, limit)

    return routes


def _usual(actor: Actor, version: CatalogueVersion) -> QueueName:
    """Name the queue that somebody works on."""
    if actor.role == "dispatcher":
        return "dispatcher"
    if sees_whole_city(actor):
        return "unit"
    match row_of(actor.unit, version):
        case Unit(kind="district"):
            return "district"
        case Unit(kind="centre"):
            return "centre"
        case _:
            return "unit"


def _queue(
    of: QueueName, actor: Actor, unit: UnitCode | None, version: CatalogueVersion
) -> CaseFilter:
    """Narrow the list to a queue. Raises: OtherUnitsQueue, NoSuchQueue."""
    own = UnitCode(actor.unit)
    match of:
        case "unit":
            return CaseFilter(unit=unit_listed(actor, unit), status="open")
        case "person":
            return CaseFilter(unit=own, claimed_by=actor.person, status="open")
        case "street":
            return CaseFilter(street=own, status="open")
        case "district":
            return CaseFilter(district=own, waiting_for=WAITING, or_red=True, status="open")
        case "dispatcher" | "centre":
            return _of_the_city(of, actor, district_of(actor.unit, version))
        case _:
            assert_never(of)


def _of_the_city(of: QueueName, actor: Actor, district: UnitCode | None) -> CaseFilter:
    """Give what the hotline decides, or the cases of the centre's district."""
    if of == "dispatcher" and sees_whole_city(actor):
        return CaseFilter(waiting_for=("ruling", "extension"), status="open")
    if of == "centre" and district:
        return CaseFilter(district=district, status="open")
    raise NoSuchQueue(queue=of)
