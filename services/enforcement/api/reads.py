"""What is read: a unit's queue, the operations, one of them with its clocks, and the results."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.http.commands import etag
from chassis.http.paging import Cursor, Limit
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.ids import operation_stream
from services.enforcement.access import Reader, must_see, own_unit, queue_of
from services.enforcement.api.detail import OperationDetail, detail_of
from services.enforcement.api.parts import OperationPath, ReadsResults, UnitFilter
from services.enforcement.domain.operation.policies import existing
from services.enforcement.domain.operation.state import OperationStatus, TaskStatus
from services.enforcement.views.operations import OperationItem, list_operations
from services.enforcement.views.tasks import TaskItem, list_tasks


class UnitResult(BaseModel):
    """What one unit wrote about its task; `result` is None when it was erased."""

    unit: str
    result: str | None


def reads(service: Service) -> APIRouter:
    """Give the routes."""
    routes = APIRouter(prefix="/enforcement/v1", tags=["enforcement"])
    _lists(routes, service)
    _single(routes, service)
    return routes


def _lists(routes: APIRouter, service: Service) -> None:
    @routes.get("/operations")
    def get_operations(
        actor: Reader,
        status: OperationStatus | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[OperationItem]:
        """List operations in order of opening; officers see those of their own unit."""
        with service.store.reading() as connection:
            return list_operations(connection, own_unit(actor), status, after, limit)

    @routes.get("/queue")
    def get_queue(
        actor: Reader,
        unit: UnitFilter = None,
        status: TaskStatus | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[TaskItem]:
        """List what units owe, the earliest due first, without what is released.

        Officers see their own unit's; without `unit`, the other readers see every unit's.
        """
        wanted = queue_of(actor, unit)
        with service.store.reading() as connection:
            return list_tasks(connection, wanted, status, after, limit)


def _single(routes: APIRouter, service: Service) -> None:
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
            must_see(connection, actor, operation)
        response.headers["ETag"] = etag(loaded.version)
        return detail_of(operation, loaded.version)

    @routes.get("/operations/{operation_no}/results")
    async def read_results(operation_no: OperationPath, reads: ReadsResults) -> list[UnitResult]:
        """Read what the units wrote, in order to work on it; the reading is noted."""

        def results(session: Session) -> tuple[Reading, list[UnitResult]]:
            state = session.state(operation_stream(operation_no))
            operation = existing(operation_no, state)
            must_see(session.transaction.reading, reads.actor, operation)
            found = [
                UnitResult(unit=unit, result=session.texts.open(task.completed.result))
                for unit, task in operation.tasks.items()
                if task.completed
            ]
            fields = [f"result/{one.unit}" for one in found]
            return reads.found(session, *fields), found

        return await reads.answer(results)
