"""No odd value in a read breaks a service on either store: every list, cursor and number."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from contracts.services import SERVICES
from tests.harness.four_services import FourServices, open_four_services

ACTORS = ("operator.hotline.o-1", "auditor.system.a-1", "leader.street-locust-peace.s-2")
ODD = ("\0", "a\0b", "x" * 300, "-1", "9" * 20, "2026-13-45")
KEYS = ([1], ["a"], [1, 2], ["a", "b"], [1, "a"], ["a", 1], ["\0"], ["\0", "a"], [True], [None])


def cursor(key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


@pytest.fixture(params=["postgres", "sqlite"])
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FourServices]:
    databases = {}
    if request.param == "postgres":
        postgres = request.getfixturevalue("postgres")
        databases = {name: postgres.ready().app for name in SERVICES}
    with open_four_services(tmp_path, databases) as opened:
        yield opened


def questions(harness: FourServices) -> Iterator[tuple[str, dict[str, str]]]:
    """Give every address that is read, with an odd value for one of its parameters."""
    for service in SERVICES:
        document = harness.send("GET", "", f"/{service}/v1/openapi.json").json()
        for path, operations in document["paths"].items():
            for one in operations.get("get", {}).get("parameters", ()):
                for value in (*ODD, *map(cursor, KEYS if one["name"] == "after" else ())):
                    there = path.replace(f"{{{one['name']}}}", value.replace("\0", "%00"))
                    query = {one["name"]: value} if one["in"] == "query" else {}
                    yield re.sub(r"\{[^}]*\}", "x", there), query


def test_nothing_breaks(harness: FourServices) -> None:
    asked, broken = 0, []
    for path, query in questions(harness):
        for actor in ACTORS:
            answer = harness.send("GET", actor, path, params=query or None)
            asked += 1
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                broken.append((actor, path, query))
    assert broken == []
    assert asked > 500
