"""What a request says beyond what its route takes is refused, not ignored.

A misspelt parameter would give another list than the one that was asked for.
"""

import json

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from chassis.http.field_problems import NO_SUCH

__all__ = ["refuse_unknown"]


async def refuse_unknown(request: Request) -> None:
    """Check parameters, and the body where none is taken. Raises: RequestValidationError."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    unknown = [("query", name) for name in sorted(set(request.query_params) - _taken(route))]
    if request.method == "POST" and route.body_field is None:
        unknown += [("body", name) for name in _fields(await request.body())]
    if unknown:
        raise RequestValidationError([{"type": NO_SUCH, "loc": loc, "msg": ""} for loc in unknown])


def _taken(route: APIRoute) -> set[str]:
    found: set[str] = set()
    waiting: list[Dependant] = [route.dependant]
    while waiting:
        one = waiting.pop()
        found |= {parameter.alias for parameter in one.query_params}
        waiting += one.dependencies
    return found


def _fields(body: bytes) -> list[str]:
    """Name the fields of a body; what is no JSON is for the command to refuse."""
    try:
        content = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return []
    return sorted(content) if isinstance(content, dict) else ["…"] if content else []
