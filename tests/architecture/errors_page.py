"""docs/errors.md, made from the classes and sentences that the code itself answers with.

    python -m tests.architecture.errors_page

writes the page. `test_errors.py` fails when the page in the tree is another one.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import chassis
import services
from chassis.errors import Refusal
from chassis.http import problem

__all__ = ["PAGE", "Entry", "entries", "leaves", "render"]

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"

_HEAD = """\
# Errors

Every "no" over HTTP is a problem document (RFC 9457, `application/problem+json`). Its `code` is
stable: programs decide by it. Its `detail` is one sentence in the reader's language
(`Accept-Language`: Chinese, unless English comes first) and may be reworded. Words in braces are
filled in. No text, name or phone that was sent is repeated; codes and numbers may be.

This page is made from the code by `python -m tests.architecture.errors_page`.
"""
_EDGE_STATUS = {
    "malformed_json": 400,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_large": 413,
    "invalid_fields": 422,
    "fault": 500,
    "busy": 503,
    "outcome_unknown": 503,
}


@dataclass(frozen=True, order=True)
class Entry:
    """One code: its status, who answers with it, and its two sentences."""

    code: str
    status: int
    source: str
    zh: str
    en: str


def leaves() -> list[type[Refusal]]:
    """Give every refusal of the product that no other refusal refines, by module and name."""
    _import_all()
    product = ("chassis.", "services.")
    found = [one for one in _subclasses(Refusal) if one.__module__.startswith(product)]
    return sorted(found, key=lambda one: (one.__module__, one.__qualname__))


def entries() -> list[Entry]:
    """Give every code that a caller can meet, in alphabetical order."""
    refused = [
        Entry(one.code, one.status, one.__module__.rsplit(".", 1)[0], one.zh, one.en)
        for one in leaves()
    ]
    edge = [
        Entry(code, _EDGE_STATUS[code], "chassis.http", zh, en)
        for code, (zh, en) in problem.SENTENCES.items()
    ]
    return sorted(refused + edge)


def render() -> str:
    """Write the page."""
    return "\n".join([_HEAD, *(_section(one) for one in entries())])


def _section(one: Entry) -> str:
    return f"## {one.code}\n\n{one.status} · `{one.source}`\n\n- {one.zh}\n- {one.en}\n"


def _import_all() -> None:
    for package in (chassis, services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def _subclasses(one: type[Refusal]) -> Iterator[type[Refusal]]:
    """Give the leaves below a class, each once."""
    below = {leaf for child in one.__subclasses__() for leaf in _subclasses(child)}
    yield from below or [one]


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
