"""The routes every service has: its feed, its health, its held events, and what auditors see."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from chassis.feeds.feed import FeedPage, page_of
from chassis.http.audit import audit_router
from chassis.http.commands import Commands, Reply, commanding
from chassis.http.held import held_router
from chassis.http.identity import allow
from chassis.http.keys import keys_router
from chassis.http.readiness import health_routes
from chassis.http.views import views_router
from chassis.inbox.held import HeldEvent, count_held, key_of, list_held
from chassis.service import Service
from chassis.store.reading import published_position
from chassis.unit_of_work.deadline_index import next_due
from chassis.unit_of_work.operator_actions import discard, note
from contracts.envelope import Actor
from contracts.instant import format_instant

__all__ = ["operations"]

FEED_PAGE_MAX = 1_000


class Reason(BaseModel):
    """Why an operator does it."""

    reason: str = Field(min_length=1, max_length=500)


class Status(BaseModel):
    """Where a service stands."""

    service: str
    head: int
    published: int | None
    """Up to where Kafka has everything, as the relay marked it; null without a relay."""
    behind: dict[str, int]
    """Per source: events still to come, against its true head; -1 when it cannot be reached."""
    held: dict[str, int]
    fault: str
    now: str
    next_due: str | None


class HeldList(BaseModel):
    """Every held event of a service, oldest first."""

    items: list[HeldEvent]
    total: int


def operations(service: Service) -> APIRouter:
    """Give the common routes of a service."""
    router = APIRouter(prefix=f"/{service.name}/v1", tags=["operations"])
    _feed(router, service)
    health = service.health
    router.include_router(health_routes(health.problems, service.metrics, health.attention))
    _status(router, service)
    _held(router, service)
    router.include_router(views_router(service))
    router.include_router(keys_router(service))
    router.include_router(held_router(service))
    router.include_router(audit_router(service))
    return router


def _feed(router: APIRouter, service: Service) -> None:
    @router.get("/events")
    def read_events(
        _actor: Annotated[Actor, Depends(allow("service", "auditor", "operator"))],
        after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
        limit: Annotated[int, Query(ge=0, le=FEED_PAGE_MAX)] = 200,
    ) -> FeedPage:
        """Read the log after a position: canonical envelope and event, without personal data."""
        return page_of(service.store, after, limit)


def _status(router: APIRouter, service: Service) -> None:
    @router.get("/status")
    def status(
        _actor: Annotated[Actor, Depends(allow("service", "operator", "auditor", "agent"))],
    ) -> Status:
        """Say how far everything is."""
        return status_of(service)


def status_of(service: Service) -> Status:
    """Measure a service: its head, what it has still to read, what it holds, what is due."""
    fault = service.consumer.fault
    # Measured now, not taken from the health monitor: `whistle reconcile` waits for zero.
    behind = {source: lag.behind for source, lag in service.consumer.lags().items()}
    with service.store.reading() as connection:
        held, due = count_held(connection), next_due(connection)
        published = published_position(connection)
    return Status(
        service=service.name,
        head=service.head(),
        published=published,
        behind=behind,
        held=held,
        fault=fault,
        now=format_instant(service.clock.now()),
        next_due=format_instant(due) if due else None,
    )


def _held(router: APIRouter, service: Service) -> None:
    @router.get("/parked")
    def list_parked(
        _actor: Annotated[Actor, Depends(allow("operator", "auditor"))],
    ) -> HeldList:
        """List events that wait, are parked, or stand behind one that is."""
        with service.store.reading() as connection:
            items = list_held(connection)
        return HeldList(items=items, total=len(items))

    @router.post("/parked/{held_id}/release")
    async def release_parked(
        held_id: int,
        body: Reason,
        commands: Annotated[Commands, commanding("operator")],
    ) -> Reply:
        """Try the whole key of a held event again, in order."""
        with service.store.reading() as connection:
            source, key = key_of(connection, held_id)
        reply = await commands.execute(
            lambda session: note(session, "release", f"{source}/{key}/{held_id}", body.reason)
        )
        await run_in_threadpool(service.consumer.release, [(source, key)])
        return reply

    @router.post("/parked/{held_id}/discard")
    async def discard_parked(
        held_id: int, body: Reason, commands: Annotated[Commands, commanding("operator")]
    ) -> Reply:
        """Give up one held event for good; what stood behind it goes on."""
        return await commands.execute(lambda session: discard(session, held_id, body.reason))
