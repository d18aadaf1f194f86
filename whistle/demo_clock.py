"""The clock of a demonstration over HTTP: look at it, and move it on when nothing is under way."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.clock import DemoClock
from chassis.deadlines import next_due
from chassis.errors import Fault, Refusal
from chassis.service import Service
from contracts.instant import Instant, format_instant

__all__ = ["FeedsNotDrained", "clock_routes"]


class FeedsNotDrained(Refusal):
    code = "feeds_not_drained"
    zh = "还有事件未送达，时钟暂不能拨动；请稍候重试。"
    en = "Events are still on their way, so the clock stays; try again in a moment."


class ClockMove(BaseModel):
    """Where to move it; never backwards."""

    to: Instant


def clock_routes(clock: DemoClock, services: Sequence[Service]) -> APIRouter:
    """Give the routes of a demonstration's clock."""
    routes = APIRouter(prefix="/demo/v1", tags=["demo"])

    @routes.get("/clock")
    def get_clock() -> dict[str, Any]:
        """Say what time it is, what is due next, and whether everything has been heard."""
        return _shown(clock, services)

    @routes.post("/clock")
    def move_clock(move: ClockMove) -> dict[str, Any]:
        """Move the clock and notice every deadline that passes. Only when nothing is under way."""
        if not _drained(services):
            raise FeedsNotDrained
        clock.advance(move.to)
        for service in services:
            while service.ticker.tick():
                pass
        return _shown(clock, services)

    return routes


def _drained(services: Sequence[Service]) -> bool:
    """Say whether everybody has heard everything, and nobody said anything while we asked."""
    before = [service.head() for service in services]
    try:
        behind = [service.consumer.behind() for service in services if service.consumer]
    except Fault:
        return False
    after = [service.head() for service in services]
    return before == after and not any(count for one in behind for count in one.values())


def _shown(clock: DemoClock, services: Sequence[Service]) -> dict[str, Any]:
    found = []
    for service in services:
        with service.store.reading() as connection:
            found.append(next_due(connection))
    due = min((moment for moment in found if moment), default=None)
    return {
        "now": format_instant(clock.now()),
        "next_due": format_instant(due) if due else None,
        "drained": _drained(services) and not (due and due <= clock.now()),
    }
