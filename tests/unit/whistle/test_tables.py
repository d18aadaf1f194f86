"""Every table of a person's commands at a terminal: empty values, names, the reader's language."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import httpx
import pytest

from chassis.http.address import Address
from whistle import signing_in
from whistle.client import Client
from whistle.commands import appeals, callbacks, case, queue, views

CASE, STREET = "260928000012", "street-willow-brook"
MOMENT = "2026-09-28T00:30:00.000000Z"
SHARED = {"server": "http://city.example", "as_json": False, "quiet": True, "verbose": False}
CASE_ROW = {
    "case_no": CASE,
    "unit": STREET,
    "stage": "dispatched",
    "sign_due": MOMENT,
    "handle_due": None,
    "next_due": MOMENT,
    "sign_missed": False,
    "handle_missed": False,
    "round": 1,
    "street": STREET,
    "matter": "200717",
    "open_whistle": None,
}
APPEAL_ROW = {
    "appeal_no": CASE,
    "status": "received",
    "kind": "complaint",
    "street": None,
    "suggested_street": STREET,
    "matter": None,
    "suggested_matter": None,
    "received_at": MOMENT,
    "source": "seat",
}
CALLBACK_ROW = {
    "callback_no": f"{CASE}-R1",
    "status": "open",
    "unit": STREET,
    "round": 1,
    "attempts": 0,
    "scheduled_at": MOMENT,
}
VIEW_ROW = {"view": "cases", "state": "current", "since": "", "problem": "", "progress": []}
HAPPENED = {"recorded_at": MOMENT, "zh": "已派单", "en": "dispatched", "by": None}


def listed(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(rows), "total": len(rows), "next": None}


ANSWERS = {
    "/demo/v1/clock": {"now": MOMENT},
    "/intake/v1/catalogue": {
        "units": [{"code": STREET, "name_zh": "柳溪街道", "name_en": "Willow Brook"}],
        "streets": [],
        "matters": [{"code": "200717", "minor": "油烟扰民"}],
    },
    "/dispatch/v1/queue": listed(CASE_ROW),
    "/enforcement/v1/queue": listed(),
    "/intake/v1/titles": {"items": [{"appeal_no": CASE, "title": "[油烟]"}]},
    "/intake/v1/appeals": listed(APPEAL_ROW),
    "/feedback/v1/callbacks": listed(CALLBACK_ROW),
    "/dispatch/v1/views": listed(VIEW_ROW),
    f"/dispatch/v1/cases/{CASE}": {"appeals": [], "whistles": []},
    f"/dispatch/v1/cases/{CASE}/history": {"items": [HAPPENED]},
    f"/feedback/v1/callbacks/{CASE}-R1/history": {"items": []},
}
TABLES: dict[str, tuple[Callable[..., None], dict[str, Any], tuple[str, ...]]] = {
    "queue": (
        queue.queue,
        {"unit": STREET},
        ("● 正常", "签收 08:30 剩 0 分钟", CASE, "待签收", "油烟扰民", "[油烟]"),
    ),
    "appeals": (
        appeals.list_appeals,
        {"status": "received"},
        (CASE, "待处理", "投诉", "柳溪街道", "2026-09-28 08:30"),
    ),
    "callbacks": (
        callbacks.list_callbacks,
        {"status": "open"},
        (f"{CASE}-R1", "在办", "柳溪街道", "2026-09-28 08:30"),
    ),
    "history": (case.case_history, {"no": CASE}, ("2026-09-28 08:30", CASE, "已派单")),
    "views": (views.status, {"service": "dispatch"}, ("cases", "current")),
}


class Terminal(io.StringIO):
    """A wide screen."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _server(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=json.dumps(ANSWERS[request.url.path]))

    def connected(address: Address, token: str) -> Client:
        return Client(address, token, httpx.MockTransport(answer))

    monkeypatch.setattr(signing_in, "Client", connected)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "140")
    for name in ("WHISTLE_TOKEN", "WHISTLE_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", TABLES)
def test_a_person_reads_words_and_names(name: str) -> None:
    command, given, shown = TABLES[name]
    with redirect_stdout(Terminal()) as screen:
        command(**given, **SHARED)
    _headings, row = screen.getvalue().splitlines()
    assert all(part in row for part in shown)
    assert STREET not in row


@pytest.mark.parametrize("name", TABLES)
def test_a_program_reads_keys_and_codes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command, given, _shown = TABLES[name]
    command(**given, **SHARED)
    keys, row = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert len(keys) == len(row)
    assert all(key.isascii() for key in keys)
