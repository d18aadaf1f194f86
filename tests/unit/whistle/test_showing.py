"""What a person sees at a terminal: names, local times, one language, no code where a word is."""

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from chassis.http.address import Address
from whistle.client import Client
from whistle.commands.case import histories, merged
from whistle.commands.queue import queue_of
from whistle.language import said
from whistle.moments import due, left, local, short
from whistle.showing import print_case, print_operation, print_whistle
from whistle.words import milestone

CASE, WHISTLE = "260928000012", "260928000012-W1"
STREET, FIRE = "street-willow-brook", "fire-rescue"
MONDAY, TUESDAY = "2026-09-28T00:30:00.000000Z", "2026-09-29T00:30:00.000000Z"
NOW = datetime(2026, 9, 28, 0, 30, tzinfo=UTC)
CATALOGUE = {
    "units": [
        {"code": STREET, "name_zh": "柳溪街道", "name_en": "Willow Brook Subdistrict"},
        {"code": FIRE, "name_zh": "消防支队", "name_en": "Fire and Rescue"},
    ],
    "streets": [],
    "matters": [{"code": "200717", "minor": "油烟扰民"}],
}
DEADLINE = {
    "milestone": "handle",
    "round": 1,
    "due_at": TUESDAY,
    "provisional": True,
    "explained": {"zh": "1 个工作日；到期 09-29", "en": "1 working day; due 09-29"},
}
WHISTLES = [
    {
        "whistle_no": WHISTLE,
        "units": [FIRE],
        "kind": "daily",
        "status": "concluded",
        "late_count": 1,
        "blown_at": MONDAY,
    }
]
CALLBACKS = [
    {"callback_no": f"{CASE}-R1", "resolved": False, "satisfaction": "dissatisfied"},
    {"callback_no": f"{CASE}-R2", "resolved": None, "satisfaction": None},
]
FOUND = {
    "case_no": CASE,
    "stage": "signed",
    "outcome": None,
    "round": 2,
    "unit": STREET,
    "street": STREET,
    "matter": "200717",
    "appeals": [CASE],
    "handlers": ["o-1"],
    "deadlines": [DEADLINE],
    "callbacks": CALLBACKS,
    "version": 4,
    "whistles": WHISTLES,
}
TASK = {
    "unit": FIRE,
    "role": "lead",
    "status": "acknowledged",
    "acknowledge": {"due_at": MONDAY},
    "acknowledgement_missed": True,
    "acknowledged_at": MONDAY,
    "report": {"due_at": TUESDAY},
    "report_missed": False,
    "reported_at": None,
    "officer_count": None,
    "completed_at": None,
    "released_at": None,
}
OPERATION = {
    "operation_no": WHISTLE,
    "status": "underway",
    "kind": "daily",
    "street": STREET,
    "opened_at": MONDAY,
    "concluded_at": None,
    "version": 2,
    "tasks": [TASK],
}
BLOWN = {
    "whistle_no": WHISTLE,
    "stage": "blown",
    "kind": "daily",
    "ground": "no_power",
    "street": STREET,
    "proposed_by": "o-1",
    "proposed_at": MONDAY,
    "units": [{"unit": FIRE, "role": "lead", "basis": "list"}],
    "late_units": [FIRE],
    "version": 3,
}


def client(answers: Mapping[str, Any] | None = None) -> Client:
    known = {
        "/demo/v1/clock": {"now": MONDAY},
        "/intake/v1/catalogue": CATALOGUE,
        **(answers or {}),
    }

    def answer(request: httpx.Request) -> httpx.Response:
        found = known.get(request.url.path)
        return httpx.Response(404 if found is None else 200, text=json.dumps(found or {}))

    return Client(Address("http://city.example"), "t", httpx.MockTransport(answer))


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8" if name == "zh" else "C.UTF-8")
    return name


def printed(show: Any, found: Mapping[str, Any]) -> str:  # noqa: ANN401  # one of three
    with redirect_stdout(io.StringIO()) as screen:
        show(client(), found)
    return screen.getvalue()


class WhenACaseIsShown:
    def test_its_clocks_say_what_is_left_and_why(self, language: str) -> None:
        text = printed(print_case, FOUND)
        assert {"zh": "09-29 08:30 剩 24 小时", "en": "09-29 08:30 24 h left"}[language] in text
        assert {"zh": "到期 09-29", "en": "due 09-29"}[language] in text
        assert {"zh": "暂定", "en": "provisional"}[language] in text

    def test_a_clock_that_was_met_or_missed_stays(self, language: str) -> None:
        met = {"milestone": "sign", "round": 1, "due_at": TUESDAY, "met_at": MONDAY}
        missed = {**DEADLINE, "noticed_at": TUESDAY}
        text = printed(print_case, {**FOUND, "clocks": [met, missed]})
        assert {"zh": "已完成 2026-09-28 08:30", "en": "met 2026-09-28 08:30"}[language] in text
        assert {"zh": "超期，发现于 2026-09-29 08:30", "en": "MISSED, noticed"}[language] in text

    def test_codes_are_named(self, language: str) -> None:
        text = printed(print_case, FOUND)
        assert {"zh": "柳溪街道", "en": "Willow Brook"}[language] in text
        assert {"zh": "日常哨, 待验收", "en": "daily, to be settled"}[language] in text
        assert {"zh": "未解决, 不满意", "en": "not solved, dissatisfied"}[language] in text
        assert {"zh": "未能联系到来电人", "en": "nobody could be asked"}[language] in text
        assert not any(code in text for code in (STREET, FIRE, "concluded", "outcome"))


class WhenAWhistleOrAnOperationIsShown:
    def test_a_whistle_names_its_ground_and_units(self, language: str) -> None:
        text = printed(print_whistle, BLOWN)
        assert {"zh": "无执法权", "en": "no power"}[language] in text
        assert {"zh": "（职责清单）", "en": "(by the responsibility list)"}[language] in text

    def test_each_unit_has_its_clocks_and_misses(self, language: str) -> None:
        text = printed(print_operation, OPERATION)
        assert {"zh": "消防支队 (主责): 已签哨", "en": "Rescue (lead): acknowledged"}[
            language
        ] in text
        assert {"zh": "2026-09-28 08:30 超时", "en": "2026-09-28 08:30 MISSED"}[language] in text
        assert {"zh": "剩 24 小时", "en": "24 h left"}[language] in text


class WhenTheQueueIsMerged:
    def test_each_row_says_which_step_is_due(self) -> None:
        case = {
            "case_no": CASE,
            "unit": STREET,
            "stage": "dispatched",
            "sign_due": MONDAY,
            "handle_due": TUESDAY,
            "next_due": MONDAY,
            "sign_missed": True,
            "handle_missed": False,
            "round": 1,
            "street": STREET,
            "matter": "200717",
            "open_whistle": None,
        }
        task = {
            "operation_no": WHISTLE,
            "case_no": CASE,
            "unit": STREET,
            "status": "acknowledged",
            "acknowledge_due_at": None,
            "report_due_at": TUESDAY,
            "next_due_at": TUESDAY,
            "acknowledgement_missed": False,
            "report_missed": False,
            "round": 1,
            "street": STREET,
        }
        found = queue_of(STREET, [case], [task])
        assert [(row["next_step"], row["lamp"]) for row in found["items"]] == [
            ("sign", "red"),
            ("report", "green"),
        ]
        assert found["totals"] == {"cases": 1, "tasks": 1, "late": 1}
        given = queue_of(STREET, [{**case, "lamp": "yellow", "next_step": "contact"}], [])
        assert [(row["next_step"], row["lamp"]) for row in given["items"]] == [
            ("contact", "yellow")
        ]


class WhenAHistoryIsAskedFor:
    def test_all_that_belongs_to_a_case_is_in_one_order_of_time(self) -> None:
        def told(*moments: str) -> dict[str, Any]:
            by = {"person": "o-1", "unit": STREET, "role": "officer"}
            return {"items": [{"recorded_at": at, "zh": at, "en": at, "by": by} for at in moments]}

        nobody = {"recorded_at": "2", "zh": "", "en": "", "by": None}
        callbacks = {"items": [{"callback_no": f"{CASE}-R1"}], "total": 1, "next": None}
        answers = {
            f"/dispatch/v1/cases/{CASE}": FOUND,
            f"/dispatch/v1/cases/{CASE}/history": told("1", "5"),
            f"/intake/v1/appeals/{CASE}/history": told("0"),
            f"/dispatch/v1/whistles/{WHISTLE}/history": {"items": [nobody]},
            f"/enforcement/v1/operations/{WHISTLE}/history": told("3"),
            "/feedback/v1/callbacks": callbacks,
            f"/feedback/v1/callbacks/{CASE}-R1/history": told("4"),
        }
        found = merged(histories(client(answers), CASE))
        assert [row["recorded_at"] for row in found] == list("012345")
        assert [(row["unit"], row["person"]) for row in found[1:3]] == [(STREET, "o-1"), ("", "")]


class WhenAMomentIsSaid:
    def test_it_is_as_near_as_it_can_be(self, language: str) -> None:
        assert short("2026-09-28T02:19:00.000000Z", NOW) == "10:19"
        assert short(TUESDAY, NOW) == "09-29 08:30"
        assert short("2027-01-01T00:00:00.000000Z", NOW) == "2027-01-01 08:00"
        assert local(None) == due("x", None, NOW) == ""
        assert said("a", "b") == {"zh": "b", "en": "a"}[language]

    @pytest.mark.parametrize(
        ("at", "zh", "en"),
        [
            ("2026-09-28T00:45:00.000000Z", "剩 15 分钟", "15 min left"),
            ("2026-09-28T02:30:00.000000Z", "剩 2 小时", "2 h left"),
            ("2026-10-10T00:30:00.000000Z", "剩 12 天", "12 d left"),
            ("2026-09-27T23:30:00.000000Z", "超 1 小时", "1 h late"),
        ],
    )
    def test_what_is_left_or_late(self, language: str, at: str, zh: str, en: str) -> None:
        assert left(at, NOW) == (zh if language == "zh" else en)

    def test_a_milestone_keeps_its_stage_and_loses_its_unit(self, language: str) -> None:
        assert milestone("stage.stop") == said("stage stop", "阶段 stop")
        assert milestone("report/fire-rescue") == said("report in", "报到")
        assert language in {"zh", "en"}
