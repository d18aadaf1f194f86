"""Who may use which route of an application: nobody without a role, health and documents apart."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

__all__ = ["open_routes", "roles_by_route"]

_PUBLIC = (
    "/health/live",
    "/health/ready",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/oauth2-redirect",
)
"""Load balancers, Prometheus and readers of the API's document have no token, and see no case."""


def roles_by_route(app: FastAPI) -> dict[str, frozenset[str]]:
    """Give the roles that each route lets in; none for a route that asks nobody who they are."""
    return {
        f"{'/'.join(sorted(route.methods or ['ANY']))} {route.path}": _roles(
            getattr(route, "dependant", None)
        )
        for route in iter_route_contexts(app.routes)
    }


def open_routes(app: FastAPI) -> list[str]:
    """Name the routes that have no `allow(...)` although they are neither health nor documents."""
    return [
        name
        for name, roles in roles_by_route(app).items()
        if not roles and not name.endswith(_PUBLIC)
    ]


def _roles(dependant: Dependant | None) -> frozenset[str]:
    if dependant is None:
        return frozenset()
    found = [getattr(one.call, "roles", None) for one in _dependencies(dependant)]
    named = [frozenset[str](roles) for roles in found if roles is not None]
    return frozenset.intersection(*named) if named else frozenset()


def _dependencies(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _dependencies(one)
