"""查阅: a reading of a text or contact is noted once an hour, and a day has a number of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from chassis.decider import Meta
from chassis.readings.aggregate import NoteReading, NoteRefusal, reading_aggregate
from chassis.readings.reading import Budgets, Reading, ReadingBudgetUsed
from contracts.envelope import Actor
from contracts.events.feedback import ReadingNoted, ReadingRefused
from contracts.ids import CaseNo, SubjectId, UnitCode
from contracts.readings import ReadingKind
from contracts.sealed import Sealed
from tests.given import given

AT = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
LATER = AT + timedelta(minutes=20)
OFFICER = Actor(person="p-0412", unit="street-cloud-bridge", role="officer")
CASE, OTHER = CaseNo("261123000001"), CaseNo("261123000002")
PERSON = SubjectId("8f6c1c5a6b0e4c539d2e2f1a7c0b9e41")
REASON = Sealed.model_validate({"ref": "c5f22830-76e3-5944-9f73-a9ddbf1470cc", "commitment": "c0"})

READINGS = reading_aggregate(ReadingNoted, ReadingRefused, Budgets(contacts=2, texts=3))
PHONE = Reading(
    what="contact",
    about=f"appeal-{CASE}",
    cases=(CASE,),
    subjects=(PERSON,),
    fields=("phone",),
)
NAME_TOO = replace(PHONE, fields=("phone", "name"))
TITLES = Reading(what="titles", about="queue-sanitation", cases=(CASE,))
MORE_TITLES = Reading(what="titles", about="queue-sanitation", cases=(CASE, OTHER))


def note(reading: Reading = PHONE, at: datetime = AT) -> NoteReading:
    return NoteReading(reading_id="r", reading=reading, reason=REASON, meta=Meta(OFFICER, at))


def refuse(code: str, at: datetime = AT) -> NoteRefusal:
    return NoteRefusal(reading_id="r", reading=PHONE, code=code, meta=Meta(OFFICER, at))


def noted(no: int = 1, reading: Reading = PHONE, at: datetime = AT) -> ReadingNoted:
    return ReadingNoted(
        reading_no=f"r-{no}",
        what=reading.what,
        about=reading.about,
        cases=reading.cases,
        subjects=reading.subjects,
        reader="p-0412",
        unit=UnitCode("street-cloud-bridge"),
        role="officer",
        fields=reading.fields,
        reason=REASON,
        read_at=at,
    )


def refused(no: int, code: str, at: datetime = AT) -> ReadingRefused:
    return ReadingRefused(
        reading_no=f"r-{no}",
        what="contact",
        about=f"appeal-{CASE}",
        cases=(CASE,),
        subjects=(PERSON,),
        reader="p-0412",
        unit=UnitCode("street-cloud-bridge"),
        role="officer",
        code=code,
        refused_at=at,
    )


class WhenAContactIsRead:
    def test_it_is_noted_with_its_reason(self) -> None:
        given(READINGS).when(note()).then(noted())

    def test_the_same_again_within_the_hour_is_the_same_reading(self) -> None:
        given(READINGS, noted()).when(note(at=LATER)).nothing()

    def test_a_field_that_was_not_read_yet_is_noted(self) -> None:
        given(READINGS, noted()).when(note(NAME_TOO, LATER)).then(noted(2, NAME_TOO, LATER))

    def test_a_part_of_what_was_read_is_the_same_reading(self) -> None:
        given(READINGS, noted(reading=NAME_TOO)).when(note(PHONE, LATER)).nothing()


class WhenAListOfTitlesIsRead:
    def test_a_case_that_it_did_not_show_before_is_noted(self) -> None:
        before = noted(reading=TITLES)
        given(READINGS, before).when(note(MORE_TITLES, LATER)).then(noted(2, MORE_TITLES, LATER))


class WhenAReadingIsRefused:
    def test_it_is_noted_with_the_refusals_code(self) -> None:
        given(READINGS).when(refuse("case_not_yours")).then(refused(1, "case_not_yours"))

    def test_the_same_refusal_within_the_hour_is_noted_once(self) -> None:
        before = refused(1, "case_not_yours")
        given(READINGS, before).when(refuse("case_not_yours", LATER)).nothing()

    def test_another_refusal_is_noted(self) -> None:
        then = refused(2, "role_missing", LATER)
        given(READINGS, refused(1, "case_not_yours")).when(refuse("role_missing", LATER)).then(then)

    def test_a_reading_after_it_is_noted(self) -> None:
        given(READINGS, refused(1, "case_not_yours")).when(note(at=LATER)).then(noted(2, at=LATER))


class WhenADaysReadingsAreUsedUp:
    def test_the_last_one_is_given_and_the_next_is_not(self) -> None:
        budgets = READINGS.budgets
        budgets.must_have_left("contact", 1)
        with pytest.raises(ReadingBudgetUsed) as raised:
            budgets.must_have_left("contact", 2)
        assert "WHISTLE_CONTACTS_PER_DAY" in raised.value.sentence("en")
        assert raised.value.status == 403

    def test_texts_have_a_number_of_their_own(self) -> None:
        READINGS.budgets.must_have_left("account", 2)
        with pytest.raises(ReadingBudgetUsed) as raised:
            READINGS.budgets.must_have_left("account", 3)
        assert "WHISTLE_TEXTS_PER_DAY" in raised.value.sentence("zh")

    def test_who_is_looked_up_or_given_out_counts_as_a_contact(self) -> None:
        kinds = get_args(ReadingKind)
        contacts = {what for what in kinds if Budgets.name(what) == "contacts"}
        assert contacts == {"contact", "lookup", "export"}
