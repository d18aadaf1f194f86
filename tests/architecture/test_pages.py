"""Documents name real wire names and real addresses."""

import re
from collections.abc import Iterator

import pytest

from contracts.event import EVENTS
from contracts.services import SERVICES
from tests.architecture.tidy_rules import ROOT
from tests.harness.four_services import open_four_services
from tests.harness.routes import roles_by_route

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)

_SERVICE = "|".join(SERVICES)
_WIRE = re.compile(rf"(?<![\w./-])(?:{_SERVICE})\.[a-z_]+\.v[0-9]+")
_ADDRESS = re.compile(rf"/(?:{_SERVICE})/v1(?:/[A-Za-z0-9{{}}<>_.…-]+)*")


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The path templates of all services."""
    with open_four_services(tmp_path_factory.mktemp("pages")) as services:
        return frozenset(
            route.split(" ")[1] for app in services.apps.values() for route in roles_by_route(app)
        )


def unknown_addresses(text: str, routes: frozenset[str]) -> Iterator[str]:
    """Give the addresses of a text that no route answers, nor any below them."""
    for address in _ADDRESS.findall(text):
        parts = address.rstrip(".").split("/")
        if not any(_leads(parts, route.split("/")) for route in routes):
            yield address


def _leads(parts: list[str], route: list[str]) -> bool:
    """Say whether an address is that of a route, or of a part of it."""
    if len(parts) > len(route):
        return False
    return all(
        part == piece or piece.startswith("{") or part == "…"
        for part, piece in zip(parts, route, strict=False)
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_wire_name_is_an_event(page: str) -> None:
    found = set(_WIRE.findall((ROOT / page).read_text(encoding="utf-8")))
    assert found - set(EVENTS) == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_address_is_a_route(page: str, routes: frozenset[str]) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert list(unknown_addresses(text, routes)) == []


def test_what_is_not_there_is_noticed(routes: frozenset[str]) -> None:
    """The control arm."""
    text = "`POST /dispatch/v1/cases/{no}/song` and `GET /dispatch/v1/cases/260928000001`"
    assert list(unknown_addresses(text, routes)) == ["/dispatch/v1/cases/{no}/song"]
    assert _WIRE.findall("a `dispatch.case_sung.v1` is heard") == ["dispatch.case_sung.v1"]
