"""Builds a service's HTTP application, and puts several behind one address."""

from collections.abc import Iterable, Mapping
from time import monotonic

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.identity import Identity
from chassis.http.operations import operations
from chassis.http.problem import install_problems, known_problem
from chassis.http.route import template_of
from chassis.observability.metrics import Metrics
from chassis.service import Service

__all__ = ["BODY_MAX", "Gateway", "build_app"]

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

BODY_MAX = 256 * 1024
"""Bytes of a request. A text of 20,000 characters is at most 80,000 bytes of UTF-8."""


def build_app(
    service: Service, identity: Identity, routers: Iterable[APIRouter], title: str
) -> FastAPI:
    """Make a service's application from its own routes and the common ones."""
    app = FastAPI(
        title=title,
        openapi_url=f"/{service.name}/v1/openapi.json",
        docs_url=None,  # its page would be fetched from another host, which closed networks refuse
        redoc_url=None,
    )
    app.state.service = service
    app.state.identity = identity
    app.add_middleware(BodyLimit)
    install_problems(app)
    app.add_middleware(Timed, metrics=service.metrics)
    for router in (*routers, operations(service)):
        app.include_router(router)
    return app


class Timed:
    """Measures every request, by the template of its route: what strangers ask for is no label."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on and note its status and how long it took."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s, status = monotonic(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            took_s = monotonic() - began_s
            self._metrics.request(method, template_of(scope), status, took_s)


class BodyLimit:
    """Turns away bodies that are too large before they are read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the announced length; bodies without one are not taken."""
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            announced = headers.get(b"content-length", b"0")
            chunked = b"transfer-encoding" in headers
            if chunked or not announced.isdigit() or int(announced) > BODY_MAX:
                request = Request(scope)
                answer = known_problem(request, 413, "too_large", limit=BODY_MAX)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Gateway:
    """One address for several services: the first part of the path says which one."""

    def __init__(self, apps: Mapping[str, ASGIApp], elsewhere: ASGIApp) -> None:
        self._apps = apps
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to its service."""
        first = scope["path"].split("/", 2)[1] if scope["path"].startswith("/") else ""
        await self._apps.get(first, self._elsewhere)(scope, receive, send)
