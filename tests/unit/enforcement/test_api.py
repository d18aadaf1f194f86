"""Enforcement over HTTP: who sees what, in which order, and every "no" with its code."""

from datetime import timedelta

from httpx import Response

from chassis.store.tables import access_log
from tests.unit.enforcement.facts import MARKET, OPENED_AT, OPERATION_NO, POLICE, STREET
from tests.unit.enforcement.outpost import Outpost, blown

AT = f"/operations/{OPERATION_NO}"
RESULT = "已取缔占道摊点三处"
OTHER_STREET = "street-locust-peace"


def refused(answer: Response) -> tuple[int, str]:
    """Give status and code of a problem document."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def finish(post: Outpost, unit: str = POLICE) -> None:
    """Report in and complete."""
    assert post.post(f"{AT}/report", {"officer_count": 2}, unit).status_code == 200
    assert post.post(f"{AT}/completion", {"result": RESULT}, unit).status_code == 200


class WhenAnOperationIsRead:
    def test_it_shows_every_units_steps_and_deadlines(self, post: Outpost) -> None:
        post.whistle(blown())
        finish(post)
        post.at(OPENED_AT + timedelta(minutes=5))
        answer = post.get(AT)
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

    def test_it_can_be_seen_as_it_stood(self, post: Outpost) -> None:
        post.whistle(blown())
        finish(post)
        answer = post.get(AT, as_of=2)
        assert answer.headers["etag"] == '"2"'
        assert answer.json()["tasks"][0]["status"] == "acknowledged"

    def test_a_concluded_one_says_when(self, post: Outpost) -> None:
        post.whistle(blown(OPERATION_NO, POLICE))
        finish(post)
        post.post(f"{AT}/releases/{POLICE}", unit=STREET)
        shown = post.get(AT).json()
        assert (shown["status"], shown["concluded_at"]) == (
            "concluded",
            "2026-11-22T19:00:00.000000Z",
        )
        assert shown["tasks"][0]["status"] == "released"

    def test_whom_it_concerns_may(self, post: Outpost) -> None:
        post.whistle(blown())
        for role, unit in (
            ("officer", POLICE),
            ("leader", MARKET),
            ("officer", STREET),
            ("auditor", "district"),
            ("operator", "district"),
            ("service", "system"),
        ):
            assert post.get(AT, unit, role).status_code == 200, role
            assert post.get("/operations", unit, role).json()["total"] == 1, role

    def test_other_units_may_not(self, post: Outpost) -> None:
        post.whistle(blown())
        for unit in ("fire-rescue", OTHER_STREET, "district"):
            assert refused(post.get(AT, unit)) == (403, "operation_not_yours")
            assert refused(post.get(f"{AT}/results", unit)) == (403, "operation_not_yours")
            assert post.get("/operations", unit).json()["total"] == 0

    def test_the_hotline_may_not(self, post: Outpost) -> None:
        for path in (AT, "/operations", "/queue", f"{AT}/results"):
            for role in ("agent", "integrator", "visitor"):
                assert refused(post.get(path, POLICE, role)) == (403, "role_missing"), path

    def test_one_that_does_not_exist_is_said_to_be_missing(self, post: Outpost) -> None:
        assert refused(post.get(AT)) == (404, "operation_unknown")
        assert refused(post.get(f"{AT}/results")) == (404, "operation_unknown")


class WhenResultsAreRead:
    def test_the_units_and_the_street_see_them_and_it_is_noted(self, post: Outpost) -> None:
        post.whistle(blown())
        assert post.get(f"{AT}/results", STREET).json() == []
        finish(post)
        for unit in (STREET, MARKET):
            expected = [{"unit": POLICE, "result": RESULT}]
            assert post.get(f"{AT}/results", unit).json() == expected
        with post.service.store.reading() as connection:
            rows = connection.execute(access_log.select().order_by(access_log.c.id)).all()
        assert [(row.stream, row.fields, row.unit) for row in rows[-2:]] == [
            (f"operation-{OPERATION_NO}", f"result/{POLICE}", unit) for unit in (STREET, MARKET)
        ]

    def test_nobody_else_does(self, post: Outpost) -> None:
        for role in ("auditor", "operator", "service"):
            answer = post.get(f"{AT}/results", "district", role)
            assert refused(answer) == (403, "role_missing")

    def test_they_stand_in_no_file_as_text(self, post: Outpost) -> None:
        post.whistle(blown())
        finish(post)
        post.service.store.scrub()
        with post.service.store.reading() as connection:
            path = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
        with open(path, "rb") as file:  # noqa: PTH123  # the path comes from SQLite itself
            assert RESULT.encode() not in file.read()


class WhenTheQueueIsRead:
    def test_what_is_due_next_stands_on_top(self, post: Outpost) -> None:
        daily, emergency, key = (f"26112300000{n}-W1" for n in (1, 2, 3))
        post.whistle(blown(daily, POLICE, kind="daily"))
        post.whistle(blown(emergency, POLICE, kind="emergency"))
        post.whistle(blown(key, POLICE, kind="key"))
        post.post(f"/operations/{emergency}/report", {"officer_count": 1})
        post.post(f"/operations/{daily}/acknowledgement")
        queue = post.get("/queue").json()
        assert queue["total"] == 3
        assert [(item["operation_no"], item["status"]) for item in queue["items"]] == [
            (key, "summoned"),
            (daily, "acknowledged"),
            (emergency, "reported"),
        ]
        assert [item["next_due_at"] for item in queue["items"]] == [
            "2026-11-22T20:00:00.000000Z",
            "2026-11-23T19:00:00.000000Z",
            None,
        ]

    def test_what_was_missed_stays_on_top_until_it_is_done(self, post: Outpost) -> None:
        post.whistle(blown(OPERATION_NO, POLICE))
        post.at(OPENED_AT + timedelta(hours=1))
        (item,) = post.get("/queue").json()["items"]
        assert (item["acknowledgement_missed"], item["report_missed"]) == (True, True)
        assert item["next_due_at"] == "2026-11-22T19:05:00.000000Z"
        post.post(f"{AT}/report", {"officer_count": 1})
        (item,) = post.get("/queue").json()["items"]
        assert (item["status"], item["next_due_at"]) == ("reported", None)
        assert (item["acknowledgement_missed"], item["report_missed"]) == (True, True)

    def test_a_unit_stays_in_it_until_it_is_released(self, post: Outpost) -> None:
        post.whistle(blown())
        finish(post)
        assert post.get("/queue").json()["items"][0]["status"] == "completed"
        post.post(f"{AT}/releases/{POLICE}", unit=STREET)
        assert post.get("/queue").json() == {"items": [], "total": 0, "next": None}
        assert post.get("/queue", status="released").json()["total"] == 1
        assert post.get("/queue", MARKET).json()["total"] == 1

    def test_officers_see_their_own_units(self, post: Outpost) -> None:
        post.whistle(blown())
        assert post.get("/queue", POLICE, unit=POLICE).json()["total"] == 1
        answer = post.get("/queue", POLICE, unit=MARKET)
        assert refused(answer) == (403, "queue_not_yours")

    def test_the_others_see_any(self, post: Outpost) -> None:
        post.whistle(blown())
        for role in ("auditor", "operator", "service"):
            assert post.get("/queue", "district", role).json()["total"] == 2
            assert post.get("/queue", "district", role, unit=MARKET).json()["total"] == 1

    def test_it_comes_in_pages(self, post: Outpost) -> None:
        numbers = [f"26112300000{n}-W1" for n in range(1, 6)]
        for number in reversed(numbers):
            post.whistle(blown(number, POLICE))
        seen: list[str] = []
        after: dict[str, str] = {}
        while True:
            answer = post.get("/queue", limit=2, **after).json()
            assert answer["total"] == 5
            seen += [item["operation_no"] for item in answer["items"]]
            if answer["next"] is None:
                break
            after = {"after": answer["next"]}
        assert seen == numbers


class WhenOperationsAreListed:
    def test_they_come_by_status_with_what_is_done(self, post: Outpost) -> None:
        other = "261123000002-W1"
        post.whistle(blown())
        post.whistle(blown(other, POLICE))
        finish(post)
        (first, second) = post.get("/operations", STREET, status="underway").json()["items"]
        assert first == {
            "operation_no": OPERATION_NO,
            "case_no": "261123000001",
            "round": 1,
            "street": STREET,
            "kind": "emergency",
            "status": "underway",
            "unit_count": 2,
            "completed_count": 1,
            "released_count": 0,
            "opened_at": "2026-11-22T19:00:00.000000Z",
        }
        assert second["operation_no"] == other
        assert post.get("/operations", MARKET).json()["total"] == 1
        finish(post, MARKET)
        for unit in (POLICE, MARKET):
            post.post(f"{AT}/releases/{unit}", unit=STREET)
        (done,) = post.get("/operations", STREET, status="concluded").json()["items"]
        assert (done["operation_no"], done["released_count"]) == (OPERATION_NO, 2)


class WhenSomethingIsWrong:
    def test_a_unit_that_was_not_called_cannot_act(self, post: Outpost) -> None:
        post.whistle(blown())
        answer = post.post(f"{AT}/acknowledgement", unit="fire-rescue")
        assert refused(answer) == (403, "unit_not_summoned")

    def test_departments_do_not_release_one_another(self, post: Outpost) -> None:
        post.whistle(blown())
        finish(post)
        answer = post.post(f"{AT}/releases/{POLICE}", unit=MARKET, role="leader")
        assert refused(answer) == (403, "not_the_street")

    def test_nobody_leaves_before_it_is_done(self, post: Outpost) -> None:
        post.whistle(blown())
        answer = post.post(f"{AT}/releases/{POLICE}", unit=STREET)
        assert refused(answer) == (409, "task_not_completed")
        assert "事不完、人不撤" in answer.json()["detail"]

    def test_whoever_was_not_called_cannot_be_released(self, post: Outpost) -> None:
        post.whistle(blown())
        answer = post.post(f"{AT}/releases/fire-rescue", unit=STREET)
        assert refused(answer) == (404, "unit_has_no_task")

    def test_there_has_to_be_an_operation(self, post: Outpost) -> None:
        for step, body in (
            ("acknowledgement", None),
            ("report", {"officer_count": 2}),
            ("completion", {"result": RESULT}),
            (f"releases/{POLICE}", None),
        ):
            assert refused(post.post(f"{AT}/{step}", body)) == (404, "operation_unknown")

    def test_only_officers_and_leaders_act(self, post: Outpost) -> None:
        post.whistle(blown())
        for role in ("agent", "integrator", "auditor", "operator", "service", "visitor"):
            answer = post.post(f"{AT}/acknowledgement", role=role)
            assert refused(answer) == (403, "role_missing")

    def test_what_cannot_be_read_writes_nothing(self, post: Outpost) -> None:
        post.whistle(blown())
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
            assert refused(post.post(f"{AT}/{step}", body)) == (422, "invalid_fields")
        assert post.service.load(f"operation-{OPERATION_NO}").version == 1

    def test_a_long_result_is_taken(self, post: Outpost) -> None:
        post.whistle(blown())
        post.post(f"{AT}/report", {"officer_count": 2})
        answer = post.post(f"{AT}/completion", {"result": "哨" * 20_000})
        assert answer.status_code == 200

    def test_a_refused_result_leaves_no_text(self, post: Outpost) -> None:
        post.whistle(blown())
        assert refused(post.post(f"{AT}/completion", {"result": RESULT})) == (
            409,
            "task_not_reported",
        )
        with post.service.store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM vault_items").scalar() == 0

    def test_a_stale_form_is_refused(self, post: Outpost) -> None:
        post.whistle(blown())
        post.post(f"{AT}/acknowledgement", unit=MARKET)
        answer = post.post(f"{AT}/acknowledgement", if_match='"1"')
        assert refused(answer) == (412, "stale_version")
        assert post.post(f"{AT}/acknowledgement", if_match='"2"').status_code == 200

    def test_a_number_of_another_shape_is_malformed(self, post: Outpost) -> None:
        assert refused(post.get("/operations/261123000001")) == (422, "invalid_fields")

    def test_the_sentence_comes_in_the_readers_language(self, post: Outpost) -> None:
        answer = post.post(f"{AT}/acknowledgement", accept_language="en-GB")
        assert answer.json()["detail"].startswith("There is no operation")
