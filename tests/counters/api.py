"""The HTTP side of the invented domain, built as the real services build theirs, and its server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row, select

from chassis.http.application import build_app
from chassis.http.commands import Commands, Reply, commanding, etag
from chassis.http.identity import DemoTokens, allow
from chassis.http.paging import Cursor, Limit
from chassis.service import Service
from chassis.views.keyset import Page, page
from contracts.envelope import Actor
from contracts.instant import Instant
from tests.counters.counter import LABEL_ROWS, Count, CounterUnknown, Open, Reset, WrongUnit

__all__ = ["OFFICER", "SERVICE_TOKEN", "counters_app", "counters_router", "serving"]

OFFICER = "officer.street-lighting.p-1"
SERVICE_TOKEN = "demo.service.system.followers"


class Opening(BaseModel):
    """A counter to open."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=r"^[0-9a-z-]{1,20}$")
    label: str = Field(min_length=1, max_length=40)
    since: Instant | None = None


class Counting(BaseModel):
    """An amount to count."""

    amount: int = Field(ge=1, le=100)
    mood: Literal["calm", "bright"] = "calm"


class LabelItem(BaseModel):
    """A row of the view of labels."""

    counter: str
    label: str
    counted: int


class CounterDetail(BaseModel):
    """A counter as it stands."""

    version: int


def counters_router(service: Service) -> APIRouter:
    """Give the routes of the counters."""
    router = APIRouter(prefix=f"/{service.name}/v1")
    _commands(router, service)
    _queries(router, service)
    return router


def _commands(router: APIRouter, service: Service) -> None:
    @router.post("/counters", status_code=201)
    async def open_(body: Opening, commands: Annotated[Commands, commanding("officer")]) -> Reply:
        command = Open(body.number, body.label, service.clock.now())
        stream = f"counter-{body.number}"
        return await commands.execute(lambda session: session.execute(command, stream), stream)

    @router.post("/counters/{number}/count")
    async def count(
        number: str, body: Counting, commands: Annotated[Commands, commanding("officer", "leader")]
    ) -> Reply:
        if commands.actor.unit != "street-lighting":
            raise WrongUnit
        command = Count(service.clock.now(), body.amount)
        stream = f"counter-{number}"
        return await commands.execute(lambda session: session.execute(command, stream), stream)

    @router.post("/counters/{number}/reset")
    async def reset(number: str, commands: Annotated[Commands, commanding("officer")]) -> Reply:
        command = Reset(service.clock.now())
        stream = f"counter-{number}"
        return await commands.execute(lambda session: session.execute(command, stream), stream)

    @router.post("/counters/{number}/break")
    async def break_it(number: str, commands: Annotated[Commands, commanding("officer")]) -> Reply:
        def run(_session: object) -> None:
            raise ZeroDivisionError(f"counter {number}")

        return await commands.execute(run)


def _item(row: Row[Any]) -> LabelItem:
    return LabelItem(counter=row.counter, label=row.label, counted=row.counted)


def _queries(router: APIRouter, service: Service) -> None:
    @router.get("/counters")
    def list_counters(
        _actor: Annotated[Actor, Depends(allow("officer", "auditor"))],
        after: Cursor = None,
        limit: Limit = 50,
    ) -> Page[LabelItem]:
        order = (LABEL_ROWS.c.label, LABEL_ROWS.c.counter)
        with service.store.reading() as connection:
            return page(connection, select(LABEL_ROWS), order, after, limit, _item)

    @router.get("/counters/{number}")
    def show(
        number: str, response: Response, _actor: Annotated[Actor, Depends(allow("officer"))]
    ) -> CounterDetail:
        loaded = service.load(f"counter-{number}")
        if not loaded.version:
            raise CounterUnknown
        response.headers["ETag"] = etag(loaded.version)
        return CounterDetail(version=loaded.version)


def counters_app(service: Service) -> FastAPI:
    """Give the application of the counters; demo tokens sign in."""
    return build_app(service, DemoTokens(), [counters_router(service)], "Counters")


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free loopback port; give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
    assert not thread.is_alive()
