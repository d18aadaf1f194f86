"""Every route of every service: deny by default, and an answer with a schema."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from chassis.clock import SystemClock
from chassis.hosting.data_folder import DataFolder
from chassis.hosting.process import serving_together
from chassis.http.identity import ROLES, DemoTokens
from contracts.catalogue import FileCatalogue
from contracts.services import SERVICES
from tests.harness.http_client import HttpClient
from tests.harness.routes import open_routes, roles_by_route
from whistle.composition import definitions


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FastAPI]]:
    """The real services on an empty folder."""
    folder = DataFolder(tmp_path_factory.mktemp("routes"), demo=True)
    defined = definitions(FileCatalogue())
    with serving_together(defined, folder, SystemClock(), DemoTokens()) as opened:
        yield opened
    folder.release()


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_names_the_roles_it_lets_in(apps: dict[str, FastAPI], name: str) -> None:
    assert open_routes(apps[name]) == []
    assert len(roles_by_route(apps[name])) > 8


@pytest.mark.parametrize("name", SERVICES)
def test_no_route_lets_everybody_in(apps: dict[str, FastAPI], name: str) -> None:
    for route, roles in roles_by_route(apps[name]).items():
        assert roles < ROLES, route


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_gets_past_without_a_token(apps: dict[str, FastAPI], name: str) -> None:
    client = HttpClient(apps[name])
    for route, roles in roles_by_route(apps[name]).items():
        method, path = route.split(" ")
        if roles:
            answer = client.send(method, "", path.replace("{", "").replace("}", ""))
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), route
    client.close()


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_begins_with_its_service_and_version(
    apps: dict[str, FastAPI], name: str
) -> None:
    paths = [route.split(" ")[1] for route in roles_by_route(apps[name])]
    assert all(path.startswith(f"/{name}/v1/") for path in paths)


@pytest.mark.parametrize("name", SERVICES)
def test_every_read_has_a_full_schema(apps: dict[str, FastAPI], name: str) -> None:
    document = apps[name].openapi()
    loose = [
        f"{method} {path}"
        for path, methods in document["paths"].items()
        for method, route in methods.items()
        for answer in [route["responses"].get("200") or route["responses"]["201"]]
        for content in answer["content"].values()
        if not is_full(content["schema"], document["components"]["schemas"], set())
    ]
    assert loose == []


def is_full(schema: Any, named: dict[str, Any], seen: set[str]) -> bool:  # noqa: ANN401  # any JSON
    """Say whether a schema names what it holds, down to its leaves."""
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return name in seen or is_full(named[name], named, seen | {name})
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return all(is_full(one, named, seen) for one in schema[word])
    match schema.get("type"):
        case "object":
            fields = [*schema.get("properties", {}).values()]
            if isinstance(more := schema.get("additionalProperties"), dict):
                fields.append(more)
            return bool(fields) and all(is_full(one, named, seen) for one in fields)
        case "array":
            rows = schema.get("prefixItems") or [schema.get("items", {})]
            return all(is_full(one, named, seen) for one in rows)
        case kind:
            return kind is not None or "const" in schema or "enum" in schema


@pytest.mark.parametrize(
    "schema", [{}, {"type": "object"}, {"type": "array", "items": {"type": "object"}}]
)
def test_a_schema_that_says_nothing_is_noticed(schema: dict[str, Any]) -> None:
    """The control arm."""
    assert not is_full(schema, {}, set())
