"""What is read: a unit's queue, the operations, one of them with its clocks, waiting contests.

A reader of a unit sees what that unit has to do with; a district and its operations centre see the
whole district.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.http.commands import etag
from chassis.http.paging import Cursor, Limit
from chassis.service import Service
from chassis.views.keyset import Page
from contracts.catalogue import Catalogue
from contracts.envelope import Actor
from contracts.ids import operation_stream
from services.enforcement.access import Reader, must_see, must_see_queue, sight_of
from services.enforcement.api.detail import OperationDetail, detail_of
from services.enforcement.api.parts import OperationPath, UnitFilter, in_force
from services.enforcement.domain.operation.policies import existing
from services.enforcement.domain.operation.state import OperationStatus, TaskStatus
from services.enforcement.views.contests import ContestItem, list_contests
from services.enforcement.views.operations import OperationItem, list_operations
from services.enforcement.views.queue import Queue, list_tasks
from services.enforcement.views.sight import Sight


def reads(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes of what is shown without texts."""
    routes = APIRouter(prefix="/enforcement/v1", tags=["enforcement"])

    def sight(actor: Actor) -> Sight | None:
        return sight_of(actor, in_force(catalogue, service.clock.now()))

    _lists(routes, service, sight)
    _single(routes, service, sight)
    return routes


def _lists(routes: APIRouter, service: Service, sight: Callable[[Actor], Sight | None]) -> None:
    @routes.get("/operations")
    def get_operations(
        actor: Reader,
        status: OperationStatus | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[OperationItem]:
        """List operations in order of opening; officers see those of their own unit."""
        with service.store.reading() as connection:
            return list_operations(connection, sight(actor), status, after, limit)

    @routes.get("/queue")
    def get_queue(
        actor: Reader,
        unit: UnitFilter = None,
        status: TaskStatus | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Queue:
        """List what units owe, the earliest due first, without what is finished.

        Officers see their own unit's, and those of a district or its centre that of every unit in
        it; without `unit`, the other readers see every unit's.
        """
        seen = sight(actor)
        must_see_queue(seen, unit)
        with service.store.reading() as connection:
            now = service.clock.now()
            return list_tasks(connection, seen, unit, status, now, after, limit)

    @routes.get("/contests")
    def get_contests(actor: Reader, after: Cursor = None, limit: Limit = 100) -> Page[ContestItem]:
        """List the contests that wait for a ruling of the district, the oldest first."""
        with service.store.reading() as connection:
            return list_contests(connection, sight(actor), after, limit)


def _single(routes: APIRouter, service: Service, sight: Callable[[Actor], Sight | None]) -> None:
    @routes.get("/operations/{operation_no}")
    def get_operation(
        operation_no: OperationPath,
        actor: Reader,
        response: Response,
        as_of: Annotated[int | None, Query(ge=1, description="as it stood at a version")] = None,
    ) -> OperationDetail:
        """Show one operation, as it stands or stood, without its texts; its ETag is the version."""
        loaded = service.load(operation_stream(operation_no), as_of)
        operation = existing(operation_no, loaded.state)
        with service.store.reading() as connection:
            must_see(connection, actor, sight(actor), operation)
        response.headers["ETag"] = etag(loaded.version)
        return detail_of(operation, loaded.version)
