"""Sends requests, several at a time, each until it has an answer or the server stays away too long.

A request that met a dead or failing server is sent again with the same key, so it is executed once
however often it is sent. Rows with the same number are sent one after the other: the first counts.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import aiohttp

from chassis.backoff import Backoff
from chassis.http.address import is_loopback
from chassis.http.client import ServerUnreachable, read_problem
from whistle.client import as_failure
from whistle.importing.requests import Request
from whistle.language import language

__all__ = ["Batch", "Result", "Target", "send_all"]

_AT_ONCE = 16
_TIMEOUT_S = 30.0
_PAUSE_FIRST_S, _PAUSE_LAST_S = 0.1, 5.0
_CREATED = 201
_ABOUT_THE_ROW = {400, 409, 413, 422}
_TRY_AGAIN = {429, 500, 502, 503, 504}
_REPEATED = ("Idempotency-Replayed", "Whistle-Already-There")
_PHONE_UNREADABLE = "Whistle-Phone-Unreadable"

Kind = Literal["filed", "already_there", "unsure", "rejected"]


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go, and how long a server may be away."""

    url: str
    token: str
    patience_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a request. Code and reason are the server's, for one that was rejected.

    `unsure`: it is stored now, but an attempt that got no answer may have stored it.
    """

    request: Request
    kind: Kind
    code: str = ""
    reason: str = ""
    is_phone_unreadable: bool = False
    """What stands for a phone is none: it is kept as text."""


@dataclass
class Batch:
    """The requests to send, and the function that gets each result."""

    requests: Iterator[Request]
    note: Callable[[Result], None]


async def send_all(target: Target, batch: Batch) -> None:
    """Send every request. Raises: Failure when the server stays away or accepts no request."""
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
        workers = [asyncio.create_task(_work(sender, batch, under_way)) for _ in range(_AT_ONCE)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


async def _work(sender: "_Sender", batch: Batch, under_way: dict[str, asyncio.Event]) -> None:
    for request in batch.requests:
        while (before := under_way.get(request.external_no)) is not None:
            await before.wait()
        done = under_way[request.external_no] = asyncio.Event()
        try:
            batch.note(await sender.send(request))
        finally:
            del under_way[request.external_no]
            done.set()


class _Sender:
    def __init__(self, session: aiohttp.ClientSession, target: Target) -> None:
        self._session = session
        self._target = target

    async def send(self, request: Request) -> Result:
        """Send until there is an answer. Raises: Failure."""
        until = time.monotonic() + self._target.patience_s
        back_off = Backoff(_PAUSE_FIRST_S, _PAUSE_LAST_S)
        while True:
            try:
                status, said, body = await self._answer(request)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if time.monotonic() > until:
                    why = f"it did not answer for {self._target.patience_s:g} seconds"
                    raise as_failure(ServerUnreachable(self._target.url, why)) from error
            else:
                if status not in _TRY_AGAIN:
                    # An attempt before this one may have been executed without an answer.
                    stored: Kind = "unsure" if back_off.pause_s else "already_there"
                    kind = "filed" if said.isdisjoint(_REPEATED) else stored
                    result = _result(request, status, body, kind)
                    return replace(result, is_phone_unreadable=_PHONE_UNREADABLE in said)
                if time.monotonic() > until:
                    raise as_failure(read_problem(status, body))
            await asyncio.sleep(back_off.fail())

    async def _answer(self, request: Request) -> tuple[int, frozenset[str], bytes]:
        """Give the status, those of our headers that are true, and the body."""
        async with self._session.post(
            self._target.url,
            data=request.body,
            headers={"Idempotency-Key": request.key},
            allow_redirects=False,
        ) as answer:
            names = (*_REPEATED, _PHONE_UNREADABLE)
            said = frozenset(name for name in names if answer.headers.get(name) == "true")
            return answer.status, said, await answer.read()


def _result(request: Request, status: int, body: bytes, created: Kind) -> Result:
    if status == _CREATED:
        return Result(request, created)
    problem = read_problem(status, body)
    if status not in _ABOUT_THE_ROW:
        raise as_failure(problem)
    return Result(request, "rejected", problem.code or f"http_{status}", problem.sentence)
