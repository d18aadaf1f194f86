"""Over HTTP: every clock of a case, what moves it, and the queues of those who decide on it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.ids import CaseNo
from tests.unit.dispatch.routes import DISPATCHER, STREET, DispatchRoutes

OFFICER = f"officer.{STREET}.p-officer"
COLLEAGUE = f"officer.{STREET}.p-colleague"
OF_DISTRICT = "leader.district.p-head"
STRANGER = "officer.public-security.p-stranger"
AGENT = "agent.hotline.p-agent"
ROADWORKS = {"pool": "engineering", "reason": "the road is being built", "review_on": "2026-04-01"}


@pytest.fixture
def dispatch(tmp_path: Path) -> Iterator[DispatchRoutes]:
    routes = DispatchRoutes(tmp_path)
    yield routes
    routes.close()


@pytest.fixture
def case_no(dispatch: DispatchRoutes) -> CaseNo:
    return dispatch.dispatch(1, "100118")


def lead(dispatch: DispatchRoutes, case_no: CaseNo) -> str:
    """Name an officer of the unit that leads."""
    unit = dispatch.ask(AGENT, f"/cases/{case_no}").json()["unit"]
    return f"officer.{unit}.p-lead"


def done(dispatch: DispatchRoutes, actor: str, path: str, **body: object) -> None:
    """Command, and have it done."""
    answer = dispatch.tell(actor, path, "", **body)
    assert answer.is_success, answer.text


def signed(dispatch: DispatchRoutes, case_no: CaseNo) -> str:
    """Let the unit sign; give its officer."""
    officer = lead(dispatch, case_no)
    done(dispatch, officer, f"/cases/{case_no}/signature")
    return officer


def clocks(dispatch: DispatchRoutes, case_no: CaseNo) -> dict[str, Any]:
    """Give the newest clock of each milestone."""
    shown = dispatch.ask(AGENT, f"/cases/{case_no}").json()
    return {one["milestone"]: one for one in shown["clocks"]}


def queue(dispatch: DispatchRoutes, actor: str, **query: str) -> list[str]:
    """Give the cases in a queue."""
    found = dispatch.ask(actor, "/queue", **query)
    assert found.is_success, found.text
    return [one["case_no"] for one in found.json()["items"]]


class WhenACaseIsShown:
    def test_every_clock_and_every_step_stands_in_it(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        officer = signed(dispatch, case_no)
        done(dispatch, officer, f"/cases/{case_no}/contacts", result="reached")
        shown = clocks(dispatch, case_no)
        assert {name: one["state"] for name, one in shown.items()} == {
            "sign": "met",
            "contact": "met",
            "handle": "running",
        }
        assert shown["handle"]["lamp"] == "green"
        steps = dispatch.ask(officer, f"/cases/{case_no}").json()["steps"]
        assert [(one["act"], one["person"]) for one in steps] == [
            ("dispatched", None),
            ("signed", "p-lead"),
        ]

    def test_the_street_and_the_district_of_the_place_see_it_without_its_texts(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        for reader in (OFFICER, OF_DISTRICT):
            assert dispatch.ask(reader, f"/cases/{case_no}").is_success
            assert dispatch.ask(reader, f"/cases/{case_no}/account").status_code == 403
        assert dispatch.ask(STRANGER, f"/cases/{case_no}").status_code == 403


class WhenAUnitAsksForTime:
    def test_the_dispatcher_reads_why_and_grants_it(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        officer = signed(dispatch, case_no)
        before = clocks(dispatch, case_no)["handle"]["due_at"]
        done(dispatch, officer, f"/cases/{case_no}/extension", workdays=2, reason="parts to come")
        assert queue(dispatch, DISPATCHER) == [case_no]
        (reason,) = dispatch.ask(DISPATCHER, f"/cases/{case_no}/request-reasons").json()["items"]
        assert (reason["what"], reason["reason"]) == ("extension", "parts to come")
        done(dispatch, DISPATCHER, f"/cases/{case_no}/extension/grant")
        assert clocks(dispatch, case_no)["handle"]["due_at"] > before
        assert queue(dispatch, DISPATCHER) == []

    def test_the_district_suspends_a_case_and_has_it_in_its_queue_until_it_is_resumed(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        officer, case = signed(dispatch, case_no), f"/cases/{case_no}"
        done(dispatch, officer, f"{case}/suspension", **ROADWORKS)
        assert queue(dispatch, OF_DISTRICT) == [case_no]
        done(dispatch, OF_DISTRICT, f"{case}/suspension/approval")
        (item,) = dispatch.ask(OF_DISTRICT, "/queue").json()["items"]
        assert (item["waiting_for"], item["lamp"]) == (["review"], "green")
        refused = dispatch.tell(officer, f"{case}/contacts", result="reached")
        assert refused.json()["code"] == "case_is_suspended"
        done(dispatch, officer, f"{case}/resumption")
        assert queue(dispatch, OF_DISTRICT) == []
        assert clocks(dispatch, case_no)["handle"]["state"] == "running"

    def test_a_denial_says_why(self, dispatch: DispatchRoutes, case_no: CaseNo) -> None:
        officer, case = signed(dispatch, case_no), f"/cases/{case_no}"
        done(dispatch, officer, f"{case}/suspension", **ROADWORKS)
        done(dispatch, OF_DISTRICT, f"{case}/suspension/denial", reason="it can be done now")
        done(dispatch, officer, f"{case}/extension", workdays=1, reason="parts to come")
        done(dispatch, OF_DISTRICT, f"{case}/extension/denial", reason="they are there")
        reasons = dispatch.ask(officer, f"{case}/request-reasons").json()["items"]
        assert [one["what"] for one in reasons] == [
            "suspension",
            "suspension_denial",
            "extension",
            "extension_denial",
        ]


class WhenACaseIsClaimed:
    def test_it_is_in_the_queue_of_that_person(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        officer, case = lead(dispatch, case_no), f"/cases/{case_no}"
        other = officer.replace("p-lead", "p-other")
        done(dispatch, officer, f"{case}/claim")
        assert queue(dispatch, officer, of="person") == [case_no]
        done(dispatch, officer, f"{case}/hand-over", person="p-other")
        assert queue(dispatch, officer, of="person") == []
        assert queue(dispatch, other, of="person") == [case_no]
        done(dispatch, other, f"{case}/claim/release")
        assert queue(dispatch, other, of="person") == []


class WhenSomebodyLooksAtAQueue:
    def test_each_has_its_total_and_its_lamps(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        found = dispatch.ask(AGENT, "/cases").json()
        assert (found["total"], found["lamps"]) == (1, {"green": 1, "yellow": 0, "red": 0})
        assert queue(dispatch, OFFICER, of="street") == [case_no]

    def test_nobody_sees_the_queue_of_another_role(self, dispatch: DispatchRoutes) -> None:
        for of in ("dispatcher", "centre"):
            refused = dispatch.ask(OFFICER, "/queue", of=of)
            assert refused.json()["code"] == "no_such_queue"

    def test_nothing_is_to_revise_while_every_calendar_is_published(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        assert dispatch.ask(AGENT, "/cases", provisional="true").json()["total"] == 0
        path = f"/cases/{case_no}/deadline-revision"
        refused = dispatch.tell("operator.hotline.p-op", path)
        assert refused.json()["code"] == "nothing_to_revise"

    def test_a_matter_without_stages_reaches_none(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        officer = signed(dispatch, case_no)
        refused = dispatch.tell(officer, f"/cases/{case_no}/stages/stop")
        assert refused.json()["code"] == "stage_unknown"
