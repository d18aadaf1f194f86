"""A unit has a task while it leads the case or a whistle calls it, and its rights end with it."""

from itertools import count

import pytest

from chassis.unit_of_work.outcomes import Done
from contracts.event import parse_event
from contracts.ids import CaseNo, case_stream, whistle_no
from tests.architecture.tidy_rules import ROOT
from tests.harness.other_service import OtherService
from tests.unit.intake.harness import IntakeHarness

STREET, COMPANY = "street-cloud-bridge", "power-company"
CALLED, EXCUSED, ADDED = "urban-enforcement", "public-security", "fire-rescue"
LASTS, OVER, NONE = 200, "contact_out_of_time", "case_not_yours"


class Desk:
    """A filed appeal, and what dispatch says of its case."""

    def __init__(self, intake: IntakeHarness) -> None:
        self.intake = intake
        answer = intake.receive(
            "n-1", "丙三", "19900000001", file=True, street=STREET, matter="200510"
        )
        self.case_no = CaseNo(answer.json()["id"])
        self._dispatch = OtherService("dispatch", intake.clock.moment)
        self._persons = count(1)
        self.hear("case_dispatched.v2")

    def hear(self, wire: str, **values: str) -> None:
        """Deliver the example of an event, about this case."""
        name = f"dispatch.{wire}"
        example = (ROOT / "contracts" / "examples" / f"{name}.json").read_bytes()
        event = parse_event(name, example)
        about = {"case_no": self.case_no, "round": 1, **values}
        if "whistle_no" in type(event).model_fields:
            about["whistle_no"] = whistle_no(self.case_no, 1)
        said = event.model_copy(update=about)
        inbound = self._dispatch.says(said, case_stream(self.case_no), self.case_no)
        (outcome,) = self.intake.deliver(inbound)
        assert isinstance(outcome, Done), outcome

    def contact(self, unit: str) -> object:
        """Let an officer of a unit ask whom to call: 200, or the code of the refusal."""
        path = f"/intake/v1/appeals/{self.case_no}/contact"
        body = {"reason": "需要回电核实", "fields": ["name"]}
        answer = self.intake.tell(f"officer.{unit}.p-{next(self._persons)}", path, body)
        return 200 if answer.is_success else answer.json()["code"]


@pytest.fixture
def desk(intake: IntakeHarness) -> Desk:
    return Desk(intake)


class WhenAnotherUnitLeads:
    def test_it_has_the_task_and_the_one_before_has_it_no_more(self, desk: Desk) -> None:
        assert (desk.contact(STREET), desk.contact(COMPANY)) == (LASTS, NONE)
        desk.hear("case_redispatched.v1", from_unit=STREET, unit=COMPANY)
        assert (desk.contact(STREET), desk.contact(COMPANY)) == (OVER, LASTS)

    def test_one_that_leads_again_has_it_again(self, desk: Desk) -> None:
        desk.hear("case_redispatched.v1", from_unit=STREET, unit=COMPANY)
        desk.hear("case_redispatched.v1", from_unit=COMPANY, unit=STREET)
        assert (desk.contact(STREET), desk.contact(COMPANY)) == (LASTS, OVER)

    def test_who_was_called_keeps_theirs(self, desk: Desk) -> None:
        desk.hear("whistle_blown.v2")
        desk.hear("case_redispatched.v1", from_unit=STREET, unit=COMPANY)
        assert desk.contact(CALLED) == LASTS


class WhenAWhistleCallsUnits:
    @pytest.fixture(autouse=True)
    def blown(self, desk: Desk) -> None:
        desk.hear("whistle_blown.v2")

    def test_one_that_is_added_has_a_task_too(self, desk: Desk) -> None:
        assert desk.contact(ADDED) == NONE
        desk.hear("whistle_unit_added.v1")
        assert desk.contact(ADDED) == LASTS

    def test_one_that_a_ruling_freed_has_it_no_more(self, desk: Desk) -> None:
        assert desk.contact(EXCUSED) == LASTS
        desk.hear("whistle_unit_excused.v1")
        assert (desk.contact(EXCUSED), desk.contact(CALLED)) == (OVER, LASTS)

    def test_nobody_has_after_the_call_was_taken_back(self, desk: Desk) -> None:
        desk.hear("whistle_cancelled.v1")
        assert [desk.contact(unit) for unit in (CALLED, EXCUSED)] == [OVER, OVER]
        assert desk.contact(STREET) == LASTS, "the control arm: who leads goes on"


def test_a_unit_that_assists_is_not_told_who_called(desk: Desk) -> None:
    desk.hear("assist_requested.v1", unit=COMPANY, lead=STREET)
    assert desk.contact(COMPANY) == NONE
