"""The load generator: keep-alive connections and requests built in advance.

It must not be what is measured, so it parses no JSON it is not asked for, and every measurement
over HTTP reports what share of a core the generator took itself.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Self

__all__ = ["Answer", "Caller", "asking", "commanding"]

_LENGTH = b"content-length: "
_OK = 200
_REFUSED = 400


class Answer:
    """One response; its body is only read as JSON when somebody wants to know."""

    __slots__ = ("body", "status")

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body

    @property
    def done(self) -> bool:
        """Whether the server said yes."""
        return _OK <= self.status < _REFUSED

    def json(self) -> dict[str, object]:
        """Read the body."""
        content: dict[str, object] = json.loads(self.body)
        return content


class Caller:
    """One connection; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def dial(cls, port: int) -> Self:
        """Connect to a server on this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: bytes) -> Answer:
        """Send one request and wait for the whole answer."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        at = head.index(_LENGTH) + len(_LENGTH)
        length = int(head[at : head.index(b"\r", at)])
        return Answer(int(head[9:12]), await self._reader.readexactly(length))

    def hang_up(self) -> None:
        """Close the connection."""
        self._writer.close()


def commanding(path: str, actor: str, key: str, body: Mapping[str, object]) -> bytes:
    """Build a command of a demonstration's actor (`<role>.<unit>.<person>`)."""
    content = json.dumps(body, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer demo.{actor}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def asking(path: str, actor: str) -> bytes:
    """Build a read."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer demo.{actor}\r\n\r\n"
    ).encode()
