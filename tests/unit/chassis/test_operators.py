"""An operator over HTTP: sees what is held, releases a key, gives an event up, and says why."""

from collections.abc import Iterator

import pytest

from chassis.store.tables import operator_log
from tests.counters.follower import Copy
from tests.counters.services import ThreeServices
from tests.harness.http_client import HttpClient

REASON = "王五来电催办，已修复"
PARKED = "/followers/v1/parked"
OPERATOR = "operator.system.p-op"


@pytest.fixture
def operator(services: ThreeServices) -> Iterator[HttpClient]:
    """Two ratings of counter 1 are held, the first because it is poison; that of 2 waits."""
    services.followers.trouble.poison.add("1")
    services.counters.given(services.counters.open("1"))
    services.rate("1", 4)
    services.rate("1", 2)
    services.rate("2", 1)
    services.followers.drain()
    client = services.followers.client([])
    yield client
    client.close()


def act(operator: HttpClient, verb: str, held_id: int, key: str = "k", who: str = OPERATOR) -> int:
    path = f"{PARKED}/{held_id}/{verb}"
    return operator.tell(who, path, {"reason": REASON}, key).status_code


class WhenItIsListed:
    def test_every_held_event_says_why_it_is_there(self, operator: HttpClient) -> None:
        listed = operator.ask(OPERATOR, PARKED).json()
        assert listed["total"] == 3
        found = [(one["key"], one["kind"], one["reason"], one["wants"]) for one in listed["items"]]
        assert found == [
            ("1", "parked", "ZeroDivisionError", ""),
            ("1", "behind", "", ""),
            ("2", "waiting", "copy_unknown", "copy-2"),
        ]

    def test_the_status_counts_them(self, operator: HttpClient) -> None:
        status = operator.ask(OPERATOR, "/followers/v1/status").json()
        assert status["held"] == {"parked": 1, "behind": 1, "waiting": 1}
        assert status["behind"] == {"counters": 0, "raters": 0}


class WhenItIsReleased:
    def test_the_whole_key_goes_on_in_order(
        self, operator: HttpClient, services: ThreeServices
    ) -> None:
        services.followers.trouble.poison.clear()
        assert act(operator, "release", 1) == 200
        assert services.followers.copies() == {"1": Copy(rated=6)}
        assert [row[1:3] for row in services.followers.held()] == [("2", "waiting")]

    def test_any_event_of_the_key_will_do(
        self, operator: HttpClient, services: ThreeServices
    ) -> None:
        services.followers.trouble.poison.clear()
        assert act(operator, "release", 2) == 200
        assert services.followers.copies() == {"1": Copy(rated=6)}

    def test_without_a_repair_it_parks_again(
        self, operator: HttpClient, services: ThreeServices
    ) -> None:
        before = services.followers.held()
        assert act(operator, "release", 1) == 200
        assert services.followers.held() == before


class WhenItIsDiscarded:
    def test_the_rest_of_its_key_goes_on(
        self, operator: HttpClient, services: ThreeServices
    ) -> None:
        services.followers.trouble.poison.clear()
        assert act(operator, "discard", 1) == 200
        services.followers.drain()
        assert services.followers.copies() == {"1": Copy(rated=2)}
        assert services.followers.refused() == [("rating-1-1", 1, "discarded")]

    def test_one_in_the_middle_leaves_its_place(
        self, operator: HttpClient, services: ThreeServices
    ) -> None:
        assert act(operator, "discard", 2) == 200
        services.followers.trouble.poison.clear()
        services.followers.consumer.release([("raters", "1")])
        assert services.followers.copies() == {"1": Copy(rated=4)}


class WhenAnOperatorGivesAReason:
    def test_it_is_kept_sealed(self, operator: HttpClient, services: ThreeServices) -> None:
        act(operator, "discard", 1, "a")
        act(operator, "release", 3, "b")
        rows = services.followers.rows(operator_log)
        assert [(row[1], row[4]) for row in rows] == [("discard", "p-op"), ("release", "p-op")]
        for path in services.folder.rglob("*"):
            assert path.is_dir() or REASON.encode() not in path.read_bytes()

    @pytest.mark.parametrize("reason", ["", "r" * 501, None])
    def test_there_has_to_be_one(
        self, operator: HttpClient, services: ThreeServices, reason: str | None
    ) -> None:
        answer = operator.tell(OPERATOR, f"{PARKED}/1/discard", {"reason": reason}, "k")
        assert answer.status_code == 422
        assert len(services.followers.held()) == 3

    @pytest.mark.parametrize("role", ["agent", "officer", "auditor", "service"])
    def test_nobody_else_may(self, operator: HttpClient, role: str) -> None:
        assert act(operator, "discard", 1, who=f"{role}.system.p-1") == 403
