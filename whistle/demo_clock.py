"""The clock of a demonstration over HTTP: read it, and move it when no event is under way."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.clock import DemoClock
from chassis.errors import Fault, Refusal
from chassis.service import Service
from chassis.unit_of_work.deadline_index import next_due
from contracts.instant import Instant, format_instant, parse_instant
from whistle.failure import Failure
from whistle.reconciling.draining import look, under_way

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["FeedsNotDrained", "OneProcess", "OverHttp", "clock_routes"]

_PAUSE_S = 0.02
_NOTICED_WITHIN_S = 30


class FeedsNotDrained(Refusal):
    code = "feeds_not_drained"
    zh = "还有事件未送达，时钟暂不能拨动；请稍候重试。"
    en = "Events are still on their way, so the clock stays; try again in a moment."


class ClockMove(BaseModel):
    """Where to move the clock; never backwards."""

    to: Instant


class Installation(Protocol):
    """The services of a demonstration, in this process or others."""

    def is_drained(self) -> bool:
        """Say whether every service has processed all events, and none came meanwhile."""
        ...

    def next_due(self) -> datetime | None:
        """Give the first moment at which something is due."""
        ...

    def notice(self) -> None:
        """Wait until every service has noticed what is due by now. Raises: Fault."""
        ...


class OneProcess:
    """All services in this process."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services

    def is_drained(self) -> bool:
        """Measure the services directly."""
        before = [service.head() for service in self._services]
        lags = [lag for one in self._services for lag in one.consumer.lags().values()]
        after = [service.head() for service in self._services]
        return before == after and not any(lag.behind for lag in lags)

    def next_due(self) -> datetime | None:
        """Read the deadline index of each."""
        found = []
        for service in self._services:
            with service.store.reading() as connection:
                found.append(next_due(connection))
        return min((moment for moment in found if moment), default=None)

    def notice(self) -> None:
        """Tick every service in turn."""
        for service in self._services:
            while service.ticker.tick():
                pass


class OverHttp:
    """Services in processes of their own, which all read the file of the clock."""

    def __init__(self, client: "Client", clock: DemoClock) -> None:
        self._client = client
        self._clock = clock

    def is_drained(self) -> bool:
        """Look twice: one look asks the services one after the other, which proves nothing."""
        try:
            return not under_way(look(self._client), look(self._client))
        except Failure:
            return False

    def next_due(self) -> datetime | None:
        """Ask every service."""
        found = [one.next_due for one in look(self._client)]
        return min((parse_instant(moment) for moment in found if moment), default=None)

    def notice(self) -> None:
        """Wait: each service reads the clock by itself, several times a second."""
        give_up_at = time.monotonic() + _NOTICED_WITHIN_S
        while (due := self.next_due()) and due <= self._clock.now():
            if time.monotonic() > give_up_at:
                raise Fault("a service did not notice what was due")
            time.sleep(_PAUSE_S)


def clock_routes(clock: DemoClock, installation: Installation) -> APIRouter:
    """Give the routes of a demonstration's clock."""
    routes = APIRouter(prefix="/demo/v1", tags=["demo"])

    @routes.get("/clock")
    def get_clock() -> dict[str, Any]:
        """Say what time it is, what is due next, and whether all events are processed."""
        return _to_json(clock, installation)

    @routes.post("/clock")
    def move_clock(move: ClockMove) -> dict[str, Any]:
        """Move the clock and notice every deadline that passes; only when no event is under way."""
        if not installation.is_drained():
            raise FeedsNotDrained
        clock.advance(move.to)
        installation.notice()
        return _to_json(clock, installation)

    return routes


def _to_json(clock: DemoClock, installation: Installation) -> dict[str, Any]:
    due = installation.next_due()
    return {
        "now": format_instant(clock.now()),
        "next_due": format_instant(due) if due else None,
        "drained": installation.is_drained() and not (due and due <= clock.now()),
    }
