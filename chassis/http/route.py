"""The template of the route that took a request: it names the kind of request and nobody in it."""

from starlette.types import Scope

__all__ = ["UNMATCHED", "template_of"]

UNMATCHED = "unmatched"
"""Stands for every path that no route takes: what strangers ask for must not become a label."""


def template_of(scope: Scope) -> str:
    """Give the path with parameters in braces, after the request was routed."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return UNMATCHED
    # A route inside an included router knows its own part alone; what comes before it is fixed.
    own = path.strip("/").count("/") + 1
    before = scope["path"].strip("/").split("/")[:-own]
    return "/" + "/".join([*before, path.strip("/")])
