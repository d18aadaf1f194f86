"""Feedback behind HTTP, on a real store, without a socket."""

import asyncio
import json
from itertools import count
from pathlib import Path

from httpx import ASGITransport, AsyncClient, Response

from chassis.clock import FixedClock
from chassis.http.application import build_app
from chassis.http.identity import DemoTokens
from chassis.service import open_service
from chassis.unit_of_work.unit_of_work import Done
from chassis.unit_of_work.writer import CommitSignal
from chassis.views.versions import prepare
from contracts.catalogue import FileCatalogue
from contracts.event import Event
from services.feedback.app import model, routers
from tests.unit.feedback.facts import NOON
from tests.unit.feedback.neighbour import Neighbour

__all__ = ["CALLS", "SATISFIED", "SCORES", "VISITOR", "Office"]

CALLS = "/feedback/v1/callbacks"
SCORES = "/feedback/v1/scores"
VISITOR = "demo.visitor.hotline.p-visitor"
SATISFIED = {"contacted": True, "resolved": True, "satisfaction": "satisfied"}


class Office:
    """The service, its neighbours, and a client that asks in English."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.service = open_service(model(), folder, FixedClock(NOON), CommitSignal())
        prepare(self.service.store, self.service.model, {})
        self.service.writer.start()
        routes = routers(self.service, FileCatalogue())
        app = build_app(self.service, DemoTokens(), routes, "feedback")
        self._client = AsyncClient(transport=ASGITransport(app), base_url="http://office.test")
        self._runner = asyncio.Runner()
        self._dispatch, self._intake = Neighbour("dispatch"), Neighbour("intake")
        self._keys = count()

    def hears(self, event: Event) -> None:
        """Let dispatch say something of a case, or intake of a person."""
        case_no = getattr(event, "case_no", None)
        inbound = (
            self._dispatch.says(event, f"case-{case_no}")
            if case_no
            else self._intake.says(event, "subject-1")
        )
        (waiting,) = self.service.writer.submit([inbound])
        assert isinstance(waiting.result(), Done)

    def get(self, path: str, token: str = VISITOR, **query: object) -> Response:
        """Read; a query field that Python has a word for is written with a `_` behind it."""
        asked = self._client.get(
            path,
            params={name.rstrip("_"): str(value) for name, value in query.items()},
            headers=_signed_in(token),
        )
        return self._runner.run(asked)

    def post(self, path: str, body: object = None, token: str = VISITOR, **more: str) -> Response:
        """Command, each time under a new key unless one is given; `more` are headers."""
        headers = {
            **_signed_in(token),
            "Content-Type": "application/json",
            "Idempotency-Key": f"key-{next(self._keys)}",
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        content = None if body is None else json.dumps(body)
        return self._runner.run(self._client.post(path, content=content, headers=headers))

    def complete(self, no: str, **said: object) -> Response:
        """Record what a caller said: satisfied, unless said otherwise."""
        return self.post(f"{CALLS}/{no}/completion", {**SATISFIED, **said})

    def close(self) -> None:
        """Let go of thread, client and files."""
        self._runner.run(self._client.aclose())
        self._runner.close()
        self.service.writer.stop()
        self.service.store.close()


def _signed_in(token: str) -> dict[str, str]:
    authorization = {"Authorization": f"Bearer {token}"} if token else {}
    return {"Accept-Language": "en", **authorization}
