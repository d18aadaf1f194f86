"""What enforcement does when dispatch or intake says something."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.store.tables import deadlines
from contracts.catalogue import FileCatalogue, UnknownVersion
from contracts.events.intake import SubjectErased
from contracts.instant import format_instant
from contracts.values import WhistleKind
from services.enforcement.domain.progress import NoOperation, Underway
from services.enforcement.reactions import opening
from tests.unit.enforcement.facts import (
    CASE_NO,
    MARKET,
    OPENED_AT,
    OPERATION_NO,
    POLICE,
    STREET,
)
from tests.unit.enforcement.outpost import CATALOGUE, Outpost, blown

AT = f"/operations/{OPERATION_NO}"
SUBJECT = "ab" * 16
MONDAY_0300 = OPENED_AT
"""2026-11-23, a Monday, 03:00 in Shanghai."""


def erase(post: Outpost) -> None:
    erased = SubjectErased(
        subject=SUBJECT, ground="request", erased_by="p-operator", erased_at=post.clock.now()
    )
    post.hear("intake", f"subject-{SUBJECT}", erased)


def complete(post: Outpost, unit: str, result: str) -> None:
    assert post.post(f"{AT}/report", {"officer_count": 2}, unit).status_code == 200
    assert post.post(f"{AT}/completion", {"result": result}, unit).status_code == 200


class WhenAWhistleIsBlown:
    @pytest.mark.parametrize(
        ("kind", "acknowledge_by", "report_by"),
        [
            ("emergency", timedelta(minutes=5), timedelta(minutes=30)),
            ("enforcement", timedelta(minutes=30), timedelta(hours=2)),
            ("daily", timedelta(hours=1), timedelta(days=1)),
            ("key", timedelta(hours=1), timedelta(days=3)),
        ],
    )
    def test_its_kind_decides_how_long_the_units_have(
        self, kind: WhistleKind, acknowledge_by: timedelta, report_by: timedelta
    ) -> None:
        version = FileCatalogue().at(CATALOGUE)
        opened = opening(blown(kind=kind), version, MONDAY_0300)
        for task in opened.tasks:
            assert task.acknowledge.milestone == f"acknowledge/{task.unit}"
            assert task.acknowledge.rule == f"whistle.{kind}.acknowledge"
            assert task.acknowledge.due_at == MONDAY_0300 + acknowledge_by
            assert task.report.milestone == f"report/{task.unit}"
            assert task.report.rule == f"whistle.{kind}.report"
            assert task.report.due_at == MONDAY_0300 + report_by
            assert task.report.calendar == version.calendar.version
            assert not task.report.provisional

    def test_working_days_are_those_of_the_calendar(self) -> None:
        friday = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
        opened = opening(blown(kind="daily"), FileCatalogue().at(CATALOGUE), friday)
        assert opened.tasks[0].report.due_at == friday + timedelta(days=3)

    def test_the_units_keep_their_parts(self) -> None:
        opened = opening(blown(), FileCatalogue().at(CATALOGUE), MONDAY_0300)
        assert [(task.unit, task.role) for task in opened.tasks] == [
            (POLICE, "lead"),
            (MARKET, "assisting"),
        ]
        assert (opened.operation_no, opened.case_no) == (OPERATION_NO, CASE_NO)
        assert (opened.street, opened.opened_at) == (STREET, MONDAY_0300)

    def test_the_clocks_start_when_it_is_heard(self, post: Outpost) -> None:
        post.whistle(blown(OPERATION_NO, POLICE, blown_at=OPENED_AT - timedelta(hours=8)))
        with post.service.store.reading() as connection:
            rows = connection.execute(deadlines.select().order_by(deadlines.c.due_at)).all()
        assert [tuple(row) for row in rows] == [
            (f"operation-{OPERATION_NO}", f"{step}/{POLICE}", 1, format_instant(due_at))
            for step, due_at in (
                ("acknowledge", OPENED_AT + timedelta(minutes=5)),
                ("report", OPENED_AT + timedelta(minutes=30)),
            )
        ]

    def test_a_catalogue_that_is_not_there_parks_the_case(self, post: Outpost) -> None:
        post.whistle(blown().model_copy(update={"catalogue": "1999-01-01"}))
        assert post.service.load(f"operation-{OPERATION_NO}").state == NoOperation()
        (parked,) = post.get("/parked", "district", "operator").json()["items"]
        assert (parked["kind"], parked["reason"]) == ("parked", UnknownVersion.__name__)


class WhenAPersonIsErased:
    def test_what_was_written_about_them_is_gone(self, post: Outpost) -> None:
        post.whistle(blown(subject=SUBJECT))
        complete(post, POLICE, "已对当事人批评教育")
        erase(post)
        assert post.get(f"{AT}/results").json() == [{"unit": POLICE, "result": None}]

    def test_the_operation_goes_on(self, post: Outpost) -> None:
        post.whistle(blown(subject=SUBJECT))
        erase(post)
        complete(post, POLICE, "现场已恢复")
        assert post.get(f"{AT}/results").json() == [{"unit": POLICE, "result": "现场已恢复"}]
        assert post.post(f"{AT}/releases/{POLICE}", unit=STREET).status_code == 200

    def test_before_their_whistle_was_heard_it_opens_all_the_same(self, post: Outpost) -> None:
        erase(post)
        post.whistle(blown(subject=SUBJECT))
        assert isinstance(post.service.load(f"operation-{OPERATION_NO}").state, Underway)

    def test_what_others_cases_hold_stays(self, post: Outpost) -> None:
        post.whistle(blown())
        complete(post, POLICE, "摊点已清理")
        erase(post)
        assert post.get(f"{AT}/results").json() == [{"unit": POLICE, "result": "摊点已清理"}]
