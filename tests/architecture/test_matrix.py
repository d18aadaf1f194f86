"""Who may do what: the page is the one that the code gives, and every cell of it is tried."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from chassis.http.command_routes import CommandRoutes, DeclaredCommand
from contracts.catalogue import FileCatalogue
from contracts.ids import SubjectId
from tests.architecture.matrix_page import COLUMNS, PAGE, render, routes, told_relations
from tests.harness.explorer import explore
from tests.harness.four_services import FourServices, open_four_services
from whistle.composition import definitions

ADVICE = "run `python -m tests.architecture.matrix_page`"
NO = "260928000001"
NAMED = {
    "appeal_no": NO,
    "case_no": NO,
    "whistle_no": f"{NO}-W1",
    "operation_no": f"{NO}-W1",
    "callback_no": f"{NO}-R1",
    "subject": SubjectId("0" * 32),
    "unit": "fire-rescue",
    "officer": "p-1",
    "stage": "stop",
    "held_id": "1",
    "view": "cases",
}
"""Something for every parameter of a path; nothing of it exists."""
OFFERED_TO_ALL: set[str] = set()
"""Commands that a unit gives which has nothing to do with the case."""


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FourServices]:
    with open_four_services(tmp_path_factory.mktemp("matrix")) as opened:
        yield opened


@pytest.fixture(scope="module")
def declared(harness: FourServices) -> list[DeclaredCommand]:
    return [
        one
        for definition in definitions(FileCatalogue())
        for router in definition.routers(harness.services[definition.name])
        if isinstance(router, CommandRoutes)
        for one in router.declared
    ]


class WhenThePageIsRead:
    def test_its_roles_are_those_of_the_routes(self, harness: FourServices) -> None:
        page = PAGE.read_text(encoding="utf-8")
        assert page == render(routes(harness), told_relations(page)), ADVICE

    def test_its_relations_are_those_that_commands_are_offered_to(self) -> None:
        told = told_relations(PAGE.read_text(encoding="utf-8"))
        assert told == explore(), ADVICE
        assert len(told) > 8
        assert {route for route, found in told.items() if "other" in found} == OFFERED_TO_ALL


@pytest.mark.parametrize("role", COLUMNS)
class WhenEveryCellIsTried:
    def test_a_role_gets_past_the_routes_that_name_it_and_past_no_other(
        self, harness: FourServices, role: str
    ) -> None:
        wrong = []
        for route, roles in routes(harness).items():
            method, path = route.split(" ")
            body: dict[str, Any] = {"json": {}} if method == "POST" else {}
            key = {"Idempotency-Key": f"{role}-{path}"}
            answer = harness.send(
                method, f"{role}.fire-rescue.p-9", path.format_map(NAMED), headers=key, **body
            )
            is_refused = answer.status_code == 403 and answer.json()["code"] == "role_missing"
            if is_refused is (role in roles):
                wrong.append((route, answer.status_code))
        assert wrong == []


class WhenNobodyIsSignedIn:
    def test_every_route_says_so(self, harness: FourServices) -> None:
        for route in routes(harness):
            method, path = route.split(" ")
            answer = harness.send(method, "", path.format_map(NAMED))
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), route


class WhenACommandIsDeclared:
    def test_one_with_a_body_has_a_sample_of_it(self, declared: list[DeclaredCommand]) -> None:
        without = [one.name for one in declared if one.body and one.sample is None]
        assert without == [], "declare `sample=`: an action without one cannot be offered"
        for one in declared:
            if isinstance(one.sample, BaseModel):
                assert one.body is not None, one.name
                assert type(one.sample) is one.body[1], one.name

    def test_one_whose_path_names_more_than_its_object_has_candidates_for_one_thing(
        self, declared: list[DeclaredCommand]
    ) -> None:
        for one in declared:
            assert len(one.parameters) <= 2, one.name
            assert (len(one.parameters) == 2) is (one.candidates is not None), one.name

    def test_its_name_is_its_own(self, declared: list[DeclaredCommand]) -> None:
        names = [one.name for one in declared]
        assert sorted(set(names)) == sorted(names)
