"""Noting readings over HTTP: answers as before, refusals that stay, budgets that end at midnight.

The service here has a text of its own (a note in the vault) and nothing besides.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import pytest
from fastapi import APIRouter
from httpx import Response
from sqlalchemy import select
from structlog import make_filtering_bound_logger, wrap_logger
from structlog.testing import capture_logs

from chassis.errors import Forbidden
from chassis.http import readings as routes_of_texts
from chassis.http.readings import Reads, reading
from chassis.readings import noting
from chassis.readings.aggregate import reading_aggregate
from chassis.readings.reading import Budgets, Reading
from chassis.readings.view import readings_view
from chassis.store.tables import sequences
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.session import Session
from chassis.views.versions import rebuild
from contracts.events.feedback import ReadingNoted, ReadingRefused
from contracts.ids import CaseNo, SubjectId
from contracts.readings import RefusedReading
from contracts.sealed import Sealed
from tests.harness.service import START, ServiceHarness

PERSON = SubjectId("8f6c1c5a6b0e4c539d2e2f1a7c0b9e41")
TEXT, REASON = "张三丰 13800138000", "王五来电核实"
OFFICER, STRANGER = "officer.sanitation.p-1", "officer.fire-rescue.p-2"
AUDITOR = "auditor.bureau.d-1"
MODEL = ServiceModel(
    name="feedback",
    aggregates={"reading": reading_aggregate(ReadingNoted, ReadingRefused, Budgets(2, 3))},
    views=(readings_view(ReadingNoted, ReadingRefused),),
)


class NoteNotYours(Forbidden):
    """Of another unit."""

    code = "note_not_yours"
    zh = "该内容属于其他单位，不能查看；请联系该单位。"
    en = "It belongs to another unit, so you cannot read it; ask that unit."


async def _asked(case_no: CaseNo) -> Reading:
    return Reading(what="note", about=f"callback-{case_no}-R1")


async def _phone(case_no: CaseNo) -> Reading:
    return Reading(what="contact", about=f"appeal-{case_no}")


def _located(_session: Session, asked: Reading) -> Reading:
    return asked.of([PERSON, None], CaseNo(asked.about.split("-")[1]))


ReadsNote = Annotated[Reads, reading(_asked, _located, "officer", "leader")]
ReadsPhone = Annotated[Reads, reading(_phone, _located, "officer")]


class Notes(ServiceHarness):
    """The service with its client."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.given(self.command(self._keep))
        self.http = self.client([self._routes()])

    def _keep(self, session: Session) -> None:
        self.sealed: Sealed = session.texts.seal(TEXT, "case-1")

    def _routes(self) -> APIRouter:
        routes = APIRouter(prefix="/feedback/v1")

        @routes.get("/notes/{case_no}")
        async def read(case_no: CaseNo, reads: ReadsNote) -> str | None:
            def text(session: Session) -> tuple[Reading, str | None]:
                if reads.actor.unit != "sanitation":
                    raise NoteNotYours
                return reads.found(session, "note"), session.texts.open(self.sealed)

            return await reads.answer(text)

        @routes.get("/phones/{case_no}")
        async def phone(case_no: CaseNo, reads: ReadsPhone) -> str | None:
            def text(session: Session) -> tuple[Reading, str | None]:
                found = reads.found(session, "phone", reason=REASON)
                return found, session.texts.open(self.sealed)

            return await reads.answer(text)

        return routes

    def read(self, number: int = 1, actor: str = OFFICER, kind: str = "notes") -> Response:
        return self.http.ask(actor, f"/feedback/v1/{kind}/{261123000000 + number}")

    def listed(self, **query: str) -> list[tuple[str, str, str | None]]:
        """Give reader, object and code of what an auditor finds."""
        found = self.http.ask(AUDITOR, "/feedback/v1/readings", **query).json()
        assert found["total"] == len(found["items"])
        return [(one["reader"], one["about"], one["code"]) for one in found["items"]]

    def codes(self) -> list[str]:
        return [one.code for one in self.readings() if isinstance(one, RefusedReading)]

    def attention(self) -> list[str]:
        self.service.health.measure()
        return [one.what for one in self.service.health.attention()]


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Notes]:
    opened = Notes(tmp_path, MODEL)
    yield opened
    opened.http.close()
    opened.close()


def about(number: int = 1) -> str:
    return f"callback-{261123000000 + number}-R1"


class WhenATextIsRead:
    def test_the_answer_and_the_event_are_one(self, notes: Notes) -> None:
        assert notes.read().json() == TEXT
        (one,) = notes.readings()
        assert isinstance(one, ReadingNoted)
        assert (one.what, one.about, one.fields) == ("note", about(), ("note",))
        assert (one.reader, one.unit, one.role) == ("p-1", "sanitation", "officer")
        assert (one.cases, one.subjects) == ((CaseNo("261123000001"),), (PERSON,))

    def test_it_is_noted_once_an_hour(self, notes: Notes) -> None:
        for moment in (START, START + timedelta(minutes=59), START + timedelta(hours=1)):
            notes.clock.moment = moment
            assert notes.read().json() == TEXT
        assert [one.envelope.version for one in notes.recorded()] == [1, 1]

    def test_each_reader_each_role_and_each_object_is_a_reading(self, notes: Notes) -> None:
        for actor in (OFFICER, "leader.sanitation.p-1", "officer.sanitation.p-3"):
            assert notes.read(1, actor).json() == notes.read(2, actor).json() == TEXT
        assert len({one.envelope.stream for one in notes.recorded()}) == 6

    def test_the_stream_says_nothing_about_reader_and_object(self, notes: Notes) -> None:
        notes.read()
        (one,) = notes.recorded()
        assert one.envelope.stream == f"reading-{one.envelope.key}"
        assert UUID(one.envelope.key)
        assert {"p-1", "sanitation", "261123"} & set(one.envelope.stream.split("-")) == set()

    def test_the_reason_is_sealed_for_the_person(self, notes: Notes) -> None:
        assert notes.read(kind="phones").json() == TEXT
        (one,) = notes.readings()
        assert isinstance(one, ReadingNoted)
        sealed, opened = one.reason, list[str | None]()
        notes.given(notes.command(lambda session: opened.append(session.texts.open(sealed))))
        notes.given(notes.command(lambda session: session.texts.destroy_key(f"subject-{PERSON}")))
        notes.given(notes.command(lambda session: opened.append(session.texts.open(sealed))))
        assert opened == [REASON, None]

    def test_no_event_holds_what_was_read_or_why(self, notes: Notes) -> None:
        notes.read()
        notes.read(kind="phones")
        notes.read(actor=STRANGER)
        written = b"".join(one.meta + one.data for one in notes.recorded())
        assert b"261123000001" in written  # the control arm
        assert [word for word in (TEXT, REASON, "13800138000") if word.encode() in written] == []


class WhenAReadingIsRefused:
    def test_the_refusal_stays_and_the_answer_is_as_before(self, notes: Notes) -> None:
        for _ in range(2):
            answer = notes.read(actor=STRANGER)
            assert (answer.status_code, answer.json()["code"]) == (403, "note_not_yours")
        (one,) = notes.readings()
        assert isinstance(one, ReadingRefused)
        assert (one.reader, one.code, one.about) == ("p-2", "note_not_yours", about())
        assert (one.cases, one.subjects) == ((CaseNo("261123000001"),), (PERSON,))

    def test_so_does_one_for_the_role(self, notes: Notes) -> None:
        answer = notes.read(actor="auditor.sanitation.d-1")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")
        assert notes.codes() == ["role_missing"]

    def test_nobody_is_named_who_did_not_sign_in(self, notes: Notes) -> None:
        assert notes.read(actor="").status_code == 401
        assert notes.readings() == []

    def test_what_has_no_limit_has_one_here(
        self, notes: Notes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(noting, "REFUSALS_PER_DAY", 3)
        for number in range(5):
            assert notes.read(number, STRANGER).status_code == 403
        assert len(notes.readings()) == 3


class WhenTheBudgetIsUsedUp:
    def test_the_next_reading_is_refused_and_noted(self, notes: Notes) -> None:
        assert [notes.read(number).status_code for number in range(4)] == [200, 200, 200, 403]
        assert notes.codes() == ["reading_budget_used"]
        assert notes.read(3).json()["code"] == "reading_budget_used"
        assert notes.codes() == ["reading_budget_used"]

    def test_what_was_read_in_this_hour_stays_readable(self, notes: Notes) -> None:
        for number in range(4):
            notes.read(number)
        assert notes.read(0).json() == TEXT

    def test_contacts_are_counted_apart(self, notes: Notes) -> None:
        statuses = [notes.read(number, kind="phones").status_code for number in range(3)]
        assert statuses == [200, 200, 403]
        assert notes.read().status_code == 200

    def test_other_readers_read_on(self, notes: Notes) -> None:
        for number in range(4):
            notes.read(number)
        assert notes.read(3, "officer.sanitation.p-3").status_code == 200

    def test_it_begins_again_at_midnight_in_beijing(self, notes: Notes) -> None:
        for number in range(4):
            notes.read(number)
        notes.clock.moment = datetime.fromisoformat("2026-11-23T23:59:59+08:00")
        assert notes.read(3).status_code == 403
        notes.clock.moment += timedelta(seconds=1)
        assert notes.read(3).status_code == 200

    def test_one_line_of_the_log_a_day_tells_of_it(
        self, notes: Notes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            routes_of_texts,
            "log",
            wrap_logger(None, wrapper_class=make_filtering_bound_logger(logging.WARNING)),
        )
        with capture_logs() as lines:
            for number in range(6):
                notes.read(number)
        (line,) = [one for one in lines if one["event"] == "reading_budget_used"]
        assert (line["log_level"], line["person"], line["what"]) == ("warning", "p-1", "note")

    def test_health_shows_it_until_the_day_ends_and_stays_ready(self, notes: Notes) -> None:
        for number in range(3):
            notes.read(number)
        assert notes.attention() == []
        notes.read(3)
        notes.read(4)
        told = "1 readers have used up the texts that they may read today"
        assert notes.attention() == [told]
        assert all(one.part != "readings" for one in notes.service.health.problems())
        answer = notes.http.ask("", "/feedback/v1/health/ready").json()
        assert [(one["part"], one["what"]) for one in answer["attention"]] == [("readings", told)]
        notes.clock.moment += timedelta(days=1)
        assert notes.attention() == []

    def test_metrics_count_it(self, notes: Notes) -> None:
        for number in range(5):
            notes.read(number)
        notes.attention()
        text = notes.http.ask("", "/feedback/v1/metrics").text
        for line in (
            'whistle_readings_total{outcome="noted",service="feedback",what="note"} 3.0',
            'whistle_readings_total{outcome="refused",service="feedback",what="note"} 2.0',
            'whistle_refusals_total{code="reading_budget_used",service="feedback"} 2.0',
            'whistle_readers_over_budget{budget="texts",service="feedback"} 1.0',
            'whistle_readers_over_budget{budget="contacts",service="feedback"} 0.0',
        ):
            assert line in text

    def test_the_counters_name_nobody(self, notes: Notes) -> None:
        notes.read()
        with notes.service.store.reading() as connection:
            (scope,) = connection.execute(select(sequences.c.scope)).scalars()
        assert scope.startswith("readings/texts/2026-11-23/")
        assert "p-1" not in scope


class WhenAnAuditorLooks:
    @pytest.fixture(autouse=True)
    def read(self, notes: Notes) -> None:
        notes.read(1)
        notes.read(2)
        notes.read(1, STRANGER)
        notes.read(2, kind="phones")

    def test_readings_are_found_by_case_person_reader_and_unit(self, notes: Notes) -> None:
        own = [("p-1", about(1), None)]
        stranger = [("p-2", about(1), "note_not_yours")]
        assert sorted(notes.listed(case_no="261123000001")) == own + stranger
        assert len(notes.listed(subject=PERSON)) == 4
        assert notes.listed(subject="0" * 32) == []
        assert notes.listed(reader="p-2") == notes.listed(unit="fire-rescue") == stranger
        assert notes.listed(outcome="refused") == stranger
        assert notes.listed(what="contact") == [("p-1", "appeal-261123000002", None)]
        assert notes.listed(case_no="261123000002", reader="p-2") == []

    def test_a_long_list_comes_in_pages(self, notes: Notes) -> None:
        seen, after = list[str](), ""
        while True:
            more = {"after": after} if after else {}
            page = notes.http.ask(AUDITOR, "/feedback/v1/readings", limit=1, **more).json()
            assert (page["total"], len(page["items"])) == (4, 1)
            seen += [one["reading_no"] for one in page["items"]]
            if (after := page["next"]) is None:
                break
        assert len(set(seen)) == 4

    @pytest.mark.parametrize("role", ["officer", "leader", "agent", "operator", "service"])
    def test_nobody_else_does(self, notes: Notes, role: str) -> None:
        answer = notes.http.ask(f"{role}.sanitation.x-1", "/feedback/v1/readings")
        assert answer.json()["code"] == "role_missing"

    def test_a_rebuilt_list_is_the_same(self, notes: Notes) -> None:
        (view,) = MODEL.views
        before = [notes.rows(table) for table in view.tables.sorted_tables]
        rebuild(notes.service.store, view, {})
        assert [notes.rows(table) for table in view.tables.sorted_tables] == before
        assert min(map(len, before)) >= 4

    def test_what_operators_did_is_listed_without_the_reasons(self, notes: Notes) -> None:
        operator, path = "operator.system.p-op", "/feedback/v1/operator-actions"
        body = {"reason": REASON}
        assert notes.http.tell(operator, "/feedback/v1/keys/rotate", body, "k").status_code == 200
        for actor in (AUDITOR, operator):
            page = notes.http.ask(actor, path, person="p-op").json()
            (one,) = page["items"]
            assert (one["action"], one["subject"]) == ("rotate", "keys/feedback")
            assert REASON not in str(page)
        assert notes.http.ask(AUDITOR, path, action="discard").json()["total"] == 0
        assert notes.http.ask(OFFICER, path).status_code == 403
