"""Commands and queries over HTTP: keys, versions, replays, pages, and who may use which route."""

import asyncio
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter

from chassis.http.application import BODY_MAX, build_app
from chassis.http.identity import DemoTokens, FileTokens
from chassis.http.operations import FEED_PAGE_MAX
from chassis.unit_of_work.writer import Writer
from contracts.envelope import Actor
from tests.counters.api import OFFICER, counters_app
from tests.counters.services import Counters
from tests.harness.http_client import HttpClient
from tests.harness.routes import open_routes, roles_by_route
from tests.servers import until

COUNTERS = "/counters/v1/counters"
OPERATOR = "operator.system.p-o"
SERVICE = "service.system.followers"
WAIT_S = 10


def open_counter(client: HttpClient, number: str, label: str = "hall") -> None:
    body = {"number": number, "label": label}
    assert client.tell(OFFICER, COUNTERS, body, key=f"open-{number}").is_success


def count_up(client: HttpClient, number: str, **headers: str) -> int:
    key = f"count-{number}-{headers}".replace(" ", "")
    return client.tell(
        OFFICER, f"{COUNTERS}/{number}/count", {"amount": 1}, key, **headers
    ).status_code


def send(client: HttpClient, content: bytes, key: str) -> httpx.Response:
    """Send a body byte by byte as it is."""
    headers = {"Idempotency-Key": key}
    return client.send("POST", OFFICER, COUNTERS, content=content, headers=headers)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Counters]:
    """The service of counters with all of its threads, to be started by the test."""
    opened = Counters(tmp_path, make_writer=Writer)
    yield opened
    opened.service.stop()
    opened.close()


class WhenACommandIsSent:
    def test_the_answer_names_the_object_and_its_version(self, client: HttpClient) -> None:
        answer = client.tell(OFFICER, COUNTERS, {"number": "1", "label": "hall"}, "a")
        assert answer.status_code == 201
        assert answer.json() == {"id": "1", "version": 1}
        assert answer.headers["etag"] == '"1"'
        assert "idempotency-replayed" not in answer.headers

    def test_it_is_durable_and_readable_at_once(
        self, client: HttpClient, counters: Counters
    ) -> None:
        open_counter(client, "1")
        assert client.ask(OFFICER, f"{COUNTERS}/1").json() == {"version": 1}
        assert client.ask(OFFICER, f"{COUNTERS}/1").headers["etag"] == '"1"'
        assert client.ask(OFFICER, COUNTERS).json()["items"] == [
            {"counter": "1", "label": "hall", "counted": 0}
        ]
        again = Counters(counters.folder)
        assert len(again.log()) == 1
        again.close()

    def test_the_log_says_who_sent_it(self, client: HttpClient, counters: Counters) -> None:
        open_counter(client, "1")
        actor = counters.recorded()[0].envelope.actor
        assert actor == Actor(person="p-1", unit="street-lighting", role="officer")

    def test_the_largest_body_that_is_taken_is_taken(self, client: HttpClient) -> None:
        body = b'{"number": "2", "label": "hall"}'
        padded = body + b" " * (BODY_MAX - len(body))
        assert send(client, padded, "a").status_code == 201


class WhenItIsSentAgain:
    def test_the_first_answer_comes_back(self, client: HttpClient, counters: Counters) -> None:
        body = {"number": "1", "label": "hall"}
        first = client.tell(OFFICER, COUNTERS, body, "a")
        assert count_up(client, "1") == 200
        again = client.tell(OFFICER, COUNTERS, body, "a")
        assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
        assert again.headers["idempotency-replayed"] == "true"
        assert len(counters.log()) == 2

    def test_how_its_json_is_laid_out_does_not_matter(self, client: HttpClient) -> None:
        first = b'{"number":"1","label":"\xe5\xa4\xa7\xe5\x8e\x85"}'
        second = b'{ "label": "\\u5927\\u5385",\n "number": "1" }'
        assert send(client, first, "a").status_code == 201
        again = send(client, second, "a")
        assert again.headers["idempotency-replayed"] == "true"

    def test_another_body_is_refused(self, client: HttpClient, counters: Counters) -> None:
        open_counter(client, "1")
        answer = client.tell(OFFICER, COUNTERS, {"number": "2", "label": "h"}, "open-1")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert len(counters.log()) == 1

    def test_the_same_body_at_another_address_is_refused(self, client: HttpClient) -> None:
        for number in "12":
            open_counter(client, number)
        body = {"amount": 1}
        assert client.tell(OFFICER, f"{COUNTERS}/1/count", body, "a").status_code == 200
        answer = client.tell(OFFICER, f"{COUNTERS}/2/count", body, "a")
        assert answer.json()["code"] == "idempotency_key_reused"

    def test_a_key_belongs_to_who_uses_it(self, client: HttpClient) -> None:
        open_counter(client, "1")
        body = {"number": "2", "label": "hall"}
        answer = client.tell("officer.street-lighting.p-2", COUNTERS, body, "open-1")
        assert answer.status_code == 201

    def test_actors_whose_names_join_alike_are_two(self, client: HttpClient) -> None:
        """L14 of the security test: unit `h/x` with person `p` was unit `h` with person `x/p`."""
        body = {"number": "1", "label": "hall"}
        first = client.tell("officer.h/x.p", COUNTERS, body, key="one")
        second = client.tell("officer.h.x/p", COUNTERS, body, key="one")
        assert first.status_code == 201
        assert "Idempotency-Replayed" not in second.headers

    def test_several_at_the_same_time_are_done_once(self, running: Counters) -> None:
        running.given(running.open("1"))
        running.service.start()
        headers = {"Authorization": f"Bearer demo.{OFFICER}", "Idempotency-Key": "a"}
        transport = httpx.ASGITransport(counters_app(running.service))

        async def all_at_once() -> list[int]:
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost", headers=headers
            ) as client:
                path, body = f"{COUNTERS}/1/count", {"amount": 1}
                sent = [client.post(path, json=body) for _ in range(8)]
                return [answer.status_code for answer in await asyncio.gather(*sent)]

        assert asyncio.run(all_at_once()) == [200] * 8
        assert len(running.log()) == 2


class WhenAVersionIsNamed:
    def test_the_newest_passes_and_an_older_one_does_not(self, client: HttpClient) -> None:
        open_counter(client, "1")
        assert count_up(client, "1", if_match='"2"') == 412
        assert count_up(client, "1", if_match=' "1" ') == 200

    def test_the_first_answer_is_given_again_although_it_is_old_now(
        self, client: HttpClient
    ) -> None:
        open_counter(client, "1")
        path = f"{COUNTERS}/1/count"
        answers = [client.tell(OFFICER, path, {"amount": 1}, "a", if_match='"1"') for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]


class WhenAListIsPaged:
    def test_the_pages_make_up_the_list(self, client: HttpClient) -> None:
        for number in range(7):
            open_counter(client, str(number), label="ab"[number % 2])
        seen, after = [], ""
        while True:
            page = client.ask(OFFICER, f"{COUNTERS}?limit=3{after}").json()
            seen += [(item["label"], item["counter"]) for item in page["items"]]
            assert page["total"] == 7
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert seen == [*(("a", n) for n in "0246"), *(("b", n) for n in "135")]

    def test_rows_that_come_meanwhile_neither_hide_nor_repeat_others(
        self, client: HttpClient
    ) -> None:
        for number in range(10, 30, 2):
            open_counter(client, str(number))
        seen, after = [], ""
        for turn in count():
            page = client.ask(OFFICER, f"{COUNTERS}?limit=2{after}").json()
            seen += [item["counter"] for item in page["items"]]
            if page["next"] is None:
                break
            if turn < 4:
                open_counter(client, f"1{turn}-before")  # among those seen already
                open_counter(client, f"2{turn}-between")
                open_counter(client, f"9{turn}-after")
            after = f"&after={page['next']}"
        assert len(set(seen)) == len(seen)
        assert {str(number) for number in range(10, 30, 2)} <= set(seen)
        assert seen == sorted(seen)
        assert {f"9{turn}-after" for turn in range(4)} <= set(seen)


class WhenAnOperatorLooks:
    def test_the_feed_is_bounded(self, client: HttpClient) -> None:
        path = "/counters/v1/events?limit="
        assert client.ask(SERVICE, f"{path}{FEED_PAGE_MAX}").status_code == 200
        assert client.ask(SERVICE, f"{path}{FEED_PAGE_MAX + 1}").status_code == 422
        assert client.ask(SERVICE, "/counters/v1/events?after=-1").status_code == 422

    def test_the_status_says_where_it_stands(self, client: HttpClient) -> None:
        open_counter(client, "1")
        status = client.ask(OPERATOR, "/counters/v1/status").json()
        assert status == {
            "service": "counters",
            "head": 1,
            "published": None,
            "behind": {},
            "held": {},
            "fault": "",
            "now": "2026-11-23T08:00:00.000000Z",
            "next_due": None,
        }

    def test_health_is_green_only_while_every_thread_lives(self, running: Counters) -> None:
        service, client = running.service, running.client([])
        assert client.ask("", "/counters/v1/health/live").json() == {"status": "ok"}
        assert client.ask("", "/counters/v1/health/ready").status_code == 503  # not started
        service.start()
        until(lambda: client.ask("", "/counters/v1/health/ready").is_success, WAIT_S)
        assert client.ask("", "/counters/v1/health/ready").json() == {
            "status": "ok",
            "problems": [],
            "attention": [],
        }
        service.ticker.stop()
        service.ticker.join(WAIT_S)
        answer = client.ask("", "/counters/v1/health/ready")
        assert answer.status_code == 503
        (problem,) = answer.json()["problems"]
        assert (problem["part"], problem["what"]) == ("ticker", "does not run")
        client.close()

    def test_what_is_held_is_listed(self, client: HttpClient) -> None:
        listed = client.ask(OPERATOR, "/counters/v1/parked")
        assert listed.json() == {"items": [], "total": 0}

    @pytest.mark.parametrize("verb", ["release", "discard"])
    def test_what_is_not_held_can_be_neither_released_nor_discarded(
        self, client: HttpClient, verb: str
    ) -> None:
        path = f"/counters/v1/parked/7/{verb}"
        answer = client.tell(OPERATOR, path, {"reason": "r"}, "a")
        assert (answer.status_code, answer.json()["code"]) == (404, "held_event_unknown")


class WhenRoutesAreCounted:
    def test_every_route_of_the_application_asks_who_is_there(self, counters: Counters) -> None:
        app = counters_app(counters.service)
        assert open_routes(app) == []
        assert roles_by_route(app)["POST /counters/v1/counters"] == {"officer"}
        assert roles_by_route(app)["GET /counters/v1/health/live"] == set()

    def test_one_that_somebody_forgot_is_found(self, counters: Counters) -> None:
        router = APIRouter()

        @router.get("/counters/v1/forgotten")
        def forgotten() -> str:
            return "open"

        app = build_app(counters.service, DemoTokens(), [router], "Counters")
        assert open_routes(app) == ["GET /counters/v1/forgotten"]


class WhenTokensStandInAFile:
    ACTOR = Actor(person="p-1", unit="street-pine-song", role="officer")

    def test_a_token_that_was_issued_is_its_actor(self, tmp_path: Path) -> None:
        tokens = FileTokens(tmp_path / "auth" / "tokens.json")
        token = tokens.issue(self.ACTOR)
        assert tokens.actor(token) == self.ACTOR
        assert FileTokens(tmp_path / "auth" / "tokens.json").actor(token) == self.ACTOR

    def test_the_file_does_not_hold_the_token(self, tmp_path: Path) -> None:
        path = tmp_path / "tokens.json"
        token = FileTokens(path).issue(self.ACTOR)
        assert token not in path.read_text(encoding="utf-8")
        assert path.stat().st_mode & 0o077 == 0

    def test_a_revoked_one_is_nobody_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "tokens.json"
        tokens = FileTokens(path)
        first, second = tokens.issue(self.ACTOR), tokens.issue(self.ACTOR)
        held = json.loads(path.read_text(encoding="utf-8"))
        assert len(held) == 2
        assert tokens.actor(first) == self.ACTOR
        path.write_text("{}", encoding="utf-8")
        assert tokens.actor(first) is None
        assert tokens.actor(second) is None
        path.unlink()
        assert tokens.actor(first) is None

    def test_without_a_file_nobody_is_anybody(self, tmp_path: Path) -> None:
        assert FileTokens(tmp_path / "none.json").actor("") is None


@pytest.mark.parametrize(
    "token",
    ["", "demo", "demo.officer.street", "demo.king.street.p", "demo.officer.street.p.x",
     "real.officer.street.p", "demo.officer..p", "demo.officer.street."],
)  # fmt: skip
def test_a_demo_token_names_role_unit_and_person_or_nobody(token: str) -> None:
    assert DemoTokens().actor(token) is None
