"""Routes for health checks and Prometheus, the same in every process.

None of them asks for a token, and none says anything of a person.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import BaseModel

from chassis.heartbeat import Problem
from chassis.observability.metrics import Metrics
from contracts.instant import format_instant

__all__ = ["Readiness", "Trouble", "health_routes"]

_METRICS: dict[str, Any] = {"text/plain": {"schema": {"type": "string"}}}


class Trouble(BaseModel):
    """One thing that keeps a process from its work."""

    part: str
    since: str
    what: str
    do: str


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """`ok`, or `failing` and why. Read without a token, so it names nobody."""

    status: Literal["ok", "failing"]
    problems: list[Trouble]
    attention: list[Trouble]
    """What a person should look at. It leaves the service ready: no reader can take it down."""


_Problems = Callable[[], Iterable[Problem]]


def health_routes(problems: _Problems, metrics: Metrics, attention: _Problems = tuple) -> APIRouter:
    """Give the routes; both are asked at every call and have to answer from memory."""
    router = APIRouter()

    @router.get("/health/live")
    async def live() -> Liveness:
        """Say that the process answers."""
        return Liveness()

    @router.get("/health/ready")
    async def ready(response: Response) -> Readiness:
        """Say whether it does its work: all of its parts run and what is due moves."""
        readiness = _readiness(problems(), attention())
        response.status_code = 200 if readiness.status == "ok" else 503
        return readiness

    @router.get("/metrics", response_class=Response, responses={200: {"content": _METRICS}})
    def read_metrics() -> Response:
        """Give the numbers of this process in Prometheus's text format."""
        return Response(metrics.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return router


def _readiness(problems: Iterable[Problem], attention: Iterable[Problem]) -> Readiness:
    failing = _troubles(problems)
    return Readiness(
        status="failing" if failing else "ok", problems=failing, attention=_troubles(attention)
    )


def _troubles(problems: Iterable[Problem]) -> list[Trouble]:
    """Give problems in the form of the answer; `since` is real time, also in a demonstration."""
    now = datetime.now(UTC)
    return [
        Trouble(
            part=one.part,
            since=format_instant(now - timedelta(seconds=one.for_s)),
            what=one.what,
            do=one.do,
        )
        for one in problems
    ]
