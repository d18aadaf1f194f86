"""docs/matrix.md: who may use which route, by role and by relation to the case.

    python -m tests.architecture.matrix_page

writes the page: roles from the routes themselves, relations from what `…/actions` offers to people
of every relation while the services are played (`tests.harness.explorer`). `test_matrix.py` fails
when another page is in the tree, and tries every cell.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from chassis.http.identity import ROLES, Role
from tests.architecture.tidy_rules import ROOT
from tests.harness.explorer import RELATIONS, Relations, explore
from tests.harness.four_services import FourServices, open_four_services
from tests.harness.routes import roles_by_route

__all__ = ["COLUMNS", "PAGE", "render", "routes", "told_relations"]

PAGE = ROOT / "docs" / "matrix.md"

COLUMNS: tuple[Role, ...] = (
    "agent",
    "dispatcher",
    "visitor",
    "officer",
    "leader",
    "director",
    "integrator",
    "auditor",
    "operator",
    "service",
)
"""Roles in the order of the page."""
assert set(COLUMNS) == ROLES

_PLAYED, _OF_UNITS = {"dispatch", "enforcement"}, {"officer", "leader", "director"}
_NOT_MET = "not met"
"""Of a command that no played case came to."""

_HEAD = """\
# Who may do what

One line per route, one column per role: `x` lets the role in, everybody else gets 403
`role_missing`, nobody gets in without a token. The roles are in the [glossary](glossary.md).

The last column is for commands that officers, leaders and directors give for their unit: to which
units the case, whistle or operation offers it, at some moment of a played case; `not met` where no
played case came to it. The relations:
"""
_FOOT = """\
Nobody who is recused from a case acts on it or reads it, whatever their role and unit.

This page is made from the code by `python -m tests.architecture.matrix_page`.
"""


def routes(harness: FourServices) -> dict[str, frozenset[str]]:
    """Give every route that asks who somebody is, with the roles that it lets in."""
    found = {route: roles for app in harness.apps.values() for route, roles in _by(app).items()}
    return {route: roles for route, roles in found.items() if roles}


def _by(app: object) -> Mapping[str, frozenset[str]]:
    return roles_by_route(app)  # type: ignore[arg-type]  # FastAPI's


def render(roles: Mapping[str, frozenset[str]], relations: Mapping[str, frozenset[str]]) -> str:
    """Write the page."""
    parts = [_HEAD, *(f"- **{name}**: {meaning}" for name, meaning in RELATIONS.items())]
    service = ""
    for route in sorted(roles, key=_place):
        method, path = route.split(" ")
        _, own, _, rest = path.split("/", 3)
        if own != service:
            service = own
            head = ("route", *COLUMNS, "offered to")
            parts += ["", f"## {service}", "", _row(head), _row("---" for _ in head)]
        marks = ("x" if role in roles[route] else "" for role in COLUMNS)
        related = ", ".join(name for name in RELATIONS if name in relations.get(route, ()))
        if not related and own in _PLAYED and method == "POST" and roles[route] & _OF_UNITS:
            related = _NOT_MET
        parts.append(_row((f"{method} `{rest}`", *marks, related)))
    return "\n".join([*parts, "", _FOOT])


def told_relations(page: str) -> Relations:
    """Read the last column back: what the page says of each route."""
    told: Relations = {}
    service = ""
    for line in page.splitlines():
        if line.startswith("## "):
            service = line.removeprefix("## ")
        if line.startswith("| ") and "`" in line:
            first, *_, last = (cell.strip() for cell in line.strip("|").split("|"))
            method, rest = first.split(" ")
            route = f"{method} /{service}/v1/{rest.strip('`')}"
            told[route] = frozenset(last.split(", ")) & RELATIONS.keys()
    return {route: relations for route, relations in told.items() if relations}


def _place(route: str) -> tuple[str, str, str]:
    method, path = route.split(" ")
    return path.split("/")[1], path, method


def _row(cells: object) -> str:
    return "| " + " | ".join(cells) + " |"  # type: ignore[arg-type]  # texts


def main() -> None:
    """Write the page."""
    with TemporaryDirectory() as folder, open_four_services(Path(folder)) as harness:
        page = render(routes(harness), explore())
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
