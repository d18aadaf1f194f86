"""An operator over HTTP: sees what is held, releases a key, gives an event up, and says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.http.application import build_app
from chassis.http.identity import DemoTokens
from chassis.store.tables import operator_log
from tests.caller import Caller
from tests.porters import Tag
from tests.town import Town

REASON = "王五来电催办，已修复"
PARKED = "/porters/v1/parked"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Two of lamp 1's praises are held, the first because it is poison; lamp 2's waits."""
    opened = Town(tmp_path)
    opened.porters.trouble.poison.add("1")
    opened.lamps.given(opened.lamps.hang("1"))
    opened.praise("1", 4)
    opened.praise("1", 2)
    opened.praise("2", 1)
    opened.porters.drain()
    yield opened
    opened.close()


@pytest.fixture
def operator(town: Town) -> Caller:
    app = build_app(town.porters.service, DemoTokens(), [], "Porters")
    return Caller(app, {"Authorization": "Bearer demo.operator.system.p-op"})


def act(operator: Caller, verb: str, held_id: int, key: str = "k") -> int:
    path = f"{PARKED}/{held_id}/{verb}"
    sent = {"Idempotency-Key": key}
    return operator.post(path, json={"reason": REASON}, headers=sent).status_code


class WhenItIsListed:
    def test_every_held_event_says_why_it_is_there(self, operator: Caller) -> None:
        listed = operator.get(PARKED).json()
        assert listed["total"] == 3
        told = [(one["key"], one["kind"], one["reason"], one["wants"]) for one in listed["items"]]
        assert told == [
            ("1", "parked", "ZeroDivisionError", ""),
            ("1", "behind", "", ""),
            ("2", "waiting", "tag_unknown", "tag-2"),
        ]

    def test_the_status_counts_them(self, operator: Caller) -> None:
        status = operator.get("/porters/v1/status").json()
        assert status["held"] == {"parked": 1, "behind": 1, "waiting": 1}
        assert status["behind"] == {"lamps": 0, "guests": 0}


class WhenItIsReleased:
    def test_the_whole_key_goes_on_in_order(self, operator: Caller, town: Town) -> None:
        town.porters.trouble.poison.clear()
        assert act(operator, "release", 1) == 200
        assert town.porters.tags() == {"1": Tag(praised=6)}
        assert [row[1:3] for row in town.porters.held()] == [("2", "waiting")]

    def test_any_event_of_the_key_will_do(self, operator: Caller, town: Town) -> None:
        town.porters.trouble.poison.clear()
        assert act(operator, "release", 2) == 200
        assert town.porters.tags() == {"1": Tag(praised=6)}

    def test_without_a_repair_it_parks_again(self, operator: Caller, town: Town) -> None:
        before = town.porters.held()
        assert act(operator, "release", 1) == 200
        assert town.porters.held() == before


class WhenItIsDiscarded:
    def test_the_rest_of_its_key_goes_on(self, operator: Caller, town: Town) -> None:
        town.porters.trouble.poison.clear()
        assert act(operator, "discard", 1) == 200
        town.porters.drain()
        assert town.porters.tags() == {"1": Tag(praised=2)}
        assert town.porters.refused() == [("praise-1-1", 1, "discarded")]

    def test_one_in_the_middle_leaves_its_place(self, operator: Caller, town: Town) -> None:
        assert act(operator, "discard", 2) == 200
        town.porters.trouble.poison.clear()
        town.porters.consumer.release([("guests", "1")])
        assert town.porters.tags() == {"1": Tag(praised=4)}


class WhenHeIsAskedWhy:
    def test_his_reason_is_kept_sealed(self, operator: Caller, town: Town) -> None:
        act(operator, "discard", 1, "a")
        act(operator, "release", 3, "b")
        rows = town.porters.rows(operator_log)
        assert [(row[1], row[4]) for row in rows] == [("discard", "p-op"), ("release", "p-op")]
        for path in town.folder.rglob("*"):
            assert path.is_dir() or REASON.encode() not in path.read_bytes()

    @pytest.mark.parametrize("reason", ["", "r" * 501, None])
    def test_he_has_to_give_one(self, operator: Caller, town: Town, reason: str | None) -> None:
        sent = {"Idempotency-Key": "k"}
        answer = operator.post(f"{PARKED}/1/discard", json={"reason": reason}, headers=sent)
        assert answer.status_code == 422
        assert len(town.porters.held()) == 3

    @pytest.mark.parametrize("role", ["agent", "officer", "auditor", "service"])
    def test_nobody_else_may(self, operator: Caller, role: str) -> None:
        operator.headers["Authorization"] = f"Bearer demo.{role}.system.p-1"
        assert act(operator, "discard", 1) == 403
