"""谁是谁 Who is who: one person when phone and name agree, or when an agent says so."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.store.tables import claims, tags
from contracts.events.intake import AppealReceived, ReadingNoted
from tests.story import AGENT, OPERATOR
from tests.unit.intake.harness import IntakeHarness

PHONE, OTHER_PHONE = "19900000077", "19900000078"
PLACEHOLDERS = ["无", "NULL", "None", "\\N", "0", "1", "-", "不详", "11111111111"]
WRITINGS = ["19900000077", "+86 199-0000-0077", "１９９００００００７７", "\u202d19900000077\u202c"]


def received(intake: IntakeHarness, number: str) -> AppealReceived:
    (event,) = intake.events(f"appeal-{number}")
    assert isinstance(event, AppealReceived)
    return event


class WhenACallerIsRecognised:
    def test_however_the_phone_is_written(self, intake: IntakeHarness) -> None:
        """电话写法 of field example 6."""
        assert len({intake.person("甲一", writing) for writing in WRITINGS}) == 1

    @pytest.mark.parametrize("name", ["甲一", "甲 一", "甲\u3000一", "甲\u200b一"])
    def test_however_the_name_is_written(self, intake: IntakeHarness, name: str) -> None:
        assert intake.person("甲一", PHONE) == intake.person(name, PHONE)

    def test_in_letters_of_any_case_and_width(self, intake: IntakeHarness) -> None:
        assert intake.person("Anna Li", PHONE) == intake.person("ＡＮＮＡ ＬＩ", PHONE)

    def test_another_name_on_the_same_phone_is_another_person(self, intake: IntakeHarness) -> None:
        """一机多人 (M3 of the security test): a phone alone merges nobody."""
        first, second = intake.person("张一", PHONE), intake.person("李二", PHONE)
        assert first != second
        names = [intake.opened(intake.state(f"subject-{one}").name) for one in (first, second)]
        assert names == ["张一", "李二"]

    def test_another_phone_of_the_same_name_is_another_person(self, intake: IntakeHarness) -> None:
        assert intake.person("张一", PHONE) != intake.person("张一", OTHER_PHONE)

    @pytest.mark.parametrize(("name", "phone"), [(None, PHONE), ("匿名", PHONE), ("张一", None)])
    def test_a_half_of_it_is_a_record_of_its_own_each_time(
        self, intake: IntakeHarness, name: str | None, phone: str | None
    ) -> None:
        assert intake.person(name, phone) != intake.person(name, phone)

    @pytest.mark.parametrize("phone", PLACEHOLDERS)
    def test_a_word_for_nothing_is_nobodys_phone(self, intake: IntakeHarness, phone: str) -> None:
        """占位电话 of field example 4: it is no contact, and names nobody."""
        answer = intake.receive("n", "甲一", phone)
        assert (answer.status_code, answer.json()["code"]) == (422, "contact_or_anonymous")
        assert intake.person(None, phone) == ""

    @pytest.mark.parametrize(("name", "phone"), [(None, None), (None, "无"), ("NULL", "0")])
    def test_words_for_nothing_alone_are_an_anonymous_caller(
        self, intake: IntakeHarness, name: str | None, phone: str | None
    ) -> None:
        assert intake.person(name, phone) == ""

    def test_the_id_of_a_record_follows_from_no_phone(self, intake: IntakeHarness) -> None:
        """L4 of the security test: who has the phone and the key of the request learns nothing."""
        answer = intake.receive("n", "张一", PHONE, key="known")
        again = intake.receive("m", "张一", PHONE, key="known-too")
        subjects = {received(intake, one.json()["id"]).subject for one in (answer, again)}
        envelopes = [one.envelope for one in intake.recorded()]
        (subject,) = subjects
        assert subject not in {one.correlation_id.hex for one in envelopes}


class WhenWhatWasGivenIsNoPhone:
    def test_it_is_kept_as_text_and_the_sender_is_told(self, intake: IntakeHarness) -> None:
        answer = intake.receive("n", "甲一", "找门卫老王")
        assert answer.headers["Whistle-Phone-Unreadable"] == "true"
        event = received(intake, answer.json()["id"])
        assert intake.opened(event.given_contact) == "找门卫老王"
        assert intake.opened(event.given_name) == "甲一"

    def test_of_a_phone_nothing_is_said(self, intake: IntakeHarness) -> None:
        """The control arm."""
        answer = intake.receive("n", "甲一", WRITINGS[1])
        assert "Whistle-Phone-Unreadable" not in answer.headers
        event = received(intake, answer.json()["id"])
        assert event.given_contact is None
        assert intake.opened(intake.state(f"subject-{event.subject}").phone) == PHONE

    def test_the_name_is_kept_for_each_appeal_as_it_was_given(self, intake: IntakeHarness) -> None:
        first, second = intake.receive("n", "Anna Li", PHONE), intake.receive("m", "anna li", PHONE)
        events = [received(intake, answer.json()["id"]) for answer in (first, second)]
        assert [intake.opened(event.given_name) for event in events] == ["Anna Li", "anna li"]
        assert events[0].given_name != events[1].given_name
        assert len({event.subject for event in events}) == 1

    def test_a_name_written_as_before_is_the_text_that_is_kept_already(
        self, intake: IntakeHarness
    ) -> None:
        numbers = [intake.receive(one, "Anna Li", PHONE).json()["id"] for one in ("n", "m")]
        first, second = (received(intake, number) for number in numbers)
        assert first.given_name == second.given_name
        intake.about(str(first.subject), "correction", name="Anne Li")
        third = received(intake, intake.receive("o", "Anne Li", PHONE).json()["id"])
        assert third.subject == first.subject
        assert [intake.opened(one.given_name) for one in (first, third)] == ["Anna Li", "Anne Li"]

    def test_the_interface_describes_the_headers(self, intake: IntakeHarness) -> None:
        document = intake.ask(AGENT, "/intake/v1/openapi.json").json()
        answers = document["paths"]["/intake/v1/appeals"]["post"]["responses"]
        assert set(answers["201"]["headers"]) == {
            "Whistle-Already-There",
            "Whistle-Phone-Unreadable",
        }
        assert answers["201"]["content"]["application/json"]["schema"]


class WhenAPhoneIsLookedUp:
    def test_all_its_records_are_found_with_their_appeals(self, intake: IntakeHarness) -> None:
        persons = {
            intake.person("张一", PHONE),
            intake.person("李二", PHONE),
            intake.person(None, PHONE),
        }
        found = intake.look_up("+86 199 0000 0077")
        assert {item["subject"] for item in found["items"]} == persons
        assert found["total"] == 3
        for item in found["items"]:
            (appeal,) = item["appeals"]
            assert (appeal["status"], appeal["is_open"]) == ("received", True)
            assert appeal["received_at"].startswith("2026-09-28")

    @pytest.mark.parametrize("phone", [OTHER_PHONE, "无", "what"])
    def test_of_a_phone_that_nobody_has_nothing_is_found(
        self, intake: IntakeHarness, phone: str
    ) -> None:
        intake.person("张一", PHONE)
        assert intake.look_up(phone) == {"items": [], "total": 0}

    def test_every_look_is_noted_with_purpose_and_reason(self, intake: IntakeHarness) -> None:
        subject = intake.person("张一", PHONE)
        for phone in (PHONE, PHONE, OTHER_PHONE):
            intake.look_up(phone)
        streams = dict.fromkeys(s for s, _, name in intake.log() if name == "reading_noted")
        noted = [event for stream in streams for event in intake.events(stream)]
        assert [event.subjects for event in noted if isinstance(event, ReadingNoted)] == [
            (subject,),
            (subject,),
            (),
        ]
        for event in noted:
            assert isinstance(event, ReadingNoted)
            assert (event.what, event.fields) == ("lookup", ("access",))
            assert intake.opened(event.reason) == "a reason"

    def test_the_phone_is_in_no_event(self, intake: IntakeHarness) -> None:
        intake.person("张一", PHONE)
        intake.look_up(PHONE)
        digests = {row[1].encode() for row in intake.rows(tags)}
        assert digests
        for one in intake.recorded():
            assert PHONE.encode() not in one.meta + one.data
            assert not any(digest in one.data for digest in digests)

    @pytest.mark.parametrize("role", ["officer", "leader", "visitor", "integrator", "auditor"])
    def test_by_agents_and_operators_alone(self, intake: IntakeHarness, role: str) -> None:
        body = {"phone": PHONE, "purpose": "access", "reason": "a reason"}
        answer = intake.tell(f"{role}.hotline.x", "/intake/v1/persons/lookup", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")


class WhenAnAgentLinksTwoRecords:
    def test_a_look_up_finds_both_from_either(self, intake: IntakeHarness) -> None:
        first, second = intake.person("张一", PHONE), intake.person("张一", OTHER_PHONE)
        assert intake.found(PHONE) == {first}
        assert intake.about(first, "link", other=second).status_code == 200
        assert intake.found(PHONE) == intake.found(OTHER_PHONE) == {first, second}
        assert intake.about(second, "unlink", other=first).status_code == 200
        assert intake.found(PHONE) == {first}

    def test_over_a_third_as_well(self, intake: IntakeHarness) -> None:
        first, middle, last = (intake.person("张一") for _ in range(3))
        intake.about(first, "link", other=middle)
        intake.about(last, "link", other=middle)
        shown = intake.ask(AGENT, f"/intake/v1/subjects/{first}").json()
        assert (shown["records"][0], set(shown["records"])) == (first, {first, middle, last})

    def test_each_keeps_the_reason_under_its_own_key(self, intake: IntakeHarness) -> None:
        first, second = intake.person("张一", PHONE), intake.person("张一")
        intake.about(first, "link", other=second)
        refs = {intake.events(f"subject-{one}")[-1].reason.ref for one in (first, second)}  # type: ignore[attr-defined]
        assert len(refs) == 2

    @pytest.mark.parametrize("act", ["link", "unlink"])
    def test_both_have_to_be_there(self, intake: IntakeHarness, act: str) -> None:
        answer = intake.about(intake.person("张一"), act, other="0" * 32)
        assert answer.json()["code"] == "subject_unknown"

    def test_not_with_itself(self, intake: IntakeHarness) -> None:
        person = intake.person("张一")
        assert intake.about(person, "link", other=person).json()["code"] == "subjects_are_one"


class WhenARecordIsCorrected:
    def test_it_is_found_by_the_new_phone_and_not_by_the_old(self, intake: IntakeHarness) -> None:
        """更正 (个人信息保护法 art. 46)."""
        person = intake.person("张一", PHONE)
        assert intake.about(person, "correction", phone="+86 199 0000 0078").status_code == 200
        assert (intake.found(PHONE), intake.found(OTHER_PHONE)) == (set(), {person})
        assert intake.person("张一", OTHER_PHONE) == person
        assert intake.person("张一", PHONE) != person

    def test_a_corrected_name_is_recognised(self, intake: IntakeHarness) -> None:
        person = intake.person("张一", PHONE)
        assert intake.about(person, "correction", name="章一").status_code == 200
        assert intake.person("章一", PHONE) == person
        assert intake.opened(intake.state(f"subject-{person}").phone) == PHONE

    @pytest.mark.parametrize(
        ("body", "code"),
        [({"phone": "what"}, "phone_unreadable"), ({}, "nothing_corrected")],
    )
    def test_what_says_nothing_is_refused(
        self, intake: IntakeHarness, body: dict[str, Any], code: str
    ) -> None:
        assert intake.about(intake.person("张一"), "correction", **body).json()["code"] == code

    def test_nobody_can_be_corrected_who_is_not_there(self, intake: IntakeHarness) -> None:
        for path in ("correction", "hold", "hold-lift", "erasure-rejection", "erasure-request"):
            answer = intake.about("0" * 32, path, OPERATOR if "hold" in path else AGENT)
            assert answer.status_code in {404, 422}, path
        assert intake.ask(AGENT, f"/intake/v1/subjects/{'0' * 32}").status_code == 404


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IntakeHarness]:
    """One service for many examples; each uses phones of its own."""
    harness = IntakeHarness(tmp_path_factory.mktemp("shared"))
    yield harness
    harness.close()


CALLS = st.lists(
    st.tuples(
        st.sampled_from(["甲一", "甲 一", "乙二", None, "无"]), st.integers(0, 2), st.integers(0, 3)
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@for_all(calls=CALLS, tail=st.integers(0, 99_999))
def test_two_appeals_have_one_person_if_and_only_if_phone_and_name_agree(
    shared: IntakeHarness, calls: list[tuple[str | None, int, int]], tail: int
) -> None:
    serial = len(shared.rows(claims))

    def phone(which: int, writing: int) -> str | None:
        number = f"139{serial % 1000:03d}{tail % 10000:04d}{which}"
        return [number, f"+86 {number[:3]}-{number[3:]}", f'="{number}"', None][writing]

    persons = [
        (name and name.replace(" ", ""), phone(which, min(writing, 3)) and which,
         shared.person(name, phone(which, writing)))
        for name, which, writing in calls
    ]  # fmt: skip
    for (name, which, person), (other_name, other_which, other) in combinations(persons, 2):
        agree = (name, which) == (other_name, other_which)
        named = name not in {None, "无"} and which is not None
        if person and other:
            assert (person == other) is (agree and named)
