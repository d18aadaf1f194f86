"""Commands and queries over HTTP: keys, versions, replays, pages, and who may open which door."""

import asyncio
import json
from itertools import count
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI

from chassis.http.application import BODY_MAX, build_app
from chassis.http.identity import DemoTokens, FileTokens
from chassis.http.operations import FEED_PAGE_MAX
from contracts.envelope import Actor
from tests.caller import Caller
from tests.doors import doors, open_doors
from tests.house import House
from tests.lamps_api import SERVICE_TOKEN

HANG = "/lamps/v1/lamps"
OPERATOR = {"Authorization": "Bearer demo.operator.system.p-o"}


def key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


def hang(client: Caller, number: str, room: str = "hall") -> None:
    body = {"number": number, "room": room}
    assert client.post(HANG, json=body, headers=key(f"hang {number}".replace(" ", "-"))).is_success


def light(client: Caller, number: str, **headers: str) -> int:
    sent = {**key(f"light-{number}-{headers}".replace(" ", "")), **headers}
    path = f"{HANG}/{number}/light"
    return client.post(path, json={"brightness": 1}, headers=sent).status_code


class WhenACommandIsSent:
    def test_the_answer_names_the_object_and_its_version(self, client: Caller) -> None:
        answer = client.post(HANG, json={"number": "1", "room": "hall"}, headers=key("a"))
        assert answer.status_code == 201
        assert answer.json() == {"id": "1", "version": 1}
        assert answer.headers["etag"] == '"1"'
        assert "idempotency-replayed" not in answer.headers

    def test_it_is_durable_and_readable_at_once(self, client: Caller, house: House) -> None:
        hang(client, "1")
        assert client.get(f"{HANG}/1").json() == {"version": 1}
        assert client.get(f"{HANG}/1").headers["etag"] == '"1"'
        assert client.get(HANG).json()["items"] == [{"lamp": "1", "room": "hall", "lit_count": 0}]
        again = House(house.folder)
        assert len(again.log()) == 1
        again.close()

    def test_the_log_says_who_sent_it(self, client: Caller, house: House) -> None:
        hang(client, "1")
        actor = house.recorded()[0].envelope.actor
        assert actor == Actor(person="p-1", unit="street-lighting", role="officer")

    def test_the_largest_body_that_is_taken_is_taken(self, client: Caller) -> None:
        body = b'{"number": "2", "room": "hall"}'
        padded = body + b" " * (BODY_MAX - len(body))
        assert client.post(HANG, content=padded, headers=key("a")).status_code == 201


class WhenItIsSentAgain:
    def test_the_first_answer_comes_back(self, client: Caller, house: House) -> None:
        body = {"number": "1", "room": "hall"}
        first = client.post(HANG, json=body, headers=key("a"))
        assert light(client, "1") == 200
        again = client.post(HANG, json=body, headers=key("a"))
        assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
        assert again.headers["idempotency-replayed"] == "true"
        assert len(house.log()) == 2

    def test_how_its_json_is_laid_out_does_not_matter(self, client: Caller) -> None:
        first = b'{"number":"1","room":"\xe5\xa4\xa7\xe5\x8e\x85"}'
        second = b'{ "room": "\\u5927\\u5385",\n "number": "1" }'
        assert client.post(HANG, content=first, headers=key("a")).status_code == 201
        again = client.post(HANG, content=second, headers=key("a"))
        assert again.headers["idempotency-replayed"] == "true"

    def test_another_body_is_refused(self, client: Caller, house: House) -> None:
        hang(client, "1")
        answer = client.post(HANG, json={"number": "2", "room": "h"}, headers=key("hang-1"))
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert len(house.log()) == 1

    def test_the_same_body_at_another_address_is_refused(self, client: Caller) -> None:
        for number in "12":
            hang(client, number)
        body = {"brightness": 1}
        assert client.post(f"{HANG}/1/light", json=body, headers=key("a")).status_code == 200
        answer = client.post(f"{HANG}/2/light", json=body, headers=key("a"))
        assert answer.json()["code"] == "idempotency_key_reused"

    def test_a_key_belongs_to_who_uses_it(self, client: Caller) -> None:
        hang(client, "1")
        other = {"Authorization": "Bearer demo.officer.street-lighting.p-2"}
        body = {"number": "2", "room": "hall"}
        answer = client.post(HANG, json=body, headers={**key("hang-1"), **other})
        assert answer.status_code == 201

    def test_two_at_the_same_time_are_done_once(self, client: Caller, house: House) -> None:
        hang(client, "1")

        async def twice() -> list[int]:
            options = {
                "headers": {**client.headers, **key("a")},
                "json": {"brightness": 1},
            }
            path = f"{HANG}/1/light"
            answers = await asyncio.gather(
                *(client._send("POST", path, dict(options)) for _ in range(8))
            )
            return [answer.status_code for answer in answers]

        assert asyncio.run(twice()) == [200] * 8
        assert len(house.log()) == 2


class WhenAVersionIsNamed:
    def test_the_newest_passes_and_an_older_one_does_not(self, client: Caller) -> None:
        hang(client, "1")
        assert light(client, "1", **{"If-Match": '"2"'}) == 412
        assert light(client, "1", **{"If-Match": ' "1" '}) == 200

    def test_the_first_answer_is_given_again_although_it_is_old_now(self, client: Caller) -> None:
        hang(client, "1")
        headers = {**key("a"), "If-Match": '"1"'}
        answers = [
            client.post(f"{HANG}/1/light", json={"brightness": 1}, headers=headers)
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [200, 200]


class WhenAListIsPaged:
    def test_the_pages_make_up_the_list(self, client: Caller) -> None:
        for number in range(7):
            hang(client, str(number), room="ab"[number % 2])
        seen, after = [], ""
        while True:
            page = client.get(f"{HANG}?limit=3{after}").json()
            seen += [(item["room"], item["lamp"]) for item in page["items"]]
            assert page["total"] == 7
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert seen == [*(("a", n) for n in "0246"), *(("b", n) for n in "135")]

    def test_rows_that_come_meanwhile_neither_hide_nor_repeat_others(self, client: Caller) -> None:
        for number in range(10, 30, 2):
            hang(client, str(number))
        seen, after = [], ""
        for turn in count():
            page = client.get(f"{HANG}?limit=2{after}").json()
            seen += [item["lamp"] for item in page["items"]]
            if page["next"] is None:
                break
            if turn < 4:
                hang(client, f"1{turn}-before")  # among those seen already
                hang(client, f"2{turn}-between")
                hang(client, f"9{turn}-after")
            after = f"&after={page['next']}"
        assert len(set(seen)) == len(seen)
        assert {str(number) for number in range(10, 30, 2)} <= set(seen)
        assert seen == sorted(seen)
        assert {f"9{turn}-after" for turn in range(4)} <= set(seen)


class WhenAnOperatorLooks:
    def test_the_feed_is_bounded(self, client: Caller) -> None:
        token = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
        path = "/lamps/v1/events?limit="
        assert client.get(f"{path}{FEED_PAGE_MAX}", headers=token).status_code == 200
        assert client.get(f"{path}{FEED_PAGE_MAX + 1}", headers=token).status_code == 422
        assert client.get("/lamps/v1/events?after=-1", headers=token).status_code == 422

    def test_the_status_says_where_it_stands(self, client: Caller) -> None:
        hang(client, "1")
        status = client.get("/lamps/v1/status", headers=OPERATOR).json()
        assert status == {
            "service": "lamps",
            "head": 1,
            "published": None,
            "behind": {},
            "held": {},
            "fault": "",
            "now": "2026-11-23T08:00:00.000000Z",
            "next_due": None,
        }

    def test_health_is_green_only_while_every_thread_lives(self, house: House) -> None:
        caller = Caller(_app(house))
        assert caller.get("/lamps/v1/health/live").json() == {"status": "ok"}
        assert caller.get("/lamps/v1/health/ready").status_code == 503  # nothing was started
        house.service.start({})
        assert caller.get("/lamps/v1/health/ready").json() == {"status": "ok", "problems": []}
        house.service.ticker.stop()
        house.service.ticker.join(10)
        answer = caller.get("/lamps/v1/health/ready")
        assert answer.status_code == 503
        (problem,) = answer.json()["problems"]
        assert (problem["part"], problem["what"]) == ("ticker", "does not run")
        house.service.stop()

    def test_what_is_held_is_listed(self, client: Caller) -> None:
        listed = client.get("/lamps/v1/parked", headers=OPERATOR)
        assert listed.json() == {"items": [], "total": 0}

    @pytest.mark.parametrize("verb", ["release", "discard"])
    def test_what_is_not_held_can_be_neither_released_nor_discarded(
        self, client: Caller, verb: str
    ) -> None:
        answer = client.post(
            f"/lamps/v1/parked/7/{verb}", json={"reason": "r"}, headers={**OPERATOR, **key("a")}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "held_event_unknown")


def _app(house: House) -> FastAPI:
    return build_app(house.service, DemoTokens(), [], "Lamps")


class WhenDoorsAreCounted:
    def test_every_door_of_the_application_is_guarded(self, client: Caller) -> None:
        assert open_doors(client.app) == []
        assert doors(client.app)["POST /lamps/v1/lamps"] == {"officer"}
        assert doors(client.app)["GET /lamps/v1/health/live"] == set()

    def test_a_door_that_somebody_forgot_is_found(self, house: House) -> None:
        router = APIRouter()

        @router.get("/lamps/v1/forgotten")
        def forgotten() -> str:
            return "open"

        app = build_app(house.service, DemoTokens(), [router], "Lamps")
        assert open_doors(app) == ["GET /lamps/v1/forgotten"]


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
