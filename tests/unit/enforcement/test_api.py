"""Enforcement over HTTP: who sees what, in which order, and every "no" with its code."""

from datetime import timedelta

from httpx import Response

from contracts.events.enforcement import ReadingNoted, ReadingRefused
from contracts.ids import OperationNo
from tests.unit.enforcement.facts import (
    CASE_NO,
    CENTRE,
    DISTRICT,
    MARKET,
    OPENED_AT,
    OPERATION_NO,
    POLICE,
    STREET,
    blown,
)
from tests.unit.enforcement.harness import EnforcementHarness

AT = f"/operations/{OPERATION_NO}"
RESULT = "已取缔占道摊点三处"
OTHER_STREET = "street-locust-peace"


def refused(answer: Response) -> tuple[int, str]:
    """Give status and code of a problem document."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def finish(enforcement: EnforcementHarness, unit: str = POLICE) -> None:
    """Report in and complete."""
    assert enforcement.post(f"{AT}/report", {"officer_count": 2}, unit).status_code == 200
    assert enforcement.post(f"{AT}/completion", {"result": RESULT}, unit).status_code == 200


class WhenAnOperationIsRead:
    def test_it_shows_every_units_steps_and_deadlines(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        finish(enforcement)
        enforcement.wait_until(OPENED_AT + timedelta(minutes=5))
        answer = enforcement.get(AT)
        shown = answer.json()
        assert answer.headers["etag"] == '"5"'
        assert (shown["version"], shown["status"], shown["concluded_at"]) == (5, "underway", None)
        police, market = shown["tasks"]
        assert (police["status"], police["officer_count"]) == ("completed", 2)
        assert police["reported_at"] == "2026-11-22T19:00:00.000000Z"
        assert (market["status"], market["acknowledgement_missed"]) == ("summoned", True)
        assert market["report"]["due_at"] == "2026-11-22T19:30:00.000000Z"
        assert market["report"]["limit"] == {"amount": 30, "unit": "minute"}
        assert RESULT not in answer.text

    def test_it_can_be_seen_as_it_stood(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        finish(enforcement)
        answer = enforcement.get(AT, as_of=2)
        assert answer.headers["etag"] == '"2"'
        assert answer.json()["tasks"][0]["status"] == "acknowledged"

    def test_a_concluded_one_says_when(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown(OPERATION_NO, POLICE))
        finish(enforcement)
        enforcement.post(f"{AT}/releases/{POLICE}", unit=STREET)
        shown = enforcement.get(AT).json()
        assert (shown["status"], shown["concluded_at"]) == (
            "concluded",
            "2026-11-22T19:00:00.000000Z",
        )
        assert shown["tasks"][0]["status"] == "released"

    def test_whom_it_concerns_may(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        for role, unit in (
            ("officer", POLICE),
            ("leader", MARKET),
            ("officer", STREET),
            ("director", STREET),
            ("officer", DISTRICT),
            ("leader", CENTRE),
            ("auditor", "district"),
            ("operator", "district"),
            ("service", "system"),
        ):
            assert enforcement.get(AT, unit, role).status_code == 200, role
            assert enforcement.get("/operations", unit, role).json()["total"] == 1, role

    def test_other_units_may_not(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        for unit in ("fire-rescue", OTHER_STREET):
            assert refused(enforcement.get(AT, unit)) == (403, "operation_not_yours")
            assert refused(enforcement.get(f"{AT}/results", unit)) == (403, "operation_not_yours")
            assert enforcement.get("/operations", unit).json()["total"] == 0

    def test_the_hotline_may_not(self, enforcement: EnforcementHarness) -> None:
        for path in (AT, "/operations", "/queue", f"{AT}/results"):
            for role in ("agent", "integrator", "visitor"):
                assert refused(enforcement.get(path, POLICE, role)) == (403, "role_missing"), path

    def test_one_that_does_not_exist_is_unknown(self, enforcement: EnforcementHarness) -> None:
        assert refused(enforcement.get(AT)) == (404, "operation_unknown")
        assert refused(enforcement.get(f"{AT}/results")) == (404, "operation_unknown")


class WhenResultsAreRead:
    def test_the_units_and_the_street_see_them_and_it_is_noted(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        assert enforcement.get(f"{AT}/results", STREET).json() == []
        finish(enforcement)
        for unit in (STREET, MARKET):
            expected = [{"unit": POLICE, "result": RESULT}]
            assert enforcement.get(f"{AT}/results", unit).json() == expected
        last = enforcement.readings()[-2:]
        assert [(one.about, one.unit, one.cases) for one in last] == [
            (f"operation-{OPERATION_NO}", unit, (CASE_NO,)) for unit in (STREET, MARKET)
        ]
        noted = [one for one in last if isinstance(one, ReadingNoted)]
        assert [one.fields for one in noted] == [(f"result/{POLICE}",)] * 2

    def test_another_street_is_refused_them_and_that_is_noted(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        for _ in range(2):
            answer = enforcement.get(f"{AT}/results", OTHER_STREET)
            assert refused(answer) == (403, "operation_not_yours")
        (one,) = enforcement.readings()
        assert isinstance(one, ReadingRefused)
        assert (one.code, one.unit, one.cases) == ("operation_not_yours", OTHER_STREET, (CASE_NO,))

    def test_nobody_else_does(self, enforcement: EnforcementHarness) -> None:
        for role in ("auditor", "operator", "service"):
            answer = enforcement.get(f"{AT}/results", "district", role)
            assert refused(answer) == (403, "role_missing")
        roles = [one.role for one in enforcement.readings() if isinstance(one, ReadingRefused)]
        assert roles == ["auditor", "operator", "service"]

    def test_they_stand_in_no_file_as_text(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        finish(enforcement)
        enforcement.service.store.scrub()
        with enforcement.service.store.reading() as connection:
            path = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
        with open(path, "rb") as file:  # noqa: PTH123  # the path comes from SQLite itself
            assert RESULT.encode() not in file.read()


class WhenTheQueueIsRead:
    def test_what_is_due_next_stands_on_top(self, enforcement: EnforcementHarness) -> None:
        daily, emergency, key = (OperationNo(f"26112300000{n}-W1") for n in (1, 2, 3))
        enforcement.blow(blown(daily, POLICE, kind="daily"))
        enforcement.blow(blown(emergency, POLICE, kind="emergency"))
        enforcement.blow(blown(key, POLICE, kind="key"))
        enforcement.post(f"/operations/{emergency}/report", {"officer_count": 1})
        enforcement.post(f"/operations/{daily}/acknowledgement")
        queue = enforcement.get("/queue").json()
        assert queue["total"] == 3
        assert [(item["operation_no"], item["status"]) for item in queue["items"]] == [
            (key, "summoned"),
            (daily, "acknowledged"),
            (emergency, "reported"),
        ]
        assert [item["next_due_at"] for item in queue["items"]] == [
            "2026-11-22T20:00:00.000000Z",
            "2026-11-24T01:00:00.000000Z",
            None,
        ]

    def test_what_was_missed_stays_on_top_until_it_is_done(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown(OPERATION_NO, POLICE))
        enforcement.wait_until(OPENED_AT + timedelta(hours=1))
        (item,) = enforcement.get("/queue").json()["items"]
        assert (item["acknowledgement_missed"], item["report_missed"]) == (True, True)
        assert item["next_due_at"] == "2026-11-22T19:05:00.000000Z"
        enforcement.post(f"{AT}/report", {"officer_count": 1})
        (item,) = enforcement.get("/queue").json()["items"]
        assert (item["status"], item["next_due_at"]) == ("reported", None)
        assert (item["acknowledgement_missed"], item["report_missed"]) == (True, True)

    def test_a_unit_stays_in_it_until_it_is_released(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        finish(enforcement)
        assert enforcement.get("/queue").json()["items"][0]["status"] == "completed"
        enforcement.post(f"{AT}/releases/{POLICE}", unit=STREET)
        assert enforcement.get("/queue").json() == {
            "items": [],
            "total": 0,
            "next": None,
            "lamps": {"green": 0, "yellow": 0, "red": 0},
        }
        assert enforcement.get("/queue", status="released").json()["total"] == 1
        assert enforcement.get("/queue", MARKET).json()["total"] == 1

    def test_officers_see_their_own_units(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        assert enforcement.get("/queue", POLICE, unit=POLICE).json()["total"] == 1
        answer = enforcement.get("/queue", POLICE, unit=MARKET)
        assert refused(answer) == (403, "queue_not_yours")

    def test_the_others_see_any(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        for role in ("auditor", "operator", "service"):
            assert enforcement.get("/queue", "district", role).json()["total"] == 2
            assert enforcement.get("/queue", "district", role, unit=MARKET).json()["total"] == 1

    def test_it_comes_in_pages(self, enforcement: EnforcementHarness) -> None:
        numbers = [OperationNo(f"26112300000{n}-W1") for n in range(1, 6)]
        for number in reversed(numbers):
            enforcement.blow(blown(number, POLICE))
        seen: list[str] = []
        after: dict[str, str] = {}
        while True:
            answer = enforcement.get("/queue", limit=2, **after).json()
            assert answer["total"] == 5
            seen += [item["operation_no"] for item in answer["items"]]
            if answer["next"] is None:
                break
            after = {"after": answer["next"]}
        assert seen == numbers


class WhenOperationsAreListed:
    def test_they_come_by_status_with_what_is_done(self, enforcement: EnforcementHarness) -> None:
        other = OperationNo("261123000002-W1")
        enforcement.blow(blown())
        enforcement.blow(blown(other, POLICE))
        finish(enforcement)
        (first, second) = enforcement.get("/operations", STREET, status="underway").json()["items"]
        assert first == {
            "operation_no": OPERATION_NO,
            "case_no": "261123000001",
            "round": 1,
            "street": STREET,
            "district": DISTRICT,
            "kind": "emergency",
            "status": "underway",
            "unit_count": 2,
            "completed_count": 1,
            "released_count": 0,
            "absent_count": 0,
            "left_count": 0,
            "excused_count": 0,
            "opened_at": "2026-11-22T19:00:00.000000Z",
        }
        assert second["operation_no"] == other
        assert enforcement.get("/operations", MARKET).json()["total"] == 1
        finish(enforcement, MARKET)
        for unit in (POLICE, MARKET):
            enforcement.post(f"{AT}/releases/{unit}", unit=STREET)
        (done,) = enforcement.get("/operations", STREET, status="concluded").json()["items"]
        assert (done["operation_no"], done["released_count"]) == (OPERATION_NO, 2)


class WhenSomethingIsWrong:
    def test_a_unit_that_was_not_called_cannot_act(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        answer = enforcement.post(f"{AT}/acknowledgement", unit="fire-rescue")
        assert refused(answer) == (403, "unit_not_summoned")

    def test_departments_do_not_release_one_another(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        finish(enforcement)
        answer = enforcement.post(f"{AT}/releases/{POLICE}", unit=MARKET, role="leader")
        assert refused(answer) == (403, "not_the_street")

    def test_nobody_leaves_before_it_is_done(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        answer = enforcement.post(f"{AT}/releases/{POLICE}", unit=STREET)
        assert refused(answer) == (409, "task_not_completed")
        assert "事不完、人不撤" in answer.json()["detail"]

    def test_a_unit_that_was_not_called_cannot_be_released(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        answer = enforcement.post(f"{AT}/releases/fire-rescue", unit=STREET)
        assert refused(answer) == (404, "unit_has_no_task")

    def test_there_has_to_be_an_operation(self, enforcement: EnforcementHarness) -> None:
        for step, body in (
            ("acknowledgement", None),
            ("report", {"officer_count": 2}),
            ("completion", {"result": RESULT}),
            (f"releases/{POLICE}", None),
        ):
            assert refused(enforcement.post(f"{AT}/{step}", body)) == (404, "operation_unknown")

    def test_only_officers_and_leaders_act(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        for role in ("agent", "integrator", "auditor", "operator", "service", "visitor"):
            answer = enforcement.post(f"{AT}/acknowledgement", role=role)
            assert refused(answer) == (403, "role_missing")

    def test_what_cannot_be_read_writes_nothing(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        malformed: list[tuple[str, dict[str, object]]] = [
            ("report", {}),
            ("report", {"officer_count": 0}),
            ("report", {"officer_count": 1_001}),
            ("report", {"officer_count": 2, "unit": MARKET}),
            ("completion", {"result": ""}),
            ("completion", {"result": "  "}),
            ("completion", {"result": "哨" * 20_001}),
            ("completion", {"result": "a\0b"}),
        ]
        for step, body in malformed:
            assert refused(enforcement.post(f"{AT}/{step}", body)) == (422, "invalid_fields")
        assert enforcement.service.load(f"operation-{OPERATION_NO}").version == 1

    def test_a_long_result_is_taken(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        enforcement.post(f"{AT}/report", {"officer_count": 2})
        answer = enforcement.post(f"{AT}/completion", {"result": "哨" * 20_000})
        assert answer.status_code == 200

    def test_a_refused_result_leaves_no_text(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        assert refused(enforcement.post(f"{AT}/completion", {"result": RESULT})) == (
            409,
            "task_not_reported",
        )
        with enforcement.service.store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM vault_items").scalar() == 0

    def test_a_stale_form_is_refused(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        enforcement.post(f"{AT}/acknowledgement", unit=MARKET)
        answer = enforcement.post(f"{AT}/acknowledgement", if_match='"1"')
        assert refused(answer) == (412, "stale_version")
        assert enforcement.post(f"{AT}/acknowledgement", if_match='"2"').status_code == 200

    def test_a_number_of_another_shape_is_malformed(self, enforcement: EnforcementHarness) -> None:
        assert refused(enforcement.get("/operations/261123000001")) == (422, "invalid_fields")

    def test_the_sentence_comes_in_the_readers_language(
        self, enforcement: EnforcementHarness
    ) -> None:
        answer = enforcement.post(f"{AT}/acknowledgement", accept_language="en-GB")
        assert answer.json()["detail"].startswith("There is no operation")
