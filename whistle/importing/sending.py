"""Sends requests, several at a time, each until it has an answer or patience is at its end.

A request that met a dead or failing server is sent again with the same key, so however often it
goes out it is done once. Rows with the same number go one after the other: the first one counts.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import aiohttp

from whistle.client import Problem, read_problem, unreachable
from whistle.connection import is_loopback
from whistle.importing.requests import Request
from whistle.language import language

__all__ = ["Ending", "Line", "Target", "send_all"]

_AT_ONCE = 16
_TIMEOUT_S = 30.0
_PAUSE_FIRST_S, _PAUSE_LAST_S = 0.1, 5.0
_CREATED = 201
_ABOUT_THE_ROW = {400, 409, 413, 422}
_TRY_AGAIN = {429, 500, 502, 503, 504}
_REPEATED = ("Idempotency-Replayed", "Whistle-Already-There")

Became = Literal["filed", "already_there", "unsure", "rejected"]


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go, and how long a server may be away."""

    url: str
    token: str
    patience_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a request. Code and reason are the server's, for one that was rejected.

    `unsure` is there now, but an attempt that got no answer may have put it there.
    """

    request: Request
    became: Became
    code: str = ""
    reason: str = ""


@dataclass
class Line:
    """The requests under way, and whom to tell what became of them."""

    requests: Iterator[Request]
    tell: Callable[[Ending], None]


async def send_all(target: Target, line: Line) -> None:
    """Send every request. Raises: Failure when the server stays away or lets nobody in."""
    headers = {
        "Authorization": f"Bearer {target.token}",
        "Accept-Language": language(),
        "Content-Type": "application/json",
    }
    under_way: dict[str, asyncio.Event] = {}
    async with aiohttp.ClientSession(
        headers=headers,
        connector=aiohttp.TCPConnector(limit=_AT_ONCE),
        timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S),
        trust_env=not is_loopback(target.url),
    ) as session:
        sender = _Sender(session, target)
        workers = [asyncio.create_task(_work(sender, line, under_way)) for _ in range(_AT_ONCE)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


async def _work(sender: "_Sender", line: Line, under_way: dict[str, asyncio.Event]) -> None:
    for request in line.requests:
        while (before := under_way.get(request.external_no)) is not None:
            await before.wait()
        done = under_way[request.external_no] = asyncio.Event()
        try:
            line.tell(await sender.send(request))
        finally:
            del under_way[request.external_no]
            done.set()


class _Sender:
    def __init__(self, session: aiohttp.ClientSession, target: Target) -> None:
        self._session = session
        self._target = target

    async def send(self, request: Request) -> Ending:
        """Send until there is an answer. Raises: Failure."""
        until = time.monotonic() + self._target.patience_s
        pause_s, lost = _PAUSE_FIRST_S, False
        while True:
            try:
                status, repeated, body = await self._once(request)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if time.monotonic() > until:
                    patience = f"it did not answer for {self._target.patience_s:g} seconds"
                    raise unreachable(self._target.url, patience) from error
            else:
                if status not in _TRY_AGAIN:
                    there: Became = "unsure" if lost else "already_there"
                    return _ending(request, status, body, there if repeated else "filed")
                if time.monotonic() > until:
                    raise read_problem(status, body)
            # Whether that attempt was carried out, nobody can tell.
            lost = True
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _PAUSE_LAST_S)

    async def _once(self, request: Request) -> tuple[int, bool, bytes]:
        async with self._session.post(
            self._target.url,
            data=request.body,
            headers={"Idempotency-Key": request.key},
            allow_redirects=False,
        ) as answer:
            repeated = any(answer.headers.get(name) == "true" for name in _REPEATED)
            return answer.status, repeated, await answer.read()


def _ending(request: Request, status: int, body: bytes, created: Became) -> Ending:
    if status == _CREATED:
        return Ending(request, created)
    if status not in _ABOUT_THE_ROW:
        raise read_problem(status, body)
    problem = Problem(body)
    return Ending(request, "rejected", problem.code or f"http_{status}", problem.sentence())
