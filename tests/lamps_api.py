"""The HTTP side of the invented domain, built as the real services build theirs, and its server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from chassis.http.application import build_app
from chassis.http.commands import Commands, Reply, commanding, etag
from chassis.http.identity import DemoTokens, allow
from chassis.http.paging import Cursor, Limit, Page, page
from chassis.service import Service
from contracts.envelope import Actor
from contracts.instant import Instant
from tests.lamps import DimLamp, HangLamp, LampUnknown, LightLamp, Rooms, WrongUnit

TOKEN = "demo.officer.street-lighting.p-1"
SERVICE_TOKEN = "demo.service.system.porters"


class Hanging(BaseModel):
    """A lamp to hang."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=r"^[0-9a-z-]{1,20}$")
    room: str = Field(min_length=1, max_length=40)
    since: Instant | None = None


class Lighting(BaseModel):
    """A lamp to light."""

    brightness: int = Field(ge=1, le=100)
    mood: Literal["calm", "bright"] = "calm"


class Room(BaseModel):
    """A row of the view of rooms."""

    lamp: str
    room: str
    lit_count: int


def lamps_router(service: Service) -> APIRouter:
    """Give the routes of the lamps."""
    router = APIRouter(prefix=f"/{service.name}/v1")
    _commands(router, service)
    _queries(router, service)
    return router


def _commands(router: APIRouter, service: Service) -> None:
    @router.post("/lamps", status_code=201)
    async def hang(body: Hanging, commands: Annotated[Commands, commanding("officer")]) -> Reply:
        command = HangLamp(body.room, service.clock.now())
        stream = f"lamp-{body.number}"
        return await commands.execute(lambda session: session.execute(command, stream), stream)

    @router.post("/lamps/{number}/light")
    async def light(
        number: str, body: Lighting, commands: Annotated[Commands, commanding("officer", "leader")]
    ) -> Reply:
        if commands.actor.unit != "street-lighting":
            raise WrongUnit
        command = LightLamp(service.clock.now(), body.brightness)
        stream = f"lamp-{number}"
        return await commands.execute(lambda session: session.execute(command, stream), stream)

    @router.post("/lamps/{number}/dim")
    async def dim(number: str, commands: Annotated[Commands, commanding("officer")]) -> Reply:
        command = DimLamp(service.clock.now())
        stream = f"lamp-{number}"
        return await commands.execute(lambda session: session.execute(command, stream), stream)

    @router.post("/lamps/{number}/break")
    async def break_it(number: str, commands: Annotated[Commands, commanding("officer")]) -> Reply:
        def run(_session: object) -> None:
            raise ZeroDivisionError(f"lamp {number}")

        return await commands.execute(run)


def _queries(router: APIRouter, service: Service) -> None:
    @router.get("/lamps")
    def list_lamps(
        _actor: Annotated[Actor, Depends(allow("officer", "auditor"))],
        after: Cursor = None,
        limit: Limit = 50,
    ) -> Page[Room]:
        table = Rooms.rows
        with service.store.reading() as connection:
            order = (table.c.room, table.c.lamp)
            rows, total, following = page(connection, select(table), order, after, limit)
        items = [Room(lamp=row.lamp, room=row.room, lit_count=row.lit_count) for row in rows]
        return Page(items=items, total=total, next=following)

    @router.get("/lamps/{number}")
    def show(
        number: str, response: Response, _actor: Annotated[Actor, Depends(allow("officer"))]
    ) -> dict[str, Any]:
        loaded = service.load(f"lamp-{number}")
        if not loaded.version:
            raise LampUnknown
        response.headers["ETag"] = etag(loaded.version)
        return {"version": loaded.version}


def lamps_app(service: Service) -> FastAPI:
    """Give the application of the lamps; demo tokens sign in."""
    return build_app(service, DemoTokens(), [lamps_router(service)], "Lamps")


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
