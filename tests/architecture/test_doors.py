"""Deny by default: no route of any service lets anybody in without asking who it is."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from chassis.clock import SystemClock
from chassis.hosting.data_folder import DataFolder
from chassis.hosting.process import serving_together
from chassis.http.identity import ROLES, DemoTokens
from contracts.catalogue import FileCatalogue
from services.dispatch.app import definition as dispatch
from services.enforcement.app import definition as enforcement
from services.feedback.app import definition as feedback
from services.intake.app import definition as intake
from tests.caller import Caller
from tests.doors import doors, open_doors

SERVICES = ("intake", "dispatch", "enforcement", "feedback")


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FastAPI]]:
    """The real services on an empty folder."""
    catalogue = FileCatalogue()
    definitions = [define(catalogue) for define in (intake, dispatch, enforcement, feedback)]
    folder = DataFolder(tmp_path_factory.mktemp("doors"), demo=True)
    with serving_together(definitions, folder, SystemClock(), DemoTokens()) as opened:
        yield opened
    folder.release()


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_names_the_roles_it_lets_in(apps: dict[str, FastAPI], name: str) -> None:
    assert open_doors(apps[name]) == []
    assert len(doors(apps[name])) > 8


@pytest.mark.parametrize("name", SERVICES)
def test_no_route_lets_everybody_in(apps: dict[str, FastAPI], name: str) -> None:
    for door, roles in doors(apps[name]).items():
        assert roles < ROLES, door


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_gets_past_without_a_token(apps: dict[str, FastAPI], name: str) -> None:
    stranger = Caller(apps[name])
    for door, roles in doors(apps[name]).items():
        method, path = door.split(" ")
        if roles:
            answer = stranger.request(method, path.replace("{", "").replace("}", ""))
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), door


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_begins_with_its_service_and_version(
    apps: dict[str, FastAPI], name: str
) -> None:
    assert all(door.split(" ")[1].startswith(f"/{name}/v1/") for door in doors(apps[name]))
