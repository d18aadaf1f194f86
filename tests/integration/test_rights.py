"""Rights begin with a task and end with it, over the whole loop.

M4, M12, H1 of the security test: contacts were read for ever, by anybody who calls back, and a
confidential caller was named by another appeal of theirs.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.erasing import erasure_request
from tests.harness.four_services import FourServices, open_four_services
from tests.story import AGENT, MATTER, OPERATOR, STREET, UNITS, VISITOR, Step, loop, receive

NO, OTHER = "260928000001", "260928000002"
OFFICER, LEADER = f"officer.{STREET}.s-1", f"leader.{STREET}.s-2"
MEMBER = f"officer.{UNITS[0]}.u-1"
PHONE = "19900000001"


def say(place: str) -> str:
    return f"what is written as {place}"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[FourServices]:
    with open_four_services(tmp_path) as opened:
        yield opened


def take(harness: FourServices, *steps: Step) -> None:
    for step in steps:
        key = step.name.replace(" ", "/")
        answer = harness.tell(step.actor, str(step.path), step.body, key=key)
        assert answer.is_success, (step, answer.text)
        harness.listen()


def until(harness: FourServices, last: str) -> None:
    """Take the steps of the loop up to one."""
    for step in (receive(1, say, phone=PHONE), *loop(NO, 1, say)):
        take(harness, step)
        if step.name == last:
            return
    raise AssertionError(last)


def contact(harness: FourServices, actor: str, no: str = NO, *fields: str) -> Any:  # noqa: ANN401  # JSON
    body = {"reason": "需要回电核实", **({"fields": fields} if fields else {})}
    return harness.tell(actor, f"/intake/v1/appeals/{no}/contact", body).json()


def text(harness: FourServices, actor: str) -> Any:  # noqa: ANN401  # JSON
    return harness.ask(actor, f"/intake/v1/appeals/{NO}/text").json()


def filed(harness: FourServices, *, confidential: bool, phone: str, no: int) -> None:
    body = {
        "source": "hotline",
        "external_no": f"C-{no}",
        "kind": "complaint",
        "text": say("text"),
        "street": STREET,
        "matter": MATTER,
        "file": True,
        "confidential": confidential,
        "reporter": {"name": "丙三", "phone": phone},
    }
    assert harness.tell(AGENT, "/intake/v1/appeals", body, key=f"c-{no}").status_code == 201
    harness.listen()


class WhenTheTaskIsOver:
    def test_the_called_units_contact_ends_with_the_whistle(self, harness: FourServices) -> None:
        until(harness, "blow 1")
        assert contact(harness, MEMBER)["name"]
        rest = list(loop(NO, 1, say))
        begun = [step.name for step in rest].index("blow 1")
        settled = [step.name for step in rest].index("settle 1")
        take(harness, *rest[begun + 1 : settled + 1])
        assert contact(harness, MEMBER)["code"] == "contact_out_of_time"
        assert contact(harness, OFFICER)["name"], "the control arm: the handling unit goes on"
        assert text(harness, MEMBER)["text"]

    def test_texts_end_with_their_retention_and_then_a_leader_gives_a_reason(
        self, harness: FourServices
    ) -> None:
        take(harness, receive(1, say, phone=PHONE), *loop(NO, 1, say))
        assert contact(harness, OFFICER)["code"] == "contact_out_of_time"
        assert text(harness, OFFICER)["text"]
        harness.clock.moment += timedelta(days=181)
        assert text(harness, OFFICER)["code"] == "texts_out_of_time"
        path, body = f"/intake/v1/appeals/{NO}/text", {"reason": "行政诉讼应诉"}
        assert harness.tell(LEADER, path, body).json()["text"]
        assert harness.tell(OFFICER, path, body).json()["code"] == "role_missing"
        stranger = "leader.fire-rescue.x-1"
        assert harness.tell(stranger, path, body).json()["code"] == "case_not_yours"

    def test_a_visitor_calls_while_a_call_back_is_due(self, harness: FourServices) -> None:
        steps = [receive(1, say, phone=PHONE), *loop(NO, 1, say)]
        names = [step.name for step in steps]
        first_call = next(at for at, name in enumerate(names) if name.startswith("call"))
        take(harness, *steps[:first_call])
        assert contact(harness, VISITOR)["phone"] == PHONE
        take(harness, *steps[first_call:])
        assert contact(harness, VISITOR)["code"] == "callback_not_due"


class WhenAUnitWantsToCall:
    def test_it_gets_a_relay_number_and_never_the_phone(self, harness: FourServices) -> None:
        until(harness, "sign 1")
        found = contact(harness, OFFICER)
        assert found.keys() == {"name", "relay_number"}
        assert found["relay_number"]["number"].startswith("000")
        assert PHONE not in str(found)
        assert contact(harness, OFFICER, NO, "phone")["code"] == "phone_by_relay_only"
        assert contact(harness, AGENT)["phone"] == PHONE, "the control arm"

    def test_the_number_is_another_one_for_another_unit(self, harness: FourServices) -> None:
        until(harness, "blow 1")
        one, other = contact(harness, OFFICER), contact(harness, MEMBER)
        assert one["relay_number"]["number"] != other["relay_number"]["number"]
        assert contact(harness, OFFICER) == one

    def test_who_asked_for_their_erasure_is_not_called(self, harness: FourServices) -> None:
        until(harness, "sign 1")
        subject = harness.ask(AGENT, f"/intake/v1/appeals/{NO}").json()["subject"]
        path = f"/intake/v1/subjects/{subject}/erasure-request"
        assert harness.tell(OPERATOR, path, erasure_request(NO), key="request").is_success
        for actor in (OFFICER, AGENT):
            assert contact(harness, actor)["code"] == "erasure_under_way"

    def test_without_a_telephone_company_it_is_told_who_connects_it(self, tmp_path: Path) -> None:
        harness = FourServices(tmp_path / "alone", relay=None)
        until(harness, "sign 1")
        answer = contact(harness, OFFICER)
        assert answer["code"] == "relay_not_connected"
        assert "12345" in answer["detail"]
        assert contact(harness, OFFICER, NO, "name").keys() == {"name"}
        harness.close()

    def test_of_an_anonymous_caller_there_is_nothing_to_give(self, harness: FourServices) -> None:
        take(harness, receive(1, say), *list(loop(NO, 1, say))[:2])
        assert contact(harness, AGENT)["code"] == "caller_anonymous"


class WhenSomebodyIsRecused:
    """回避: the texts lie in intake, so it keeps them out as the other services do."""

    @pytest.mark.parametrize("actor", [OFFICER, AGENT])
    def test_they_neither_read_nor_act_until_it_is_lifted(
        self, harness: FourServices, actor: str
    ) -> None:
        until(harness, "sign 1")
        assert text(harness, actor)["text"], "the control arm"
        _role, _unit, person = actor.split(".")
        conflicts = f"/dispatch/v1/cases/{NO}/conflicts"
        body = {"officer": person, "unit": STREET, "reason": "当事人近亲属"}
        other = "agent.hotline.a-9"
        assert harness.tell(other, conflicts, body, key="declare").is_success
        harness.listen()
        acts = {"withdrawal": None, "unlink": None} if actor == AGENT else {}
        codes = {
            text(harness, actor).get("code"),
            contact(harness, actor).get("code"),
            harness.ask(actor, f"/intake/v1/appeals/{NO}").json().get("code"),
            *(
                harness.tell(actor, f"/intake/v1/appeals/{NO}/{act}", key=act).json().get("code")
                for act in acts
            ),
        }
        assert codes == {"officer_recused"}
        assert harness.tell(actor, "/intake/v1/titles", {"appeals": [NO]}).json()["total"] == 0
        assert harness.tell(other, f"{conflicts}/{person}/lift", key="lift").is_success
        harness.listen()
        assert text(harness, actor)["text"]

    def test_nobody_links_an_appeal_to_a_case_that_they_keep_out_of(
        self, harness: FourServices
    ) -> None:
        until(harness, "sign 1")
        take(harness, receive(2, say, phone=PHONE))
        body = {"officer": "a-1", "unit": STREET, "reason": "当事人近亲属"}
        other, conflicts = "agent.hotline.a-9", f"/dispatch/v1/cases/{NO}/conflicts"
        assert harness.tell(other, conflicts, body, key="declare").is_success
        harness.listen()
        path, link = f"/intake/v1/appeals/{OTHER}/link", {"case_no": NO}
        assert harness.tell(AGENT, path, link, key="l-1").json()["code"] == "officer_recused"
        assert harness.tell(other, path, link, key="l-2").is_success


class WhenACallerIsConfidential:
    def test_no_other_appeal_of_theirs_leads_to_them(self, harness: FourServices) -> None:
        """H1 of the security test: one person id stood in both, and the other one named them."""
        filed(harness, confidential=True, phone=PHONE, no=1)
        filed(harness, confidential=False, phone=PHONE, no=2)
        hidden = contact(harness, OFFICER, NO)
        assert hidden.keys() == {"relay_number"}
        assert contact(harness, OFFICER, NO, "name")["code"] == "caller_confidential"
        assert contact(harness, OFFICER, OTHER)["name"] == "丙三"
        one, other = (harness.ask(OFFICER, f"/intake/v1/appeals/{no}").json() for no in (NO, OTHER))
        assert one["subject"] is other["subject"] is None
        told = [harness.ask(AGENT, f"/intake/v1/appeals/{no}").json() for no in (NO, OTHER)]
        assert told[0]["subject"] == told[1]["subject"], "the control arm: it is one person"

    @pytest.mark.parametrize("actor", [OFFICER, LEADER, VISITOR, "integrator.hotline.system"])
    def test_nothing_that_a_role_may_read_tells_that_two_appeals_are_of_one_person(
        self, harness: FourServices, actor: str
    ) -> None:
        for no in (1, 2):
            filed(harness, confidential=False, phone=PHONE, no=no)
        subject = harness.ask(AGENT, f"/intake/v1/appeals/{NO}").json()["subject"]
        asked = 0
        for app in harness.apps.values():
            for path, item in app.openapi()["paths"].items():
                for number in (NO, OTHER) if "get" in item else ():
                    at = path.format_map(
                        {
                            **dict.fromkeys(("appeal_no", "case_no"), number),
                            "whistle_no": f"{number}-W1",
                            "operation_no": f"{number}-W1",
                            "callback_no": f"{number}-R1",
                            "unit": STREET,
                            "officer": "s-1",
                            "view": "appeals",
                            "subject": "0" * 32,
                        }
                    )
                    answer = harness.ask(actor, at)
                    asked += 1
                    assert subject not in answer.text, at
        assert asked > 50


class WhenAListIsShown:
    def test_titles_come_in_one_request_and_are_one_reading(self, harness: FourServices) -> None:
        until(harness, "sign 1")
        take(harness, receive(2, say, phone=PHONE))
        wanted = {"appeals": [NO, OTHER, "260928000009", NO]}
        found = harness.tell(OFFICER, "/intake/v1/titles", wanted).json()
        assert found["total"] == len(found["items"]) == 1, "the second is no work of this unit"
        assert found["items"][0]["appeal_no"] == NO
        assert "title" in found["items"][0]["title"]
        assert harness.tell(OFFICER, "/intake/v1/titles", wanted).json() == found
        listed = harness.ask("auditor.bureau.d-1", "/intake/v1/readings", what="titles").json()
        assert listed["total"] == 1
        assert listed["items"][0]["cases"] == [NO]
        hotline = harness.tell(AGENT, "/intake/v1/titles", wanted).json()
        assert [one["appeal_no"] for one in hotline["items"]] == [NO, OTHER]

    def test_a_page_shows_neither_texts_nor_names(self, harness: FourServices) -> None:
        until(harness, "sign 1")
        found = harness.tell(OFFICER, "/intake/v1/titles", {"appeals": [NO]})
        assert PHONE not in found.text
        assert say("text 1") not in found.text
