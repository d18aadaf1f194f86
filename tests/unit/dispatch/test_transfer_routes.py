"""Over HTTP: who leads a case, who assists, how it ends by order, and what is counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.ids import CaseNo
from tests.unit.dispatch.routes import DISPATCHER, STREET, DispatchRoutes

OFFICER = f"officer.{STREET}.p-officer"
OTHER = "sanitation"
THEIRS = f"officer.{OTHER}.p-theirs"
OF_DISTRICT = "leader.district.p-head"
STRANGER = "officer.public-security.p-stranger"
COMMUNITY = "residents-committee"


@pytest.fixture
def dispatch(tmp_path: Path) -> Iterator[DispatchRoutes]:
    routes = DispatchRoutes(tmp_path)
    yield routes
    routes.close()


@pytest.fixture
def case_no(dispatch: DispatchRoutes) -> CaseNo:
    return dispatch.dispatch(1)


def object_to(dispatch: DispatchRoutes, case_no: CaseNo) -> None:
    """Let the street object."""
    done = dispatch.tell(
        OFFICER, f"/cases/{case_no}/objection", basis="not on our list", proposed_unit=OTHER
    )
    assert done.status_code == 200, done.text


class WhenAUnitObjects:
    def test_it_waits_for_the_dispatcher_and_for_its_district(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        object_to(dispatch, case_no)
        for reader in (DISPATCHER, OF_DISTRICT):
            (item,) = dispatch.ask(reader, "/objections").json()["items"]
            assert (item["case_no"], item["unit"], item["status"]) == (case_no, STREET, "waiting")
        assert dispatch.ask(STRANGER, "/objections").json()["total"] == 0

    def test_upheld_the_case_moves_and_whose_time_it_was_is_shown(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        object_to(dispatch, case_no)
        path, reason = f"/cases/{case_no}/ruling", "theirs by the list"
        done = dispatch.tell(DISPATCHER, path, outcome="upheld", reason=reason, unit=OTHER)
        assert done.status_code == 200, done.text
        shown = dispatch.ask(THEIRS, f"/cases/{case_no}/transfers").json()
        assert [(one["hop"], one["from_unit"], one["unit"]) for one in shown["hops"]] == [
            (1, STREET, OTHER)
        ]
        assert [(one["status"], one["time_of"]) for one in shown["objections"]] == [
            ("upheld", "dispatcher")
        ]
        assert dispatch.ask(DISPATCHER, "/objections").json()["total"] == 0
        assert dispatch.ask(THEIRS, "/queue").json()["items"][0]["case_no"] == case_no
        assert dispatch.ask(OFFICER, "/queue").json()["total"] == 0

    def test_basis_and_reason_are_read_by_who_decides_and_the_reading_is_noted(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        object_to(dispatch, case_no)
        path = f"/cases/{case_no}/ruling"
        dispatch.tell(OF_DISTRICT, path, outcome="rejected", reason="yours by the list")
        read = dispatch.ask(DISPATCHER, f"/cases/{case_no}/transfer-texts").json()
        assert [(one["step"], one["text"]) for one in read["items"]] == [
            ("objection", "not on our list"),
            ("ruling", "yours by the list"),
        ]
        refused = dispatch.ask(STRANGER, f"/cases/{case_no}/transfer-texts")
        assert (refused.status_code, refused.json()["code"]) == (403, "case_not_visible")
        assert len(dispatch.harness.readings()) == 2

    def test_who_only_assists_reads_neither(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        """It sees the case, and not what was written about whose it is."""
        dispatch.tell(OFFICER, f"/cases/{case_no}/signature")
        asked = {"unit": OTHER, "request": "please", "reason": "needed"}
        assert dispatch.tell(OFFICER, f"/cases/{case_no}/assists", **asked).status_code == 201
        object_to(dispatch, case_no)
        assert dispatch.ask(THEIRS, f"/cases/{case_no}").status_code == 200
        refused = dispatch.ask(THEIRS, f"/cases/{case_no}/transfer-texts")
        assert (refused.status_code, refused.json()["code"]) == (403, "case_not_visible")
        assert dispatch.ask(OFFICER, f"/cases/{case_no}/transfer-texts").status_code == 200

    def test_a_proposed_unit_exists(self, dispatch: DispatchRoutes, case_no: CaseNo) -> None:
        path = f"/cases/{case_no}/objection"
        refused = dispatch.tell(OFFICER, path, basis="x", proposed_unit="nowhere")
        assert (refused.status_code, refused.json()["code"]) == (409, "unit_not_in_catalogue")

    def test_a_rejection_names_no_unit(self, dispatch: DispatchRoutes, case_no: CaseNo) -> None:
        object_to(dispatch, case_no)
        path = f"/cases/{case_no}/ruling"
        refused = dispatch.tell(DISPATCHER, path, outcome="rejected", reason="no", unit=OTHER)
        assert refused.status_code == 422


class WhenTheCaseMayNotGoThere:
    def try_community(self, dispatch: DispatchRoutes, case_no: CaseNo, key: str) -> None:
        """Try to give a case to a community."""
        path, ground = f"/cases/{case_no}/redispatch", "dispatch_error"
        refused = dispatch.tell(DISPATCHER, path, key, unit=COMMUNITY, ground=ground)
        assert (refused.status_code, refused.json()["code"]) == (409, "community_never_leads")

    def test_the_attempt_is_refused_recorded_and_counted(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        self.try_community(dispatch, case_no, "a")
        self.try_community(dispatch, case_no, "b")
        (item,) = dispatch.ask(DISPATCHER, "/refused-dispatches").json()["items"]
        assert (item["unit"], item["code"], item["count"]) == (
            COMMUNITY,
            "community_never_leads",
            2,
        )
        names = [name for _, _, name in dispatch.harness.log()]
        assert names.count("dispatch_refused") == 2

    def test_the_same_request_sent_again_counts_once(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        self.try_community(dispatch, case_no, "a")
        self.try_community(dispatch, case_no, "a")
        (item,) = dispatch.ask(DISPATCHER, "/refused-dispatches").json()["items"]
        assert item["count"] == 1

    def test_a_unit_sees_what_it_was_to_get_and_no_more(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        self.try_community(dispatch, case_no, "a")
        for unit, count in ((COMMUNITY, 1), (STREET, 0)):
            listed = dispatch.ask(f"officer.{unit}.p-one", "/refused-dispatches").json()
            assert listed["total"] == count

    def test_a_ruling_is_held_to_the_same(self, dispatch: DispatchRoutes, case_no: CaseNo) -> None:
        object_to(dispatch, case_no)
        path = f"/cases/{case_no}/ruling"
        refused = dispatch.tell(
            OF_DISTRICT, path, outcome="upheld", reason="theirs", unit=COMMUNITY
        )
        assert refused.json()["code"] == "community_never_leads"
        assert dispatch.harness.log()[-1] == (f"case-{case_no}", 4, "dispatch_refused")
        assert dispatch.ask(DISPATCHER, "/objections").json()["total"] == 1

    def test_another_refusal_is_not_counted(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        """The control arm."""
        path, ground = f"/cases/{case_no}/redispatch", "dispatch_error"
        same = dispatch.tell(DISPATCHER, path, unit=STREET, ground=ground)
        unknown = dispatch.tell(DISPATCHER, path, unit="nowhere", ground=ground)
        codes = [same.json()["code"], unknown.json()["code"]]
        assert codes == ["unit_leads_already", "unit_not_in_catalogue"]
        assert dispatch.ask(DISPATCHER, "/refused-dispatches").json()["total"] == 0


class WhenADispatcherMendsADispatch:
    def test_another_unit_leads(self, dispatch: DispatchRoutes, case_no: CaseNo) -> None:
        path, ground = f"/cases/{case_no}/redispatch", "dispatch_error"
        assert dispatch.tell(DISPATCHER, path, unit=OTHER, ground=ground).status_code == 200
        assert dispatch.ask(THEIRS, f"/cases/{case_no}").json()["unit"] == OTHER

    @pytest.mark.parametrize("actor", [OFFICER, OF_DISTRICT, "agent.hotline.p-agent"])
    def test_nobody_else_does(self, dispatch: DispatchRoutes, case_no: CaseNo, actor: str) -> None:
        path, ground = f"/cases/{case_no}/redispatch", "dispatch_error"
        refused = dispatch.tell(actor, path, unit=OTHER, ground=ground)
        assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")


class WhenUnitsAssist:
    def ask_for(self, dispatch: DispatchRoutes, case_no: CaseNo) -> None:
        """Let the street sign, and ask a department."""
        assert dispatch.tell(OFFICER, f"/cases/{case_no}/signature").status_code == 200
        done = dispatch.tell(
            OFFICER, f"/cases/{case_no}/assists", unit=OTHER, request="clean", reason="ours is full"
        )
        assert done.status_code == 201, done.text

    def test_the_asked_unit_finds_it_sees_the_case_and_answers(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        self.ask_for(dispatch, case_no)
        (item,) = dispatch.ask(THEIRS, "/assists", is_open=1).json()["items"]
        assert (item["case_no"], item["lead"], item["status"]) == (case_no, STREET, "open")
        assert dispatch.ask(THEIRS, f"/cases/{case_no}").status_code == 200
        texts = dispatch.ask(THEIRS, f"/cases/{case_no}/assists/{OTHER}/texts").json()
        assert (texts["request"], texts["reason"], texts["answer"]) == (
            "clean",
            "ours is full",
            None,
        )
        path = f"/cases/{case_no}/assists/{OTHER}/answer"
        assert dispatch.tell(THEIRS, path, answer="done").status_code == 200
        texts = dispatch.ask(OFFICER, f"/cases/{case_no}/assists/{OTHER}/texts").json()
        assert texts["answer"] == "done"
        (item,) = dispatch.ask(OFFICER, "/assists", is_lead=1, is_open=0).json()["items"]
        assert (item["status"], item["was_late"]) == ("answered", False)

    def test_it_reads_no_account_of_the_lead(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        self.ask_for(dispatch, case_no)
        refused = dispatch.ask(THEIRS, f"/cases/{case_no}/account")
        assert (refused.status_code, refused.json()["code"]) == (403, "case_not_visible")
        assert dispatch.ask(OFFICER, f"/cases/{case_no}/account").status_code == 200

    def test_who_was_not_asked_sees_neither(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        """The control arm."""
        self.ask_for(dispatch, case_no)
        assert dispatch.ask(STRANGER, f"/cases/{case_no}").status_code == 403
        texts = dispatch.ask(STRANGER, f"/cases/{case_no}/assists/{OTHER}/texts")
        assert texts.json()["code"] == "case_not_yours_to_handle"
        nobody = dispatch.ask(STRANGER, f"/cases/{case_no}/assists/public-security/texts")
        assert nobody.json()["code"] == "assist_not_asked"

    def test_a_late_one_is_shown_as_late_and_the_lead_reports_all_the_same(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        self.ask_for(dispatch, case_no)
        (item,) = dispatch.ask(THEIRS, "/assists").json()["items"]
        clock = dispatch.harness.clock
        dispatch.harness.wait_until(clock.moment.replace(day=20))
        (late,) = dispatch.ask(THEIRS, "/assists").json()["items"]
        assert (item["status"], late["status"], late["was_late"]) == ("open", "late", True)
        assert dispatch.tell(OFFICER, f"/cases/{case_no}/contacts", result="reached").is_success
        path = f"/cases/{case_no}/handling"
        done = dispatch.tell(OFFICER, path, claim="resolved", contact="reached", account="done")
        assert done.status_code == 200
        (ended,) = dispatch.ask(THEIRS, "/assists").json()["items"]
        assert (ended["status"], ended["was_late"]) == ("ended", True)

    def test_the_lead_takes_it_back(self, dispatch: DispatchRoutes, case_no: CaseNo) -> None:
        self.ask_for(dispatch, case_no)
        path = f"/cases/{case_no}/assists/{OTHER}/withdrawal"
        assert dispatch.tell(OFFICER, path).status_code == 200
        (item,) = dispatch.ask("auditor.city.p-a", "/assists", unit=OTHER).json()["items"]
        assert item["status"] == "withdrawn"

    def test_a_unit_that_is_asked_exists(self, dispatch: DispatchRoutes, case_no: CaseNo) -> None:
        path = f"/cases/{case_no}/assists"
        refused = dispatch.tell(OFFICER, path, unit="nowhere", request="x")
        assert refused.json()["code"] == "unit_not_in_catalogue"

    def test_erased_callers_leave_it_without_a_clock(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        self.ask_for(dispatch, case_no)
        dispatch.erase_callers(case_no)
        (item,) = dispatch.ask(THEIRS, "/assists").json()["items"]
        assert (item["due_at"], item["status"]) == (None, "open")


class WhenTheDistrictOrdersAnEnd:
    def test_the_case_closes_and_stands_in_the_list_of_orders(
        self, dispatch: DispatchRoutes, case_no: CaseNo
    ) -> None:
        object_to(dispatch, case_no)
        path = f"/cases/{case_no}/end-order"
        assert dispatch.tell(OF_DISTRICT, path, reason="the house is gone").status_code == 200
        shown = dispatch.ask(OF_DISTRICT, f"/cases/{case_no}").json()
        assert (shown["stage"], shown["outcome"]) == ("closed", "ordered")
        (item,) = dispatch.ask(OF_DISTRICT, "/orders").json()["items"]
        assert (item["case_no"], item["unit"], item["ordered_by"]) == (case_no, STREET, "p-head")
        (objection,) = dispatch.ask(OFFICER, f"/cases/{case_no}/transfers").json()["objections"]
        assert (objection["status"], objection["time_of"]) == ("ended", None)

    @pytest.mark.parametrize(
        ("actor", "code"),
        [
            (f"director.{STREET}.p-d", "not_the_district"),
            ("officer.district.p-o", "role_missing"),
            (DISPATCHER, "role_missing"),
        ],
    )
    def test_nobody_else_does(
        self, dispatch: DispatchRoutes, case_no: CaseNo, actor: str, code: str
    ) -> None:
        refused = dispatch.tell(actor, f"/cases/{case_no}/end-order", reason="enough")
        assert (refused.status_code, refused.json()["code"]) == (403, code)


def test_a_case_that_is_not_there_has_no_transfers(dispatch: DispatchRoutes) -> None:
    refused = dispatch.ask(DISPATCHER, "/cases/260302000009/transfers")
    assert (refused.status_code, refused.json()["code"]) == (404, "case_unknown")
