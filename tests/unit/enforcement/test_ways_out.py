"""Over HTTP: a unit contests, does not come, or leaves, and who sees and does what about it."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta

import pytest
from httpx import Response

from chassis.unit_of_work.outcomes import Outcome
from chassis.unit_of_work.requests import Request
from contracts.events.enforcement import OperationConcluded, ReadingNoted, UnitReportMissed
from contracts.ids import OperationNo, operation_stream
from contracts.values import WhistleKind
from tests.unit.enforcement.facts import (
    CENTRE,
    DISTRICT,
    FIRE,
    MARKET,
    OPENED_AT,
    OPERATION_NO,
    POLICE,
    STREET,
    blown,
    declared,
)
from tests.unit.enforcement.harness import EnforcementHarness

AT = f"/operations/{OPERATION_NO}"
OTHER_STREET = "street-locust-peace"
BASIS = "占道经营由市场监管部门负责：职责清单第三十二条"
REASON = "现场有治安隐患，公安须到场"


def refused(answer: Response) -> tuple[int, str]:
    """Give status and code of a problem document."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def contest(enforcement: EnforcementHarness, unit: str = POLICE) -> None:
    assert enforcement.post(f"{AT}/contest", {"basis": BASIS}, unit).status_code == 200


def rule(
    enforcement: EnforcementHarness, outcome: str, acting: str = DISTRICT, unit: str = POLICE
) -> Response:
    ruling = {"outcome": outcome, "reason": REASON}
    return enforcement.post(f"{AT}/contests/{unit}/ruling", ruling, acting)


def queued(enforcement: EnforcementHarness, unit: str = POLICE) -> dict[str, object]:
    """Give the one line that the auditor finds of a unit, finished or not."""
    for query in ({}, *({"status": one} for one in ("absent", "excused", "left", "cancelled"))):
        found = enforcement.get("/queue", "bureau", "auditor", unit=unit, **query).json()["items"]
        if found:
            (item,) = found
            return dict(item)
    raise AssertionError(unit)


class WhenNobodyEverComes:
    def test_the_street_alone_ends_the_operation(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        early = enforcement.post(f"{AT}/absences/{POLICE}", unit=STREET)
        assert refused(early) == (409, "absent_too_early")
        enforcement.wait_until(OPENED_AT + timedelta(minutes=30))
        for unit in (POLICE, MARKET):
            assert enforcement.post(f"{AT}/absences/{unit}", unit=STREET).status_code == 200
        assert isinstance(
            enforcement.events(operation_stream(OPERATION_NO))[-1], OperationConcluded
        )
        (listed,) = enforcement.get("/operations", STREET, status="concluded").json()["items"]
        assert (listed["unit_count"], listed["absent_count"]) == (2, 2)
        assert enforcement.get("/queue", POLICE).json()["total"] == 0
        assert queued(enforcement)["status"] == "absent"
        shown = enforcement.get(AT).json()["tasks"][0]
        assert (shown["status"], shown["absent_at"]) == ("absent", "2026-11-22T19:30:00.000000Z")

    def test_one_that_comes_after_all_is_in_the_queue_again(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        enforcement.wait_until(OPENED_AT + timedelta(minutes=30))
        enforcement.post(f"{AT}/absences/{POLICE}", unit=STREET)
        assert enforcement.get("/queue", POLICE).json()["total"] == 0
        assert enforcement.post(f"{AT}/report", {"officer_count": 1}).status_code == 200
        (item,) = enforcement.get("/queue", POLICE).json()["items"]
        assert (item["status"], item["report_missed"], item["lamp"]) == ("reported", True, None)
        assert enforcement.post(f"{AT}/early-departures/{POLICE}", unit=STREET).status_code == 200
        assert queued(enforcement)["status"] == "left"
        (listed,) = enforcement.get("/operations", STREET).json()["items"]
        assert (listed["left_count"], listed["absent_count"]) == (1, 0)

    def test_departments_name_nobody_absent(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        enforcement.wait_until(OPENED_AT + timedelta(minutes=30))
        for step in ("absences", "early-departures"):
            answer = enforcement.post(f"{AT}/{step}/{POLICE}", unit=MARKET, role="director")
            assert refused(answer) == (403, "not_the_street")

    def test_two_tickers_record_a_miss_once(self, enforcement: EnforcementHarness) -> None:
        """Both have read what is due before either has written it."""
        enforcement.blow(blown(OPERATION_NO, POLICE))
        enforcement.clock.moment = OPENED_AT + timedelta(hours=1)
        ticker, writer = enforcement.service.ticker, enforcement.service.writer
        submit, noticed = writer.submit, list[int]()

        def after_the_other(requests: Sequence[Request]) -> list[Future[Outcome]]:
            if not noticed:
                noticed.append(0)
                noticed.append(ticker.tick())
            return submit(requests)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(writer, "submit", after_the_other)
            assert ticker.tick() == 2
        assert noticed == [0, 2]
        events = enforcement.events(operation_stream(OPERATION_NO))
        assert len([one for one in events if isinstance(one, UnitReportMissed)]) == 1
        assert len(events) == 3


class WhenAUnitContests:
    def test_the_district_finds_it_and_upholds_it(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        contest(enforcement)
        enforcement.wait_until(OPENED_AT + timedelta(minutes=30))
        (found,) = enforcement.get("/contests", DISTRICT).json()["items"]
        assert found == {
            "operation_no": OPERATION_NO,
            "unit": POLICE,
            "case_no": "261123000001",
            "round": 1,
            "street": STREET,
            "district": DISTRICT,
            "kind": "emergency",
            "status": "summoned",
            "contested_at": "2026-11-22T19:00:00.000000Z",
        }
        before = queued(enforcement)
        assert (before["contest"], before["report_missed"], before["report_miss_counts"]) == (
            "waiting",
            True,
            True,
        )
        assert rule(enforcement, "upheld").status_code == 200
        assert enforcement.get("/contests", DISTRICT).json()["total"] == 0
        after = queued(enforcement)
        assert (after["contest"], after["report_missed"], after["report_miss_counts"]) == (
            "upheld",
            True,
            False,
        )
        assert (after["status"], after["lamp"]) == ("excused", None)
        shown = enforcement.get(AT).json()["tasks"][0]
        assert (shown["status"], shown["contest"], shown["report_miss_counts"]) == (
            "excused",
            "upheld",
            False,
        )
        (listed,) = enforcement.get("/operations", STREET).json()["items"]
        assert listed["excused_count"] == 1

    def test_rejected_it_still_has_to_come(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        contest(enforcement)
        assert rule(enforcement, "rejected").status_code == 200
        assert (queued(enforcement)["status"], queued(enforcement)["contest"]) == (
            "summoned",
            "rejected",
        )
        again = enforcement.post(f"{AT}/contest", {"basis": BASIS})
        assert refused(again) == (409, "already_contested")

    def test_reporting_in_takes_it_off_the_list(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        contest(enforcement)
        enforcement.post(f"{AT}/report", {"officer_count": 1})
        assert enforcement.get("/contests", DISTRICT).json()["total"] == 0
        assert queued(enforcement)["contest"] == "lapsed"
        assert refused(rule(enforcement, "upheld")) == (409, "no_contest_waiting")

    def test_nobody_but_the_district_rules(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        contest(enforcement)
        for acting in (POLICE, STREET, CENTRE, OTHER_STREET):
            assert refused(rule(enforcement, "upheld", acting)) == (403, "not_the_ruling_district")

    def test_nor_who_is_recused(self, enforcement: EnforcementHarness) -> None:
        enforcement.hear(declared(f"p-{DISTRICT}", DISTRICT))
        enforcement.blow(blown())
        contest(enforcement)
        assert refused(rule(enforcement, "upheld")) == (403, "officer_recused")

    def test_the_list_shows_who_may_see_it(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        contest(enforcement)
        for acting, role, total in (
            (DISTRICT, "leader", 1),
            (CENTRE, "officer", 1),
            (POLICE, "officer", 1),
            (MARKET, "officer", 0),
            (OTHER_STREET, "director", 0),
            ("bureau", "auditor", 1),
        ):
            assert enforcement.get("/contests", acting, role).json()["total"] == total, acting

    def test_what_was_written_is_read_by_whom_it_concerns_and_noted(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        assert enforcement.get(f"{AT}/contests", DISTRICT).json() == []
        contest(enforcement)
        waiting = {"unit": POLICE, "contest": "waiting", "basis": BASIS, "reason": None}
        assert enforcement.get(f"{AT}/contests", DISTRICT).json() == [waiting]
        last = enforcement.readings()[-1]
        assert isinstance(last, ReadingNoted)
        assert (last.unit, last.fields) == (DISTRICT, (f"contest/{POLICE}",))
        rule(enforcement, "rejected")
        ruled = {**waiting, "contest": "rejected", "reason": REASON}
        assert enforcement.get(f"{AT}/contests", POLICE).json() == [ruled]
        answer = enforcement.get(f"{AT}/contests", OTHER_STREET)
        assert refused(answer) == (403, "operation_not_yours")

    def test_what_cannot_be_read_writes_nothing(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        for body in ({}, {"basis": " "}):
            assert refused(enforcement.post(f"{AT}/contest", body)) == (422, "invalid_fields")
        ruling = {"outcome": "perhaps", "reason": REASON}
        answer = enforcement.post(f"{AT}/contests/{POLICE}/ruling", ruling, DISTRICT)
        assert refused(answer) == (422, "invalid_fields")
        assert enforcement.service.load(operation_stream(OPERATION_NO)).version == 1

    def test_a_refused_ruling_leaves_no_text(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        assert refused(rule(enforcement, "upheld")) == (409, "no_contest_waiting")
        with enforcement.service.store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM vault_items").scalar() == 0


class WhenAUnitIsChased:
    def test_the_street_the_district_and_its_centre_may(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        for count, acting in enumerate((STREET, DISTRICT, CENTRE), start=1):
            enforcement.clock.moment = OPENED_AT + timedelta(minutes=10 * count)
            answer = enforcement.post(f"{AT}/chases/{MARKET}", unit=acting)
            assert answer.status_code == 200, acting
            line = queued(enforcement, MARKET)
            assert line["chased_count"] == count
        assert line["chased_at"] == "2026-11-22T19:30:00.000000Z"
        shown = enforcement.get(AT).json()["tasks"][1]
        assert shown["chased_at"] == "2026-11-22T19:30:00.000000Z"

    def test_nobody_else_may_and_none_twice_in_ten_minutes(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        for acting in (POLICE, OTHER_STREET):
            answer = enforcement.post(f"{AT}/chases/{MARKET}", unit=acting)
            assert refused(answer) == (403, "chase_not_yours")
        enforcement.post(f"{AT}/chases/{MARKET}", unit=STREET)
        answer = enforcement.post(f"{AT}/chases/{MARKET}", unit=CENTRE)
        assert refused(answer) == (409, "chased_just_now")
        assert "03:00" in answer.json()["detail"]


class WhenTheQueueIsLit:
    numbers = tuple(OperationNo(f"26112300000{n}-W1") for n in (1, 2, 3))

    def test_a_lamp_is_what_the_clock_says_when_it_is_read(
        self, enforcement: EnforcementHarness
    ) -> None:
        """Thirty minutes to report: yellow from the twenty-first, red at the thirtieth."""
        enforcement.blow(blown(OPERATION_NO, POLICE))
        enforcement.post(f"{AT}/acknowledgement")
        for minutes, lamp in ((0, "green"), (20, "green"), (21, "yellow"), (29, "yellow")):
            enforcement.clock.moment = OPENED_AT + timedelta(minutes=minutes)
            assert queued(enforcement)["lamp"] == lamp
        enforcement.clock.moment = OPENED_AT + timedelta(minutes=30)
        assert queued(enforcement)["lamp"] == "red"
        enforcement.wait_until(OPENED_AT + timedelta(minutes=31))
        assert queued(enforcement)["lamp"] == "red"
        enforcement.post(f"{AT}/report", {"officer_count": 1})
        assert queued(enforcement)["lamp"] is None

    def test_the_totals_are_of_the_whole_list_and_not_of_the_page(
        self, enforcement: EnforcementHarness
    ) -> None:
        kinds: tuple[WhistleKind, ...] = ("emergency", "enforcement", "daily")
        for number, kind in zip(self.numbers, kinds, strict=True):
            enforcement.blow(blown(number, POLICE, kind=kind))
        enforcement.clock.moment = OPENED_AT + timedelta(minutes=25)
        queue = enforcement.get("/queue", POLICE, limit=1).json()
        assert (len(queue["items"]), queue["total"]) == (1, 3)
        assert queue["lamps"] == {"green": 1, "yellow": 1, "red": 1}
        for number in self.numbers[1:]:
            enforcement.post(f"/operations/{number}/report", {"officer_count": 2})
        queue = enforcement.get("/queue", POLICE).json()
        assert (queue["total"], queue["lamps"]) == (3, {"green": 0, "yellow": 0, "red": 1})

    def test_a_district_and_its_centre_see_every_unit_in_it(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown(OPERATION_NO, POLICE, FIRE))
        for acting in (DISTRICT, CENTRE):
            assert enforcement.get("/queue", acting).json()["total"] == 2
            assert enforcement.get("/queue", acting, unit=FIRE).json()["total"] == 1
            assert enforcement.get("/operations", acting).json()["total"] == 1
        assert refused(enforcement.get("/queue", STREET, unit=FIRE)) == (403, "queue_not_yours")
        assert enforcement.get("/queue", STREET).json()["total"] == 0
