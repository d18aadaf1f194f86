"""Who is asking: a bearer token becomes an actor through one port. Deny by default.

Tokens stand in a file by their SHA-256, never themselves. Demonstration tokens name an actor
outright (`demo.<role>.<unit>.<person>`) and are only ever accepted by a demonstration.
"""

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal, Protocol, cast, get_args

from fastapi import Request

from chassis.errors import Forbidden, Unauthenticated
from chassis.http.strict import refuse_unknown
from chassis.private_files import make_folder, write_fresh
from contracts.envelope import Actor

__all__ = [
    "ROLES",
    "DemoTokens",
    "FileTokens",
    "Identity",
    "Role",
    "RoleMissing",
    "allow",
]

Role = Literal[
    "agent",
    "dispatcher",
    "integrator",
    "officer",
    "leader",
    "director",
    "visitor",
    "auditor",
    "operator",
    "service",
]
"""话务员, 派单员, 热线系统, 值班员, 领导, 主任, 回访员, 审计员, 运维员, and the services."""

ROLES: frozenset[str] = frozenset(get_args(Role))
_DEMO_PARTS = 4


class RoleMissing(Forbidden):
    """Signed in, in a role that may not do this."""

    code = "role_missing"
    zh = "当前身份（{role}）无权进行此操作；需要以下身份之一：{needed}。"
    en = "Your role ({role}) may not do this; one of these is needed: {needed}."


class Identity(Protocol):
    """Turns a token into the actor it stands for."""

    def actor(self, token: str) -> Actor | None:
        """Give the actor, or None for a token that is not valid."""
        ...


class FileTokens:
    """Tokens in a JSON file: `{"<sha-256 of the token>": {"person":…, "unit":…, "role":…}}`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = -1
        self._actors: dict[str, Actor] = {}

    def actor(self, token: str) -> Actor | None:
        """Look a token up; a changed file is read again, so that revoking needs no restart."""
        changed_at = self._path.stat().st_mtime_ns if self._path.exists() else 0
        if changed_at != self._read_at:
            held = json.loads(self._path.read_text(encoding="utf-8")) if changed_at else {}
            self._actors = {key: Actor.model_validate(value) for key, value in held.items()}
            self._read_at = changed_at
        return self._actors.get(hashlib.sha256(token.encode()).hexdigest())

    def issue(self, actor: Actor) -> str:
        """Make a token for an actor and write its digest down; the token itself is not kept."""
        token = secrets.token_urlsafe(32)
        held = json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else {}
        held[hashlib.sha256(token.encode()).hexdigest()] = actor.model_dump()
        make_folder(self._path.parent)
        partial = self._path.with_suffix(".partial")
        write_fresh(partial, json.dumps(held, indent=1).encode())
        partial.replace(self._path)
        return token


class DemoTokens:
    """`demo.<role>.<unit>.<person>` is that actor. For demonstrations alone."""

    def actor(self, token: str) -> Actor | None:
        """Read the actor out of the token."""
        parts = token.split(".")
        if len(parts) != _DEMO_PARTS or parts[0] != "demo" or parts[1] not in ROLES:
            return None
        if not parts[2] or not parts[3]:
            return None
        return Actor(role=parts[1], unit=parts[2], person=parts[3])


def signed_in(request: Request) -> Actor:
    """Give the actor of a request. Raises: Unauthenticated."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    identity = cast("Identity", request.app.state.identity)
    actor = identity.actor(token.strip()) if scheme.lower() == "bearer" else None
    if actor is None:
        raise Unauthenticated
    return actor


def allow(*roles: Role) -> Callable[[Request], Awaitable[Actor]]:
    """Give a dependency that lets the named roles in and nobody else."""
    needed = frozenset(roles)

    # A coroutine, because anything else would cost a thread's turn in every request.
    async def _actor(request: Request) -> Actor:
        actor = signed_in(request)
        if actor.role not in needed:
            raise RoleMissing(role=actor.role, needed=", ".join(sorted(needed)))
        # Behind the role, so that who may not do it hears that first.
        await refuse_unknown(request)
        return actor

    _actor.roles = needed  # type: ignore[attr-defined]  # read by the test that no route forgets it
    return _actor
