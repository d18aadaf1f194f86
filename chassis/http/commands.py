"""Commands over HTTP: `Idempotency-Key` required, `If-Match` honoured, the answer in one form.

The key and the actor together identify the command, so a client that got no answer sends the same
again and gets the first one.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from time import time_ns
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from chassis.errors import Malformed, Refusal
from chassis.http.identity import Role, allow
from chassis.http.route import template_of
from chassis.listeners import notify
from chassis.service import Service
from chassis.unit_of_work.outcomes import Done, Failed, Refused
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.work import Origin
from contracts.envelope import Actor

__all__ = ["REPLAYED", "Commands", "Noting", "Reply", "commanding", "etag"]

REPLAYED = "Idempotency-Replayed"
"""The header of an answer that was given before."""

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = re.compile(r'"([1-9][0-9]{0,9})"')


class KeyMissing(Malformed):
    """A command without an Idempotency-Key could be done twice."""

    code = "idempotency_key_missing"
    status = 400
    zh = "缺少 Idempotency-Key 头；请为每个操作生成一个唯一的键（1～200 个可见 ASCII 字符）。"
    en = "Send an Idempotency-Key header: a unique key per command, 1 to 200 visible ASCII signs."


class IfMatchUnreadable(Malformed):
    """An If-Match that is not one of our ETags."""

    code = "if_match_unreadable"
    status = 400
    zh = 'If-Match 应为读取时得到的 ETag，例如 "3"。'
    en = 'If-Match has to be the ETag that was read, such as "3".'


class Reply(BaseModel):
    """What every command answers: the object and the version it is at now."""

    id: str
    version: int


@dataclass(frozen=True, slots=True)
class Noting:
    """Which refusals of a command are facts themselves, and what records one."""

    of: type[Refusal]
    run: Callable[[Session, Refusal], object]


@dataclass(frozen=True, slots=True)
class Commands:
    """How one HTTP request commands."""

    service: Service
    actor: Actor
    request: Request
    response: Response

    async def execute(
        self, run: Callable[[Session], object], *streams: str, noting: Noting | None = None
    ) -> Reply:
        """Run a command and answer with the first stream it addressed.

        `streams` are read in advance, and If-Match is about the first of them. A refusal that
        `noting` names is recorded before it is raised.
        Raises: Refusal, or the error that broke it.
        """
        headers = self.request.headers
        key = headers.get("idempotency-key", "")
        if not _KEY.fullmatch(key):
            raise KeyMissing
        actor, vault = self.actor, self.service.vault
        name = (self.service.name, actor.role, actor.unit, actor.person, key)
        command_id = vault.identify("command", *name)
        request = CommandRequest(
            origin=Origin(command_id, actor, command_id, command_id),
            run=run,
            digest=vault.digest(await _content(self.request)),
            expected=_expected(headers.get("if-match"), streams),
            streams=streams,
        )
        began_ns = time_ns()
        outcome = await self.service.submit(request)
        where = (self.request.method, template_of(self.request.scope))
        times_ns = (began_ns, time_ns())
        caller = headers.get("traceparent", "")
        notify(self.service.on_command, request, outcome, where, times_ns, caller)
        match outcome:
            case Done(stream, version, replayed):
                if replayed:
                    self.response.headers[REPLAYED] = "true"
                self.response.headers["ETag"] = etag(version)
                return Reply(id=stream.partition("-")[2], version=version)
            case Refused(refusal):
                if noting is not None and isinstance(refusal, noting.of):
                    await self._note(request, lambda session: noting.run(session, refusal))
                raise refusal
            case Failed(error):
                raise error

    async def _note(self, refused: CommandRequest, run: Callable[[Session], object]) -> None:
        """Note a refusal in a transaction of its own, because it undid that of its command.

        The same request, sent again, is noted once. Raises: the error that broke the noting.
        """
        origin, digest = refused.origin, refused.digest or b""
        noted_id = self.service.vault.identify("refused", str(origin.command_id), digest.hex())
        noted = Origin(noted_id, origin.actor, origin.correlation_id, origin.command_id)
        request = CommandRequest(noted, run, digest, streams=refused.streams)
        outcome = await self.service.submit(request)
        if isinstance(outcome, Failed):
            raise outcome.error


def etag(version: int) -> str:
    """Write a version as an ETag."""
    return f'"{version}"'


def commanding(*roles: Role) -> object:
    """Give the annotation of a command parameter that the named roles may use."""
    allowed = allow(*roles)

    async def _commands(
        request: Request, response: Response, actor: Annotated[Actor, Depends(allowed)]
    ) -> Commands:
        return Commands(request.app.state.service, actor, request, response)

    return Depends(_commands)


async def _content(request: Request) -> bytes:
    """Give what the command says, independent of how its JSON is laid out."""
    body = await request.body()
    try:
        content = json.dumps(json.loads(body), sort_keys=True) if body else ""
    except (ValueError, RecursionError) as error:
        # A command without fields has nobody else to read its body.
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",)}]) from error
    return f"{request.method} {request.url.path}\n{content}".encode()


def _expected(if_match: str | None, streams: tuple[str, ...]) -> tuple[str, int] | None:
    if if_match is None or not streams:
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise IfMatchUnreadable
    return (streams[0], int(found.group(1)))
