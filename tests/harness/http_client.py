"""A client of applications, without a socket and without a thread."""

import asyncio
from typing import Any

from httpx import ASGITransport, AsyncClient, Response
from starlette.types import ASGIApp

__all__ = ["HttpClient"]


class HttpClient:
    """Sends requests straight into an application, as anybody."""

    def __init__(self, app: ASGIApp) -> None:
        # What breaks inside is answered, as over a socket.
        transport = ASGITransport(app, raise_app_exceptions=False)
        self._client = AsyncClient(transport=transport, base_url="http://localhost")
        self._runner = asyncio.Runner()

    def send(self, method: str, actor: str, path: str, **options: Any) -> Response:  # noqa: ANN401  # httpx's own
        """Send any request as `<role>.<unit>.<person>`; without an actor there is no token."""
        token = {"Authorization": f"Bearer demo.{actor}"} if actor else {}
        kind = {"Content-Type": "application/json"} if "content" in options else {}
        options["headers"] = {**token, **kind, **(options.get("headers") or {})}
        return self._runner.run(self._client.request(method, path, **options))

    def ask(self, actor: str, path: str, **query: str | int) -> Response:
        """Read; a query field that Python has a word for is written with a `_` behind it."""
        params = {name.rstrip("_"): value for name, value in query.items()}
        return self.send("GET", actor, path, params=params or None)

    def tell(
        self, actor: str, path: str, body: object = None, key: str = "", **headers: str
    ) -> Response:
        """Command; a header `if_match` is written `If-Match`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Idempotency-Key": key} if key else {}
        return self.send("POST", actor, path, json=body, headers=named)

    def close(self) -> None:
        """Close the event loop."""
        self._runner.run(self._client.aclose())
        self._runner.close()
