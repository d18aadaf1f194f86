"""删除当事人 Erasing over the service: by two, open work is chosen about, no guess is confirmed."""

from typing import Any

import pytest
from httpx import Response

from chassis.store.tables import claims, commands, tags, vault_items
from contracts.events.intake import AppealWithdrawn, SubjectErased
from services.intake.domain.subject.policies import is_processed
from tests.erasing import APPROVER, erase, erasure_request
from tests.story import AGENT, MATTER, OPERATOR, STREET
from tests.unit.intake.harness import IntakeHarness

PHONE = "19900000103"
LIST = "/intake/v1/erasures"


def appeals_of(intake: IntakeHarness, subject: str) -> list[str]:
    shown = intake.ask(AGENT, f"/intake/v1/subjects/{subject}").json()
    return [one["appeal_no"] for one in shown["appeals"]]


def request(
    intake: IntakeHarness, subject: str, *choices: str, choice: str = "go_on", actor: str = OPERATOR
) -> Response:
    body = erasure_request(*choices, choice=choice)
    return intake.tell(actor, f"/intake/v1/subjects/{subject}/erasure-request", body)


def approve(intake: IntakeHarness, subject: str, actor: str = APPROVER) -> Response:
    return intake.tell(actor, f"/intake/v1/subjects/{subject}/erasure-approval")


def waiting(intake: IntakeHarness, status: str = "requested") -> list[dict[str, Any]]:
    listed = intake.ask("auditor.office.a-1", LIST, status=status).json()
    assert listed["total"] == len(listed["items"])
    items: list[dict[str, Any]] = listed["items"]
    return items


class WhenAPersonWithOpenWorkIsToBeErased:
    def test_what_is_open_is_named_before_it_is_orphaned(self, intake: IntakeHarness) -> None:
        """删除在办 of field example 25."""
        body = {
            "source": "hotline",
            "external_no": "F25",
            "kind": "complaint",
            "text": "烧烤占道",
            "street": STREET,
            "matter": MATTER,
            "file": True,
            "reporter": {"name": "丙三", "phone": PHONE},
        }
        number = intake.tell(AGENT, "/intake/v1/appeals", body).json()["id"]
        subject = intake.ask(AGENT, f"/intake/v1/appeals/{number}").json()["subject"]
        refused = request(intake, subject)
        assert (refused.status_code, refused.json()["code"]) == (409, "open_appeals_not_chosen")
        assert number in refused.json()["detail"]
        assert intake.state(f"subject-{subject}").request is None
        assert request(intake, subject, number).status_code == 200

    @pytest.mark.parametrize(("choice", "withdrawn"), [("withdraw", 1), ("go_on", 0)])
    def test_what_was_chosen_is_done_at_the_approval(
        self, intake: IntakeHarness, choice: str, withdrawn: int
    ) -> None:
        subject = intake.person("丙三", PHONE)
        (number,) = appeals_of(intake, subject)
        assert request(intake, subject, number, choice=choice).status_code == 200
        kinds = [type(event) for event in intake.events(f"appeal-{number}")]
        assert AppealWithdrawn not in kinds
        assert approve(intake, subject).status_code == 200
        kinds = [type(event) for event in intake.events(f"appeal-{number}")]
        assert kinds.count(AppealWithdrawn) == withdrawn

    def test_what_was_settled_meanwhile_is_not_withdrawn(self, intake: IntakeHarness) -> None:
        subject = intake.person("丙三", PHONE)
        (number,) = appeals_of(intake, subject)
        request(intake, subject, number, choice="withdraw")
        declined = {"ground": "beyond_duty", "explanation": "已说明"}
        assert intake.tell(AGENT, f"/intake/v1/appeals/{number}/decline", declined).is_success
        assert approve(intake, subject).status_code == 200

    def test_a_choice_about_the_appeal_of_another_is_refused(self, intake: IntakeHarness) -> None:
        subject, other = intake.person("丙三", PHONE), intake.person("丁四", PHONE)
        chosen = [*appeals_of(intake, subject), *appeals_of(intake, other)]
        assert request(intake, subject, *chosen).json()["code"] == "choice_not_open"


class WhenErasureIsRequested:
    def test_it_is_listed_until_it_is_decided(self, intake: IntakeHarness) -> None:
        subject = intake.person("丙三", PHONE)
        assert waiting(intake) == []
        request(intake, subject, *appeals_of(intake, subject), actor=AGENT)
        (item,) = waiting(intake)
        assert (item["subject"], item["covers"], item["held"]) == (subject, [subject], [])
        assert item["requested_by"] == "a-1"
        assert "a reason" not in str(item)
        approve(intake, subject)
        assert waiting(intake) == []
        (item,) = waiting(intake, "approved")
        assert item["decided_by"] == "o-2"

    def test_a_rejected_request_is_listed_as_such_and_the_record_is_used(
        self, intake: IntakeHarness
    ) -> None:
        subject = intake.person("丙三", PHONE)
        request(intake, subject, *appeals_of(intake, subject))
        assert intake.about(subject, "erasure-rejection", OPERATOR).status_code == 200
        assert [one["decided_by"] for one in waiting(intake, "rejected")] == ["o-1"]
        assert is_processed(intake.state(f"subject-{subject}"))
        assert intake.person("丙三", PHONE) == subject

    def test_the_person_is_recognised_no_longer(self, intake: IntakeHarness) -> None:
        """只存储 (个人信息保护法 art. 47): what comes later is no part of what is erased."""
        subject = intake.person("丙三", PHONE)
        request(intake, subject, *appeals_of(intake, subject))
        later = intake.person("丙三", PHONE)
        assert later != subject
        approve(intake, subject)
        assert intake.found(PHONE) == {later}

    @pytest.mark.parametrize("act", ["link", "correction"])
    def test_nothing_is_linked_or_corrected(self, intake: IntakeHarness, act: str) -> None:
        subject, other = intake.person("丙三", PHONE), intake.person("丁四")
        request(intake, subject, *appeals_of(intake, subject))
        body = {"other": other} if act == "link" else {"name": "丙三三"}
        assert intake.about(subject, act, AGENT, **body).json()["code"] == "erasure_under_way"

    def test_its_reason_is_read_by_those_who_decide_and_the_reading_is_noted(
        self, intake: IntakeHarness
    ) -> None:
        subject = intake.person("丙三", PHONE)
        path = f"/intake/v1/subjects/{subject}/erasure-request"
        assert intake.ask(APPROVER, path).json()["code"] == "erasure_not_requested"
        request(intake, subject, *appeals_of(intake, subject))
        assert intake.ask(APPROVER, path).json() == {"reason": "a reason"}
        assert [name for _, _, name in intake.log()].count("reading_noted") == 1
        assert intake.ask("officer.x.o-1", path).status_code == 403

    def test_what_is_no_number_of_an_appeal_is_not_repeated(self, intake: IntakeHarness) -> None:
        answer = request(intake, intake.person("丙三"), "张三 19900000103")
        assert (answer.status_code, "张三" in answer.text) == (422, False)

    def test_the_record_shows_the_request(self, intake: IntakeHarness) -> None:
        subject = intake.person("丙三", PHONE)
        (number,) = appeals_of(intake, subject)
        request(intake, subject, number)
        shown = intake.ask(AGENT, f"/intake/v1/subjects/{subject}").json()["erasure"]
        assert shown["choices"] == [{"appeal_no": number, "choice": "go_on"}]
        assert (shown["ground"], shown["requested_by"]) == ("request", "o-1")


class WhenErasureIsApproved:
    def test_nobody_does_so_alone(self, intake: IntakeHarness) -> None:
        """须由他人批准 (M8 of the security test)."""
        subject = intake.person("丙三", PHONE)
        request(intake, subject, *appeals_of(intake, subject))
        alone = approve(intake, subject, OPERATOR)
        assert (alone.status_code, alone.json()["code"]) == (409, "erasure_needs_another")
        agent = approve(intake, subject, "agent.hotline.a-2")
        assert agent.json()["code"] == "role_missing"
        assert is_erased(intake, subject) is False
        assert approve(intake, subject).status_code == 200  # the control arm
        assert is_erased(intake, subject)

    def test_key_texts_phone_and_claim_are_gone(self, intake: IntakeHarness) -> None:
        subject, other = intake.person("丙三", PHONE), intake.person("丁四", PHONE)
        stream = f"subject-{subject}"
        assert owned(intake, stream) > 0
        erase(intake, subject)
        assert owned(intake, stream) == 0
        assert stream not in {row[2] for row in intake.rows(tags)}
        assert stream not in {row[2] for row in intake.rows(claims)}
        assert owned(intake, f"subject-{other}") > 0
        assert intake.found(PHONE) == {other}

    def test_all_linked_records_are(self, intake: IntakeHarness) -> None:
        subject, other = intake.person("丙三", PHONE), intake.person("丙三")
        intake.about(subject, "link", other=other)
        chosen = [*appeals_of(intake, subject), *appeals_of(intake, other)]
        assert request(intake, other, *chosen).status_code == 200
        (item,) = waiting(intake)
        assert (item["subject"], set(item["covers"])) == (other, {subject, other})
        assert approve(intake, subject).status_code == 200
        assert is_erased(intake, subject)
        assert is_erased(intake, other)
        assert waiting(intake) == []

    def test_a_hold_on_one_of_them_keeps_all(self, intake: IntakeHarness) -> None:
        subject, other = intake.person("丙三", PHONE), intake.person("丙三")
        intake.about(subject, "link", other=other)
        assert intake.about(other, "hold", OPERATOR).status_code == 200
        request(intake, subject, *appeals_of(intake, subject), *appeals_of(intake, other))
        assert [item["held"] for item in waiting(intake)] == [[other]]
        assert approve(intake, subject).json()["code"] == "subject_is_held"
        assert not is_erased(intake, subject)
        assert intake.about(other, "hold-lift", OPERATOR).status_code == 200
        assert approve(intake, subject).status_code == 200
        assert is_erased(intake, other)

    def test_a_day_has_a_limit(
        self, intake: IntakeHarness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.intake.domain.subject.erasing.ERASURES_A_DAY_MAX", 1)
        first, second = intake.person("丙三"), intake.person("丁四")
        for one in (first, second):
            request(intake, one, *appeals_of(intake, one))
        assert approve(intake, first).status_code == 200
        refused = approve(intake, second)
        assert refused.json()["code"] == "erasure_limit_reached"
        assert "2026-09-29 00:00" in refused.json()["detail"]
        intake.clock.moment = intake.clock.moment.replace(day=29)
        assert approve(intake, second).status_code == 200

    def test_it_is_for_good(self, intake: IntakeHarness) -> None:
        subject = intake.person("丙三", PHONE)
        erase(intake, subject)
        for act in ("hold", "hold-lift", "erasure-rejection"):
            code = intake.about(subject, act, OPERATOR).json()["code"]
            assert code == "subject_already_erased"
        assert request(intake, subject).json()["code"] == "subject_already_erased"
        assert approve(intake, subject).json()["code"] == "subject_already_erased"
        assert intake.ask(AGENT, f"/intake/v1/subjects/{subject}").json()["stage"] == "erased"


class WhenAnErasedComplaintComesAgain:
    """L3 of the security test: the server must not say whether a guess is right."""

    def test_right_and_wrong_guesses_are_answered_alike(self, intake: IntakeHarness) -> None:
        intake.receive("n", "丙三", PHONE, key="first")
        subject = intake.only_person()
        assert intake.receive("n", "丙三", PHONE).status_code == 201  # the control arm
        assert intake.receive("n", "丙三", "19900000104").status_code == 409
        erase(intake, subject)
        for name, phone in (("丙三", PHONE), ("丙三", "19900000104"), ("丁四", PHONE)):
            answer = intake.receive("n", name, phone)
            assert (answer.status_code, answer.json()["code"]) == (409, "external_no_reused")
            answer = intake.receive("n", name, phone, key="first")
            assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")

    def test_the_complaints_of_others_are_still_recognised(self, intake: IntakeHarness) -> None:
        intake.receive("n", "丙三", PHONE, key="first")
        subject = intake.only_person()
        intake.receive("m", "丁四", PHONE, key="second")
        erase(intake, subject)
        assert intake.receive("m", "丁四", PHONE, key="second").headers["Idempotency-Replayed"]
        assert intake.receive("m", "丁四", PHONE).headers["Whistle-Already-There"] == "true"

    def test_no_digest_of_theirs_is_left(self, intake: IntakeHarness) -> None:
        subject = intake.person("丙三", PHONE)
        (number,) = appeals_of(intake, subject)
        intake.about(subject, "correction", name="丙叁")
        erase(intake, subject)
        theirs = {f"subject-{subject}", f"appeal-{number}"}
        # The approval itself is remembered at the end of its batch; it says nothing of anybody.
        left = [row for row in intake.rows(commands) if row[2] in theirs and row[1]]
        assert len(left) == 1
        assert all(row[3] == b"" for row in intake.rows(claims) if row[2] in theirs)


def owned(intake: IntakeHarness, owner: str) -> int:
    return sum(row[1] == owner for row in intake.rows(vault_items))


def is_erased(intake: IntakeHarness, subject: str) -> bool:
    return any(isinstance(one, SubjectErased) for one in intake.events(f"subject-{subject}"))
