"""The simulation's client: many requests at once, each sent again until it is answered.

A request that met a dead server is sent again with the same Idempotency-Key, so it is executed once
however often it is sent.
"""

import asyncio
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp

__all__ = ["ServerGone", "Wire"]

_AT_ONCE = 24
_PAGE = 500
_PAUSE_S = 0.1
_RETRIED = {500, 502, 503, 504}


class ServerGone(Exception):
    """The server did not come back in time."""


class Wire:
    """HTTP requests as any actor of the demonstration."""

    def __init__(self, server: str, patience_s: float) -> None:
        self._server = server.rstrip("/")
        self._patience_s = patience_s
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self.sent = 0
        self.refused: dict[str, int] = {}
        """Refusals by code; empty after an undisturbed run."""

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=30)
        connector = aiohttp.TCPConnector(limit=_AT_ONCE)
        self._client = aiohttp.ClientSession(timeout=timeout, connector=connector)
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._client.close()

    async def get(self, actor: str, path: str, **query: Any) -> Any:  # noqa: ANN401  # JSON
        """Read. Raises: ServerGone."""
        params = {name: str(value) for name, value in query.items() if value is not None}
        _, body = await self.send("GET", actor, path, params=params)
        return body

    async def rows(self, actor: str, path: str, **query: str) -> list[dict[str, Any]]:
        """Read a whole list, page after page. Raises: ServerGone."""
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = await self.get(actor, path, limit=_PAGE, after=after, **query)
            found += page["items"]
            after = page["next"]
            if after is None:
                return found

    async def act(
        self, actor: str, path: str, key: str, body: Mapping[str, Any] | None = None
    ) -> bool:
        """Send a command; say whether it was executed. Raises: ServerGone."""
        self.sent += 1
        status, answer = await self.send("POST", actor, path, json=body or {}, key=key)
        if status < 400:  # noqa: PLR2004  # where errors begin in HTTP
            return True
        code = answer.get("code", str(status))
        self.refused[code] = self.refused.get(code, 0) + 1
        return False

    async def send(
        self,
        method: str,
        actor: str,
        path: str,
        key: str | None = None,
        **content: Any,  # noqa: ANN401  # aiohttp's own arguments
    ) -> tuple[int, Any]:
        """Send a request until it is answered; give status and JSON. Raises: ServerGone."""
        headers = {"Authorization": f"Bearer demo.{actor}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + self._patience_s
        while True:
            try:
                async with (
                    self._gate,
                    self._client.request(
                        method, self._server + path, headers=headers, **content
                    ) as answer,
                ):
                    text = await answer.text()
                    if answer.status not in _RETRIED:
                        return answer.status, json.loads(text)
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            if loop.time() > give_up_at:
                raise ServerGone(path)
            await asyncio.sleep(_PAUSE_S)
