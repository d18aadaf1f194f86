"""Commands declared on a router: executed, guarded by roles, documented, and listed."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, Field

from chassis.errors import Refusal
from chassis.http.application import build_app
from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.commands import Reply
from chassis.http.identity import DemoTokens, Role
from chassis.unit_of_work.session import Session
from tests.counters.counter import Count, CounterAtZero, CounterUnknown, Open, Reset
from tests.counters.services import Counters
from tests.harness.http_client import HttpClient
from tests.harness.routes import open_routes, roles_by_route

OFFICER, LEADER = "officer.street-lighting.p-1", "leader.street-lighting.p-2"
PATH = "/counters/v1/counters"
OFFICERS: tuple[Role, ...] = ("officer",)
LEADERS: tuple[Role, ...] = ("leader",)


class Opening(Body):
    """What a counter is called."""

    label: str = Field(min_length=1)


class Counting(Body):
    """An amount to count."""

    amount: int = Field(ge=1)


def counter(number: str) -> tuple[str, ...]:
    return (f"counter-{number}",)


def both(number: str, other: str) -> tuple[str, ...]:
    return (*counter(number), *counter(other))


def one_more(session: Session, number: str) -> Counting:
    """Count one more than it stands at."""
    return Counting(amount=session.state(f"counter-{number}").amount + 1)


def neighbours(session: Session, number: str) -> list[str]:
    """Name the two next counters, as far as there are any."""
    following = [str(int(number) + step) for step in (1, 2)]
    return [one for one in following if session.load(f"counter-{one}").version]


def declare() -> CommandRoutes:
    """Declare commands on counters."""
    routes = CommandRoutes("/counters/v1", "counters")

    @routes.command(
        "/counters/{number}",
        roles=OFFICERS,
        on=counter,
        status=201,
        sample=Opening(label="hall"),
    )
    def open_counter(session: Session, number: str, body: Opening) -> Open:
        """Open a counter."""
        return Open(number, body.label, session.now)

    @routes.command(
        "/counters/{number}/count", roles=OFFICERS + LEADERS, on=counter, sample=one_more
    )
    def count_up(session: Session, number: str, body: Counting) -> Count:
        """Count an amount."""
        session.require(f"counter-{number}", CounterUnknown())
        return Count(session.now, body.amount)

    @routes.command(
        "/counters/{number}/pairs/{other}/reset", roles=LEADERS, on=both, candidates=neighbours
    )
    def reset_both(session: Session, number: str, other: str) -> Reset:
        """Reset two counters, or neither."""
        return Reset(session.now)

    @routes.command("/counters/{number}/copy", roles=OFFICERS, on=counter, gives=Open)
    def open_copy(session: Session, number: str) -> None:
        """Open a counter under the label of this one."""
        state = session.require(f"counter-{number}", CounterUnknown())
        session.execute(Open(f"{number}-copy", state.label, session.now), f"counter-{number}-copy")

    return routes


@pytest.fixture
def client(counters: Counters) -> Iterator[HttpClient]:
    opened = counters.client([declare()])
    yield opened
    opened.close()


class WhenADeclaredCommandIsSent:
    def test_it_is_executed_on_its_stream(self, client: HttpClient, counters: Counters) -> None:
        answer = client.tell(OFFICER, f"{PATH}/1", {"label": "hall"}, "a")
        assert (answer.status_code, answer.json()) == (201, {"id": "1", "version": 1})
        assert answer.headers["etag"] == '"1"'
        counted = client.tell(LEADER, f"{PATH}/1/count", {"amount": 7}, "b")
        assert (counted.status_code, counted.json()) == (200, {"id": "1", "version": 2})
        assert counters.service.load("counter-1").state.amount == 7

    def test_it_is_executed_on_all_of_its_streams_or_on_none(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1", "2"), counters.count("1"))
        path = f"{PATH}/1/pairs/2/reset"
        refused = client.tell(LEADER, path, key="a")
        assert (refused.status_code, refused.json()["code"]) == (409, "counter_at_zero")
        assert counters.service.load("counter-1").version == 2
        counters.given(counters.count("2"))
        assert client.tell(LEADER, path, key="a").json() == {"id": "1", "version": 3}
        assert counters.service.load("counter-2").version == 3

    def test_one_that_executes_by_itself_is_not_executed_again(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1"))
        assert client.tell(OFFICER, f"{PATH}/1/copy", key="a").json() == {
            "id": "1-copy",
            "version": 1,
        }
        assert [stream for stream, *_ in counters.log()] == ["counter-1", "counter-1-copy"]

    def test_its_refusals_are_those_of_the_function_and_of_the_aggregate(
        self, client: HttpClient, counters: Counters
    ) -> None:
        missing = client.tell(OFFICER, f"{PATH}/1/count", {"amount": 1}, "a")
        assert (missing.status_code, missing.json()["code"]) == (404, "counter_unknown")
        counters.given(counters.open("1"))
        again = client.tell(OFFICER, f"{PATH}/1", {"label": "hall"}, "b")
        assert (again.status_code, again.json()["code"]) == (409, "counter_open_already")

    def test_it_is_done_once_per_key_and_on_the_version_that_was_read(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1"))
        path = f"{PATH}/1/count"
        assert client.tell(OFFICER, path, {"amount": 1}, "a", if_match='"2"').status_code == 412
        first = client.tell(OFFICER, path, {"amount": 1}, "a", if_match='"1"')
        again = client.tell(OFFICER, path, {"amount": 1}, "a", if_match='"1"')
        assert first.json() == again.json() == {"id": "1", "version": 2}
        assert again.headers["idempotency-replayed"] == "true"
        assert client.tell(OFFICER, path, {"amount": 1}).json()["code"] == "idempotency_key_missing"

    def test_its_body_is_checked(self, client: HttpClient) -> None:
        answer = client.tell(OFFICER, f"{PATH}/1", {"label": "", "colour": "red"}, "a")
        assert answer.status_code == 422
        fields = {one["field"] for one in answer.json()["errors"]}
        assert fields == {"body.label", "body.colour"}


def noting() -> CommandRoutes:
    """Declare a reset whose refusal, and no other, is counted."""
    routes = CommandRoutes("/counters/v1", "counters")

    def note(session: Session, refusal: Refusal, number: str) -> Count:
        assert isinstance(refusal, CounterAtZero)
        return Count(session.now, 1)

    @routes.command(
        "/counters/{number}/reset", roles=OFFICERS, on=counter, noting=(CounterAtZero, note)
    )
    def reset(session: Session, number: str) -> Reset:
        """Reset a counter."""
        session.require(f"counter-{number}", CounterUnknown())
        return Reset(session.now)

    return routes


class WhenARefusalIsAFactItself:
    @pytest.fixture
    def client(self, counters: Counters) -> Iterator[HttpClient]:
        opened = counters.client([noting()])
        yield opened
        opened.close()

    def test_it_is_recorded_and_answered(self, client: HttpClient, counters: Counters) -> None:
        counters.given(counters.open("1"))
        refused = client.tell(OFFICER, f"{PATH}/1/reset", key="a")
        assert (refused.status_code, refused.json()["code"]) == (409, "counter_at_zero")
        assert counters.log()[1:] == [("counter-1", 2, "counter_counted")]

    def test_the_envelope_says_who_tried_and_what_led_to_it(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1"))
        client.tell(OFFICER, f"{PATH}/1/reset", key="a")
        envelope = counters.recorded()[-1].envelope
        assert envelope.actor.person == "p-1"
        assert envelope.causation_id == envelope.correlation_id

    def test_every_attempt_is(self, client: HttpClient, counters: Counters) -> None:
        counters.given(counters.open("1"), counters.open("2"))
        first = client.tell(OFFICER, f"{PATH}/1/reset", key="a")
        other = client.tell(OFFICER, f"{PATH}/2/reset", key="b")
        assert (first.status_code, other.status_code) == (409, 409)
        assert len(counters.log()) == 4

    def test_another_refusal_leaves_nothing(self, client: HttpClient, counters: Counters) -> None:
        missing = client.tell(OFFICER, f"{PATH}/1/reset", key="a")
        assert (missing.status_code, counters.log()) == (404, [])

    def test_what_is_done_is_not_noted(self, client: HttpClient, counters: Counters) -> None:
        """The control arm."""
        counters.given(counters.open("1"), counters.count("1"))
        assert client.tell(OFFICER, f"{PATH}/1/reset", key="a").status_code == 200
        assert counters.log()[2:] == [("counter-1", 3, "counter_reset")]

    def test_the_declaration_names_the_command(self) -> None:
        assert [one.notes for one in noting().declared] == [Count]
        assert {one.notes for one in declare().declared} == {None}


class WhenRolesAreDeclared:
    @pytest.mark.parametrize(
        ("actor", "path", "status"),
        [
            (LEADER, "/1", 403),
            ("visitor.street-lighting.p-3", "/1/count", 403),
            (OFFICER, "/1/pairs/2/reset", 403),
            ("", "/1", 401),
        ],
    )
    def test_nobody_else_may(
        self, client: HttpClient, counters: Counters, actor: str, path: str, status: int
    ) -> None:
        body = {"label": "hall", "amount": 1}
        assert client.tell(actor, f"{PATH}{path}", body, "a").status_code == status
        assert counters.log() == []

    def test_no_route_is_open(self, counters: Counters) -> None:
        app = build_app(counters.service, DemoTokens(), [declare()], "Counters")
        assert open_routes(app) == []
        roles = roles_by_route(app)
        assert roles["POST /counters/v1/counters/{number}/count"] == {"officer", "leader"}
        assert roles["POST /counters/v1/counters/{number}"] == {"officer"}


class WhenTheApiIsDescribed:
    @pytest.fixture
    def document(self, counters: Counters) -> dict[str, Any]:
        app = build_app(counters.service, DemoTokens(), [declare()], "Counters")
        return app.openapi()

    def test_its_parameters_and_its_body_are_shown(self, document: dict[str, Any]) -> None:
        shown = document["paths"]["/counters/v1/counters/{number}/count"]["post"]
        assert [(one["name"], one["in"], one["required"]) for one in shown["parameters"]] == [
            ("number", "path", True)
        ]
        content = shown["requestBody"]["content"]["application/json"]
        assert _referred(document, content["schema"]) == _schema(Counting)
        assert (shown["description"], shown["tags"]) == ("Count an amount.", ["counters"])

    def test_a_fixed_sample_is_its_example(self, document: dict[str, Any]) -> None:
        shown = document["paths"]["/counters/v1/counters/{number}"]["post"]["requestBody"]
        content = shown["content"]["application/json"]
        assert content["example"] == {"label": "hall"}
        assert _referred(document, content["schema"]) == _schema(Opening)
        count = document["paths"]["/counters/v1/counters/{number}/count"]["post"]["requestBody"]
        assert "example" not in count["content"]["application/json"]

    def test_one_with_two_parameters_and_no_body(self, document: dict[str, Any]) -> None:
        shown = document["paths"]["/counters/v1/counters/{number}/pairs/{other}/reset"]["post"]
        assert [one["name"] for one in shown["parameters"]] == ["number", "other"]
        assert "requestBody" not in shown

    def test_its_status_and_its_answer_are_shown(self, document: dict[str, Any]) -> None:
        shown = document["paths"]["/counters/v1/counters/{number}"]["post"]
        assert "200" not in shown["responses"]
        content = shown["responses"]["201"]["content"]["application/json"]
        assert _referred(document, content["schema"]) == _schema(Reply)


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _referred(document: dict[str, Any], schema: dict[str, str]) -> dict[str, Any]:
    name = schema["$ref"].rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


class WhenCommandsAreListed:
    def test_each_is_there_as_it_was_declared(self) -> None:
        found = [
            (one.name, one.command, sorted(one.roles), one.path, one.status)
            for one in declare().declared
        ]
        assert found == [
            ("open_counter", Open, ["officer"], "/counters/{number}", 201),
            ("count_up", Count, ["leader", "officer"], "/counters/{number}/count", 200),
            ("reset_both", Reset, ["leader"], "/counters/{number}/pairs/{other}/reset", 200),
            ("open_copy", Open, ["officer"], "/counters/{number}/copy", 200),
        ]

    def test_its_streams_follow_from_the_parameters(self) -> None:
        by_name = {one.name: one for one in declare().declared}
        assert by_name["reset_both"].on(number="1", other="2") == ("counter-1", "counter-2")
