"""The two questions that every object answers: what happened to it, and what may be done with it.

    OBJECTS = (Kind("/dispatch/v1/cases/{case_no}", case_stream),)
    routers = [*routers, objects(service, routers, OBJECTS, wording)]

adds `…/history` and `…/actions` below each kind of object. Who may ask is who may read the object:
both questions ask the route that reads it first, and it answers or refuses (roles, unit, recusal).
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from chassis.http.actions import ActionList, actions_of
from chassis.http.command_routes import CommandRoutes, DeclaredCommand
from chassis.http.history import History, history_of
from chassis.service import Service
from contracts.envelope import Actor
from contracts.said import Wording

__all__ = ["Kind", "objects"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object."""

    path: str
    """The template of the route that reads one, such as `/dispatch/v1/cases/{case_no}`."""
    stream: Callable[..., str]
    """Names the stream of the object of a number."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An object that its reader may see."""

    actor: Actor
    given: Mapping[str, str]
    """Its number, by the name that it has in paths."""


def objects(
    service: Service, routers: Iterable[APIRouter], kinds: Iterable[Kind], wording: Wording
) -> APIRouter:
    """Give the routes, for the objects and the commands of the given routers."""
    found = list(routers)
    routes = APIRouter()
    for kind in kinds:
        read = _read(found, kind.path)
        commands = [one for router in found for one in _below(router, kind.path)]
        _add(routes, service, kind, read, commands, wording)
    return routes


def _add(  # noqa: PLR0913  # all that two routes need
    routes: APIRouter,
    service: Service,
    kind: Kind,
    read: APIRoute,
    commands: list[tuple[str, DeclaredCommand]],
    wording: Wording,
) -> None:
    seeing = Annotated[Seen, Depends(_seeing(read.endpoint))]
    prefix = commands[0][0] if commands else ""
    declared = [one for _, one in commands]
    what = kind.path.rsplit("/", 2)[1]

    def get_history(seen: seeing) -> History:
        """Tell what happened, in order and in words; no text is opened."""
        return history_of(service, kind.stream(*seen.given.values()), wording)

    async def get_actions(seen: seeing) -> ActionList:
        """Say of each command whether you may give it now, or why not; nothing is done."""
        return await actions_of(service, seen.actor, declared, prefix, seen.given)

    for name, endpoint in (("history", get_history), ("actions", get_actions)):
        endpoint.__name__ = f"get_{what}_{name}"
        routes.add_api_route(f"{kind.path}/{name}", endpoint, methods=["GET"], tags=read.tags)


def _read(routers: Iterable[APIRouter], path: str) -> APIRoute:
    """Find the route that reads an object. Raises: LookupError."""
    for router in routers:
        for route in router.routes:
            if (
                isinstance(route, APIRoute)
                and route.path == path
                and "GET" in (route.methods or ())
            ):
                return route
    raise LookupError(path)


def _below(router: APIRouter, path: str) -> list[tuple[str, DeclaredCommand]]:
    """Give the commands below an object's path, each with the prefix of its own."""
    if not isinstance(router, CommandRoutes):
        return []
    return [
        (router.prefix, one)
        for one in router.declared
        if f"{router.prefix}{one.path}".startswith(f"{path}/")
    ]


def _seeing(read: Callable[..., Any]) -> Callable[..., Seen]:
    """Make a dependency of a route's function: who gets past it may see the object as it is now."""
    signature = inspect.signature(read)
    wanted = [one for one in signature.parameters.values() if one.name != "as_of"]

    def seen(**given: Any) -> Seen:  # noqa: ANN401  # of the route
        read(**given)
        number = {name: value for name, value in given.items() if name in numbers}
        return Seen(given["actor"], number)

    numbers = {one.name for one in wanted} - {"actor", "response"}
    keywords = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in wanted]
    seen.__signature__ = signature.replace(  # type: ignore[attr-defined]  # read by inspect
        parameters=keywords, return_annotation=Seen
    )
    return seen
