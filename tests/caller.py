"""A caller of an application, without a socket and without a thread."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

__all__ = ["Caller"]


@dataclass
class Caller:
    """Sends requests straight into an application; `headers` go with each."""

    app: FastAPI
    headers: dict[str, str] = field(default_factory=dict)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401  # as httpx takes them
        """Send one request and give the whole answer, also to what broke inside."""
        kind = {"Content-Type": "application/json"} if "content" in options else {}
        options["headers"] = {**self.headers, **kind, **options.get("headers", {})}
        return asyncio.run(self._send(method, path, options))

    def get(self, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401
        """Send a GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401
        """Send a POST."""
        return self.request("POST", path, **options)

    async def _send(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **options)
