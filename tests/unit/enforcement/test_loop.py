"""One operation from the whistle to the last release, as officers and the street see it."""

from datetime import timedelta

from contracts.ids import operation_stream, whistle_stream
from tests.unit.enforcement.facts import MARKET, OPENED_AT, OPERATION_NO, POLICE, STREET, blown
from tests.unit.enforcement.harness import EnforcementHarness

AT = f"/operations/{OPERATION_NO}"
RESULT = "已取缔占道摊点三处，道路恢复通行"
STEPS: dict[str, dict[str, object] | None] = {
    "acknowledgement": None,
    "report": {"officer_count": 2},
    "completion": {"result": RESULT},
}


def log_of(enforcement: EnforcementHarness) -> list[tuple[int, str, str]]:
    """Give (version, name, unit) of the operation's events."""
    stream = operation_stream(OPERATION_NO)
    events = enforcement.events(stream)
    named = [(version, name) for one, version, name in enforcement.log() if one == stream]
    return [
        (version, name, getattr(event, "unit", ""))
        for (version, name), event in zip(named, events, strict=True)
    ]


class WhenEverythingGoesWell:
    def test_both_units_come_act_and_are_released(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        for step, body in STEPS.items():
            for unit in (POLICE, MARKET):
                assert enforcement.post(f"{AT}/{step}", body, unit).status_code == 200
        assert enforcement.post(f"{AT}/releases/{POLICE}", unit=STREET).json() == {
            "id": OPERATION_NO,
            "version": 8,
        }
        last = enforcement.post(f"{AT}/releases/{MARKET}", unit=STREET, role="leader")
        assert last.json() == {"id": OPERATION_NO, "version": 10}
        assert [name for _, name, _ in log_of(enforcement)] == [
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

    def test_the_same_request_again_is_done_once(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        first = enforcement.post(f"{AT}/acknowledgement", idempotency_key="once")
        again = enforcement.post(f"{AT}/acknowledgement", idempotency_key="once")
        assert again.json() == first.json() == {"id": OPERATION_NO, "version": 2}
        assert again.headers["idempotency-replayed"] == "true"
        assert len(log_of(enforcement)) == 2


class WhenAWhistleComesTwice:
    def test_it_opens_one_operation(self, enforcement: EnforcementHarness) -> None:
        whistle = blown()
        inbound = enforcement.dispatch.says(whistle, whistle_stream(whistle.whistle_no))
        enforcement.receive(inbound)
        assert enforcement.receive(inbound).replayed
        assert len(log_of(enforcement)) == 1


class WhenAUnitIsLate:
    def test_the_misses_are_noticed_without_anybody_asking(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        enforcement.wait_until(OPENED_AT + timedelta(minutes=4))
        assert len(log_of(enforcement)) == 1
        enforcement.wait_until(OPENED_AT + timedelta(minutes=5))
        enforcement.post(f"{AT}/report", {"officer_count": 1})
        enforcement.wait_until(OPENED_AT + timedelta(minutes=45))
        assert log_of(enforcement)[1:] == [
            (2, "unit_acknowledgement_missed", POLICE),
            (3, "unit_acknowledgement_missed", MARKET),
            (4, "unit_acknowledged", POLICE),
            (5, "unit_reported", POLICE),
            (6, "unit_report_missed", MARKET),
        ]

    def test_a_late_unit_that_comes_before_the_ticker_is_noticed_as_late(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown(OPERATION_NO, POLICE))
        enforcement.clock.moment = OPENED_AT + timedelta(hours=1)
        assert enforcement.post(f"{AT}/report", {"officer_count": 1}).status_code == 200
        assert log_of(enforcement)[1:] == [
            (2, "unit_acknowledgement_missed", POLICE),
            (3, "unit_report_missed", POLICE),
            (4, "unit_acknowledged", POLICE),
            (5, "unit_reported", POLICE),
        ]

    def test_nothing_is_missed_twice(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        for hour in (1, 2, 3):
            enforcement.wait_until(OPENED_AT + timedelta(hours=hour))
        assert len(log_of(enforcement)) == 5
        assert enforcement.service.ticker.tick() == 0
