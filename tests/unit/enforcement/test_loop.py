"""One operation from the whistle to the last release, as officers and the street live it."""

from datetime import timedelta

from contracts.event import parse_event
from tests.unit.enforcement.facts import MARKET, OPENED_AT, OPERATION_NO, POLICE, STREET
from tests.unit.enforcement.outpost import Outpost, blown

AT = f"/operations/{OPERATION_NO}"
RESULT = "已取缔占道摊点三处，道路恢复通行"
STEPS: dict[str, dict[str, object] | None] = {
    "acknowledgement": None,
    "report": {"officer_count": 2},
    "completion": {"result": RESULT},
}


def log_of(post: Outpost) -> list[tuple[int, str, str]]:
    """Give (version, name, unit) of the operation's events."""
    with post.service.store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT version, type, data FROM events WHERE stream = ? ORDER BY version",
            (f"operation-{OPERATION_NO}",),
        ).all()
    events = [(row[0], row[1], parse_event(row[1], row[2])) for row in rows]
    return [(no, wire.split(".")[1], getattr(event, "unit", "")) for no, wire, event in events]


class WhenEverythingGoesWell:
    def test_both_units_come_act_and_are_released(self, post: Outpost) -> None:
        post.whistle(blown())
        for step, body in STEPS.items():
            for unit in (POLICE, MARKET):
                assert post.post(f"{AT}/{step}", body, unit).status_code == 200
        assert post.post(f"{AT}/releases/{POLICE}", unit=STREET).json() == {
            "id": OPERATION_NO,
            "version": 8,
        }
        last = post.post(f"{AT}/releases/{MARKET}", unit=STREET, role="leader")
        assert last.json() == {"id": OPERATION_NO, "version": 10}
        assert [name for _, name, _ in log_of(post)] == [
            "operation_opened",
            "unit_acknowledged",
            "unit_acknowledged",
            "unit_reported",
            "unit_reported",
            "unit_task_completed",
            "unit_task_completed",
            "unit_released",
            "unit_released",
            "operation_concluded",
        ]

    def test_the_same_request_again_is_done_once(self, post: Outpost) -> None:
        post.whistle(blown())
        first = post.post(f"{AT}/acknowledgement", idempotency_key="once")
        again = post.post(f"{AT}/acknowledgement", idempotency_key="once")
        assert again.json() == first.json() == {"id": OPERATION_NO, "version": 2}
        assert again.headers["idempotency-replayed"] == "true"
        assert len(log_of(post)) == 2


class WhenAWhistleComesTwice:
    def test_it_is_heard_once(self, post: Outpost) -> None:
        post.whistle(blown())
        assert post.whistle(blown()).replayed
        assert len(log_of(post)) == 1


class WhenAUnitIsLate:
    def test_the_misses_are_noticed_without_anybody_asking(self, post: Outpost) -> None:
        post.whistle(blown())
        post.at(OPENED_AT + timedelta(minutes=4))
        assert len(log_of(post)) == 1
        post.at(OPENED_AT + timedelta(minutes=5))
        post.post(f"{AT}/report", {"officer_count": 1})
        post.at(OPENED_AT + timedelta(minutes=45))
        assert log_of(post)[1:] == [
            (2, "unit_acknowledgement_missed", POLICE),
            (3, "unit_acknowledgement_missed", MARKET),
            (4, "unit_acknowledged", POLICE),
            (5, "unit_reported", POLICE),
            (6, "unit_report_missed", MARKET),
        ]

    def test_a_late_unit_that_comes_before_the_ticker_is_noticed_as_late(
        self, post: Outpost
    ) -> None:
        post.whistle(blown(OPERATION_NO, POLICE))
        post.clock.moment = OPENED_AT + timedelta(hours=1)
        assert post.post(f"{AT}/report", {"officer_count": 1}).status_code == 200
        assert log_of(post)[1:] == [
            (2, "unit_acknowledgement_missed", POLICE),
            (3, "unit_report_missed", POLICE),
            (4, "unit_acknowledged", POLICE),
            (5, "unit_reported", POLICE),
        ]

    def test_nothing_is_missed_twice(self, post: Outpost) -> None:
        post.whistle(blown())
        for hour in (1, 2, 3):
            post.at(OPENED_AT + timedelta(hours=hour))
        assert len(log_of(post)) == 5
        assert post.service.ticker.tick() == 0
