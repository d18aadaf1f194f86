"""What an import sends for a row, and how it counts: pure, without a server."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import NewAppealKind
from whistle.export import Complaint, Mapping, Reject, Row
from whistle.importing.job import Job
from whistle.importing.requests import Codes, Request, codes_of, request_of
from whistle.importing.sending import Result
from whistle.importing.tally import Tally

CODES = Codes({"槐安街道": "street-locust-peace"}, {"路灯": "100201"})
COMPLAINT = Complaint(external_no="SL-1", text="灯不亮", kind="求助")
PLAIN = Mapping()


def made(complaint: Complaint, mapping: Mapping = PLAIN) -> Request:
    request = request_of(Row(2, complaint), "city", CODES, mapping)
    assert isinstance(request, Request)
    return request


def body(complaint: Complaint, mapping: Mapping = PLAIN) -> dict[str, object]:
    sent: dict[str, object] = json.loads(made(complaint, mapping).body)
    return sent


class WhenMakingARequest:
    def test_only_filled_fields_are_sent(self) -> None:
        assert body(COMPLAINT) == {
            "source": "city",
            "external_no": "SL-1",
            "text": "灯不亮",
            "kind": "help",
        }

    def test_every_filled_field_is_sent(self) -> None:
        complaint = Complaint(
            external_no="SL-1",
            text="灯不亮",
            received_at=datetime(2026, 9, 1, 0, 2, 11, tzinfo=UTC),
            title="路灯",
            reporter_name="某某",
            reporter_phone="199",
            address="槐安路",
            street="槐安街道",
            matter="路灯",
            channel="电话",
            kind="投诉",
            confidential=True,
        )
        assert body(complaint) == {
            "source": "city",
            "external_no": "SL-1",
            "text": "灯不亮",
            "title": "路灯",
            "address": "槐安路",
            "channel": "电话",
            "street": "street-locust-peace",
            "matter": "100201",
            "kind": "complaint",
            "confidential": True,
            "reported_at": "2026-09-01T00:02:11.000000Z",
            "reporter": {"name": "某某", "phone": "199"},
        }

    def test_it_is_never_filed_by_the_import(self) -> None:
        assert "file" not in body(COMPLAINT)

    def test_an_unknown_name_is_left_for_the_server_to_refuse(self) -> None:
        sent = body(replace(COMPLAINT, street="某街道", matter="某事"))
        assert (sent["street"], sent["matter"]) == ("某街道", "某事")

    @pytest.mark.parametrize(
        ("word", "kind"),
        [
            ("咨询", "consultation"),
            ("求助", "help"),
            ("投诉", "complaint"),
            ("举报", "report"),
            ("建议", "suggestion"),
            ("complaint", "complaint"),
        ],
    )
    def test_the_words_for_kinds(self, word: str, kind: str) -> None:
        assert body(replace(COMPLAINT, kind=word))["kind"] == kind
        assert kind in get_args(NewAppealKind)

    @pytest.mark.parametrize(
        ("word", "mapping", "code"),
        [
            (None, PLAIN, "kind_missing"),
            ("其他", PLAIN, "kind_unknown"),
            ("表扬", Mapping(kind="投诉"), "kind_unknown"),
        ],
    )
    def test_no_kind_is_guessed(self, word: str | None, mapping: Mapping, code: str) -> None:
        rejected = request_of(Row(2, replace(COMPLAINT, kind=word)), "city", CODES, mapping)
        assert isinstance(rejected, Reject)
        assert (rejected.reason_code, rejected.external_no) == (code, "SL-1")

    @pytest.mark.parametrize("kind", ["投诉", "complaint"])
    def test_a_row_without_a_kind_has_the_one_that_was_named(self, kind: str) -> None:
        assert body(replace(COMPLAINT, kind=None), Mapping(kind=kind))["kind"] == "complaint"

    @pytest.mark.parametrize(
        ("name", "phone", "is_anonymous"),
        [
            (None, None, True),
            ("匿名", "无", True),
            ("某某", None, False),
            (None, "199", False),
        ],
    )
    def test_who_left_nothing_is_anonymous_where_that_is_said(
        self, name: str | None, phone: str | None, *, is_anonymous: bool
    ) -> None:
        complaint = replace(COMPLAINT, reporter_name=name, reporter_phone=phone)
        said = body(complaint, Mapping(anonymous_without_contact=True))
        assert ("anonymous" in said) == is_anonymous
        assert "anonymous" not in body(complaint)

    def test_the_key_says_nothing_of_the_complaint(self) -> None:
        first, again = made(COMPLAINT), made(COMPLAINT)
        assert first.key != again.key, "a function of the complaint could be computed by others"
        assert first.body == again.body
        assert re.fullmatch(r"[\x21-\x7e]{1,200}", first.key)

    def test_nothing_personal_shows(self) -> None:
        assert "灯不亮" not in repr(made(COMPLAINT))


class WhenReadingTheCatalogue:
    def test_a_name_that_two_codes_share_stands_for_none(self) -> None:
        catalogue = {
            "streets": [{"code": "s-1", "name_zh": "甲街道", "name_en": "First"}],
            "matters": [
                {"code": "1", "major": "一", "minor": "同名"},
                {"code": "2", "major": "二", "minor": "同名"},
            ],
        }
        codes = codes_of(catalogue)
        assert codes.streets == {"甲街道": "s-1", "First": "s-1"}
        assert codes.matters == {"一/同名": "1", "二/同名": "2"}


class WhenCounting:
    @pytest.mark.parametrize(
        ("created", "filed", "already_there"),
        [(10, 10, 7), (12, 12, 5), (14, 14, 3), (99, 14, 3), (0, 10, 7)],
    )
    def test_what_is_unsure_is_settled_by_what_the_source_has_gained(
        self, created: int, filed: int, already_there: int
    ) -> None:
        tally = Tally(filed=10, already_there=3, rejected=2, unsure=4)
        tally.settle(created)
        assert tally.summary() == {
            "read": 19,
            "filed": filed,
            "already_there": already_there,
            "rejected": 2,
            "phone_unreadable": 0,
        }

    @given(*[st.integers(0, 100)] * 5)
    def test_the_figures_always_add_up(
        self, filed: int, there: int, rejected: int, unsure: int, created: int
    ) -> None:
        tally = Tally(filed, there, rejected, unsure)
        before = tally.summary()
        tally.settle(created)
        for found in (before, tally.summary()):
            parts = found["filed"] + found["already_there"] + found["rejected"]
            assert found["read"] == parts == filed + there + rejected + unsure


class WhenAJobRuns:
    def test_broken_rows_and_refused_ones_are_kept_without_their_content(
        self, tmp_path: Path
    ) -> None:
        export = tmp_path / "export.csv"
        export.write_text(
            "external_no,text,kind\nA-1,很长的话,求助\nA-2,,求助\nA-3,另一句,投诉\nA-4,再一句,\n",
            encoding="utf-8",
        )
        job = Job(export, Mapping(), "city")
        requests = list(job.read(CODES))
        assert [request.external_no for request in requests] == ["A-1", "A-3"]
        job.note(Result(requests[0], "filed"))
        job.note(Result(requests[1], "rejected", "external_no_reused", "Use a new one."))
        listed = [(one.line, one.reason_code, one.external_no, one.raw) for one in job.rejects]
        assert listed == [
            (3, "text_missing", "A-2", ""),
            (5, "kind_missing", "A-4", ""),
            (4, "external_no_reused", "A-3", ""),
        ]
        assert job.tally == Tally(filed=1, rejected=3)

    def test_a_limit_counts_rows_and_not_complaints(self, tmp_path: Path) -> None:
        export = tmp_path / "export.csv"
        export.write_text(
            "external_no,text,kind\nA-1,,求助\nA-2,b,求助\nA-3,c,求助\n", encoding="utf-8"
        )
        job = Job(export, Mapping(), "city", limit=2)
        assert [request.external_no for request in job.read(CODES)] == ["A-2"]
        assert job.tally.rejected == 1
