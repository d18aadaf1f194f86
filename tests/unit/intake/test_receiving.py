"""受理 Receiving: an appeal is written down as the caller brings it, once."""

from typing import Any, get_args

import pytest

from contracts.event import parse_event
from contracts.events.intake import AppealReceived, AppealReceivedV2
from contracts.values import NewAppealKind
from services.intake.domain.appeal.decider import APPEAL
from services.intake.domain.appeal.receiving import (
    ContactOrAnonymous,
    must_have_contact_or_be_anonymous,
)
from services.intake.domain.appeal.state import Received
from tests.given import given
from tests.story import AGENT
from tests.unit.intake.appeals import PERSON, hint, receive, received
from tests.unit.intake.harness import IntakeHarness
from tests.unit.intake.histories import RECEIVED, SETTLED, each_settled


class WhenAnAppealIsReceived:
    def test_it_stands_as_it_was_brought(self) -> None:
        given(APPEAL).when(receive()).then(received())
        assert given(APPEAL, *RECEIVED).state == Received(received())

    def test_place_and_matter_may_be_missing(self) -> None:
        given(APPEAL).when(receive(street=None, matter=None)).then(
            received(street=None, matter=None)
        )

    def test_what_the_words_suggest_is_kept_beside_what_the_sender_named(self) -> None:
        command = receive(matter=None, suggestion=hint())
        given(APPEAL).when(command).then(received(matter=None, suggestion=hint()))

    @each_settled
    def test_it_is_received_once(self, stage: str) -> None:
        given(APPEAL, *RECEIVED).when(receive()).nothing()
        given(APPEAL, *SETTLED[stage]).when(receive()).nothing()

    def test_no_clock_runs_for_it(self) -> None:
        assert given(APPEAL, *RECEIVED).open_milestones() == []


PHONE = "19900000001"


class WhenACallerLeavesAContactOrNone:
    """Art. 10: a record holds a contact, unless the caller wants to be anonymous."""

    @pytest.mark.parametrize("has_name", [True, False])
    def test_one_of_the_two_is_enough(self, *, has_name: bool) -> None:
        must_have_contact_or_be_anonymous(has_name=has_name, has_contact=True, is_anonymous=False)
        must_have_contact_or_be_anonymous(has_name=False, has_contact=False, is_anonymous=True)

    @pytest.mark.parametrize(
        ("has_name", "has_contact", "is_anonymous"),
        [
            (False, False, False),
            (True, False, False),
            (False, True, True),
            (True, False, True),
            (True, True, True),
        ],
    )
    def test_neither_or_both_is_refused(
        self, *, has_name: bool, has_contact: bool, is_anonymous: bool
    ) -> None:
        with pytest.raises(ContactOrAnonymous):
            must_have_contact_or_be_anonymous(
                has_name=has_name, has_contact=has_contact, is_anonymous=is_anonymous
            )

    @pytest.mark.parametrize(
        ("sent", "status"),
        [
            ({"reporter": {"phone": PHONE}}, 201),
            ({"reporter": {"name": "甲一", "phone": "微信 jia1"}}, 201),
            ({"anonymous": True}, 201),
            ({"reporter": {"name": "匿名", "phone": "无"}, "anonymous": True}, 201),
            ({}, 422),
            ({"reporter": {"name": "甲一"}}, 422),
            ({"reporter": {"name": "甲一", "phone": "不详"}}, 422),
            ({"reporter": {"phone": PHONE}, "anonymous": True}, 422),
        ],
    )
    def test_over_http_it_is_said_what_to_send(
        self, intake: IntakeHarness, sent: dict[str, Any], status: int
    ) -> None:
        body = {"source": "h", "external_no": "1", "kind": "help", "text": "灯不亮", **sent}
        answer = intake.tell(AGENT, "/intake/v1/appeals", body)
        assert answer.status_code == status, answer.text
        if status == 201:
            (received, *_) = intake.events(f"appeal-{answer.json()['id']}")
            assert isinstance(received, AppealReceived)
            assert received.anonymous == bool(sent.get("anonymous"))
            assert (received.subject is None) == received.anonymous
        else:
            assert answer.json()["code"] == "contact_or_anonymous"
            assert intake.recorded() == []

    def test_what_was_received_before_it_was_asked_is_still_the_same(
        self, intake: IntakeHarness
    ) -> None:
        """A hotline that sends old rows again declares now what it could not declare then."""
        assert intake.receive("n").status_code == 201
        again = intake.receive("n", anonymous=False)
        assert (again.status_code, again.headers["Whistle-Already-There"]) == (201, "true")

    @pytest.mark.parametrize("subject", [None, PERSON])
    def test_an_event_of_the_version_before_is_anonymous_without_a_person(
        self, subject: str | None
    ) -> None:
        told = {**dict(received()), "subject": subject}
        del told["anonymous"]
        old = AppealReceivedV2(**told)
        found = parse_event(old.wire, old.to_bytes())
        assert isinstance(found, AppealReceived)
        assert found.anonymous == (subject is None)


class WhenAKindIsNamed:
    def test_there_are_five(self, intake: IntakeHarness) -> None:
        kinds = get_args(NewAppealKind)
        assert len(kinds) == 5
        answers = [intake.receive(kind, phone=PHONE, kind=kind).status_code for kind in kinds]
        assert answers == [201] * 5

    @pytest.mark.parametrize("kind", ["other", "praise", None])
    def test_any_other_is_refused_with_the_five_named(
        self, intake: IntakeHarness, kind: str | None
    ) -> None:
        answer = intake.receive("n", phone=PHONE, kind=kind)
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["field"] == "body.kind"
        assert all(kind in error["problem"] for kind in get_args(NewAppealKind))


class WhenADispatcherActs:
    """派单员 files, links and unlinks; an agent receives, answers and declines."""

    DISPATCHER = "dispatcher.hotline.d-1"

    def test_they_file_link_unlink_and_read(self, intake: IntakeHarness) -> None:
        first, second = (
            intake.receive(one, phone=PHONE, street="street-willow-brook", matter="200510").json()
            for one in ("n", "m")
        )
        path = "/intake/v1/appeals/{}"
        acts = (
            intake.tell(self.DISPATCHER, path.format(first["id"]) + "/case", {}),
            intake.tell(
                self.DISPATCHER, path.format(second["id"]) + "/link", {"case_no": first["id"]}
            ),
            intake.tell(self.DISPATCHER, path.format(second["id"]) + "/unlink"),
            intake.ask(self.DISPATCHER, "/intake/v1/appeals"),
            intake.ask(self.DISPATCHER, path.format(first["id"])),
            intake.ask(self.DISPATCHER, path.format(first["id"]) + "/text"),
            intake.tell(self.DISPATCHER, "/intake/v1/titles", {"appeals": [first["id"]]}),
        )
        assert [act.status_code for act in acts] == [200] * len(acts), [act.text for act in acts]

    @pytest.mark.parametrize(
        ("act", "body"),
        [
            ("answer", {"answer": "已答复"}),
            ("decline", {"ground": "beyond_duty", "explanation": "已说明"}),
            ("withdrawal", None),
            ("contact", {"reason": "核实"}),
        ],
    )
    def test_they_neither_answer_nor_call(
        self, intake: IntakeHarness, act: str, body: dict[str, str] | None
    ) -> None:
        number = intake.receive("n", phone=PHONE, kind="consultation").json()["id"]
        refused = intake.tell(self.DISPATCHER, f"/intake/v1/appeals/{number}/{act}", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")
        assert intake.tell(AGENT, f"/intake/v1/appeals/{number}/{act}", body).is_success
