"""Enforcement over HTTP: a unit's queue, its operations, and the four steps up to its release.

A unit acts for itself: which one is acting stands in the token, never in the request.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.http.commands import Commands, Reply, commanding, etag
from chassis.http.identity import allow
from chassis.http.paging import Cursor, Limit, Page
from chassis.http.texts import LongText
from chassis.service import Service
from chassis.unit_of_work.session import Session
from contracts.envelope import Actor
from contracts.sealed import Sealed
from services.enforcement.detail import OperationDetail, detail_of
from services.enforcement.domain.operation import (
    AcknowledgeWhistle,
    CompleteTask,
    OperationCommand,
    ReleaseUnit,
    ReportIn,
    existing,
)
from services.enforcement.domain.progress import Concluded, Underway
from services.enforcement.domain.refusals import OperationNotYours, QueueNotYours
from services.enforcement.views.operations import OperationItem, OperationStatus, list_operations
from services.enforcement.views.tasks import TaskItem, TaskStatus, list_tasks

__all__ = ["OFFICERS_MAX", "router"]


OFFICERS_MAX = 1_000
"""Officers of one unit on one spot; more is a slip of the hand."""

_UNIT_ROLES = {"officer", "leader"}
"""These see what concerns their own unit; the other readers see everything."""

OperationNo = Annotated[str, Path(pattern=r"^[0-9]{12}-W[1-9][0-9]{0,3}$")]
UnitCode = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
UnitFilter = Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
Staff = Annotated[Commands, commanding("officer", "leader")]
StaffReading = Annotated[Actor, Depends(allow("officer", "leader"))]
Reader = Annotated[Actor, Depends(allow("officer", "leader", "auditor", "operator", "service"))]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Report(Body):
    officer_count: int = Field(ge=1, le=OFFICERS_MAX, description="officers on the spot")


class Completion(Body):
    result: LongText


class UnitResult(BaseModel):
    """What one unit wrote about its task; `result` is None when it was erased."""

    unit: str
    result: str | None


def router(service: Service) -> APIRouter:
    """Give the routes of enforcement."""
    routes = APIRouter(prefix="/enforcement/v1", tags=["enforcement"])
    _lists(routes, service)
    _single(routes, service)
    _coming(routes)
    _leaving(routes)
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
        own = actor.unit if actor.role in _UNIT_ROLES else None
        with service.store.reading() as connection:
            items, total, following = list_operations(connection, own, status, after, limit)
        return Page(items=items, total=total, next=following)

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
        if actor.role in _UNIT_ROLES:
            if unit not in {None, actor.unit}:
                raise QueueNotYours(own=actor.unit, unit=unit)
            unit = actor.unit
        with service.store.reading() as connection:
            items, total, following = list_tasks(connection, unit, status, after, limit)
        return Page(items=items, total=total, next=following)


def _single(routes: APIRouter, service: Service) -> None:
    @routes.get("/operations/{operation_no}")
    def get_operation(
        operation_no: OperationNo,
        actor: Reader,
        response: Response,
        as_of: Annotated[int | None, Query(ge=1, description="as it stood at a version")] = None,
    ) -> OperationDetail:
        """Show one operation, as it stands or stood, without its texts; its ETag is the version."""
        loaded = service.load(f"operation-{operation_no}", as_of)
        state = existing(operation_no, loaded.state)
        _must_see(actor, state)
        response.headers["ETag"] = etag(loaded.version)
        return detail_of(state, loaded.version)

    @routes.get("/operations/{operation_no}/results")
    async def read_results(operation_no: OperationNo, actor: StaffReading) -> list[UnitResult]:
        """Read what the units wrote, in order to work on it; the access is noted."""
        found: list[UnitResult] = []

        def read(session: Session) -> None:
            stream = f"operation-{operation_no}"
            state = existing(operation_no, session.state(stream))
            _must_see(actor, state)
            found[:] = [
                UnitResult(unit=task.owed.unit, result=session.open(task.completed.result))
                for task in state.tasks.values()
                if task.completed
            ]
            session.note_access(stream, *(f"result/{one.unit}" for one in found))

        await service.ask(actor, read)
        return found


def _must_see(actor: Actor, state: Underway | Concluded) -> None:
    """Let in the units called, the street that whistled, and who looks at everything."""
    concerned = actor.unit == state.fact.street or actor.unit in state.tasks
    if actor.role in _UNIT_ROLES and not concerned:
        raise OperationNotYours(unit=actor.unit, operation_no=state.fact.operation_no)


def _coming(routes: APIRouter) -> None:
    @routes.post("/operations/{operation_no}/acknowledgement")
    async def acknowledge_whistle(operation_no: OperationNo, commands: Staff) -> Reply:
        """Acknowledge the whistle for the own unit (签哨)."""
        return await _on(
            commands,
            operation_no,
            lambda session: AcknowledgeWhistle(
                operation_no=operation_no,
                unit=session.actor.unit,
                by=session.actor.person,
                at=session.now,
            ),
        )

    @routes.post("/operations/{operation_no}/report")
    async def report_in(operation_no: OperationNo, body: Report, commands: Staff) -> Reply:
        """Report in on the spot for the own unit (报到); it counts as acknowledging, too."""
        return await _on(
            commands,
            operation_no,
            lambda session: ReportIn(
                operation_no=operation_no,
                unit=session.actor.unit,
                officer_count=body.officer_count,
                by=session.actor.person,
                at=session.now,
            ),
        )


def _leaving(routes: APIRouter) -> None:
    @routes.post("/operations/{operation_no}/completion")
    async def complete_task(operation_no: OperationNo, body: Completion, commands: Staff) -> Reply:
        """Say that the own unit's task is done, and how (处置结果); the unit stays."""
        return await _on(
            commands,
            operation_no,
            lambda session: CompleteTask(
                operation_no=operation_no,
                unit=session.actor.unit,
                result=_seal(session, operation_no, body.result),
                by=session.actor.person,
                at=session.now,
            ),
        )

    @routes.post("/operations/{operation_no}/releases/{unit}")
    async def release_unit(operation_no: OperationNo, unit: UnitCode, commands: Staff) -> Reply:
        """Let a unit go, for the street that whistled (放行); the last one ends the operation."""
        return await _on(
            commands,
            operation_no,
            lambda session: ReleaseUnit(
                operation_no=operation_no,
                unit=unit,
                acting_unit=session.actor.unit,
                by=session.actor.person,
                at=session.now,
            ),
        )


async def _on(
    commands: Commands, operation_no: str, make: Callable[[Session], OperationCommand]
) -> Reply:
    stream = f"operation-{operation_no}"
    return await commands.execute(lambda session: session.execute(make(session), stream), stream)


def _seal(session: Session, operation_no: str, text: str) -> Sealed:
    """Keep a text for the person the case is about, or for the case when there is none (any more).

    Raises: OperationUnknown.
    """
    fact = existing(operation_no, session.state(f"operation-{operation_no}")).fact
    person = [f"subject-{fact.subject}"] if fact.subject else []
    return session.seal(text, *person, f"case-{fact.case_no}")
