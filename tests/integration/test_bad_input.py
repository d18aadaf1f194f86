"""Every refusal is a problem document with a stable code, and writes not one byte.

Its sentence says in both languages what to do now. There are two complaints: the first was received
and has no place yet, the second is a case of the street, and signed.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from httpx import Response

from chassis.vault import Vault
from contracts.services import SERVICES
from tests.harness.four_services import FourServices, open_four_services
from tests.story import AGENT, MATTER, OPERATOR, STREET, UNITS, VISITOR

RECEIVED, CASE, NOBODY = "260928000001", "260928000002", "260928999999"
OFFICER, OTHER = f"officer.{STREET}.s-1", "officer.street-willow-brook.w-1"
LEADER = f"leader.{STREET}.s-2"
HOTLINE = "integrator.city-hotline.system"
APPEALS = "/intake/v1/appeals"
APPEAL = f"{APPEALS}/{RECEIVED}"
CASE_PATH = f"/dispatch/v1/cases/{CASE}"
HANDLED = {"claim": "resolved", "contact": "reached", "account": "办结"}
TEXT = {
    "source": "city-hotline",
    "external_no": "N-1",
    "kind": "help",
    "text": "路灯不亮",
    "anonymous": True,
}
WHISTLE = {
    "kind": "daily",
    "ground": "no_power",
    "evidence": "街道无执法权",
    "lead": UNITS[0],
    "request": "请到场",
}

ASKED_ZH = re.compile("请|改正后|需要|应为|无需")
ASKED_EN = re.compile(
    r"\b(ask|check|choose|correct|file|has to be|is needed|name|needs?|nothing to|read|retry|see"
    r"|send|set|shorten|use|in this round already)\b",
    re.IGNORECASE,
)
"""Words of a sentence that says what to do, or that there is nothing to do."""


def complaint(**other: object) -> dict[str, object]:
    return {**TEXT, **other}


@dataclass(frozen=True)
class Bad:
    """One request that must be refused, and the answer to it."""

    name: str
    actor: str
    path: str
    status: int
    code: str
    body: object = None
    raw: bytes | None = None
    """Sent instead of a body, unchanged."""
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, harness: FourServices, language: str) -> Response:
        """Send it once."""
        key = {"Idempotency-Key": f"bad/{self.name.replace(' ', '-')}"}
        headers = {"Accept-Language": language, **key, **self.headers}
        if self.raw is not None:
            headers["Content-Type"] = "application/json"
            return harness.send(
                self.method, self.actor, self.path, content=self.raw, headers=headers
            )
        if self.body is None:
            return harness.send(self.method, self.actor, self.path, headers=headers)
        return harness.send(self.method, self.actor, self.path, json=self.body, headers=headers)


ISSUE = [
    Bad("malformed JSON", AGENT, APPEALS, 400, "malformed_json", raw=b'{"text": "'),
    Bad("unknown matter", AGENT, APPEALS, 409, "matter_unknown", complaint(matter="999999")),
    Bad(
        "unknown street", AGENT, APPEALS, 409, "street_unknown", complaint(street="street-nowhere")
    ),
    Bad(
        "unknown unit",
        OFFICER,
        f"{CASE_PATH}/whistles",
        409,
        "unit_cannot_report",
        {**WHISTLE, "lead": "navy"},
    ),
    Bad(
        "filing without a place",
        AGENT,
        f"{APPEAL}/case",
        409,
        "case_place_missing",
        {"matter": MATTER},
    ),
    Bad(
        "filing without a matter",
        AGENT,
        f"{APPEAL}/case",
        409,
        "case_matter_missing",
        {"street": STREET},
    ),
    Bad(
        "filing at once without a place",
        AGENT,
        APPEALS,
        409,
        "case_place_missing",
        complaint(file=True),
    ),
    Bad("oversized text", AGENT, APPEALS, 422, "invalid_fields", complaint(text="长" * 20_001)),
    Bad("oversized body", AGENT, APPEALS, 413, "too_large", complaint(text="长" * 100_000)),
    Bad(
        "stale If-Match",
        AGENT,
        f"{APPEAL}/answer",
        412,
        "stale_version",
        {"answer": "好"},
        headers={"If-Match": '"7"'},
    ),
    Bad(
        "key reused",
        AGENT,
        f"{APPEAL}/case",
        422,
        "idempotency_key_reused",
        {"street": STREET, "matter": MATTER},
        headers={"Idempotency-Key": "receive-1"},
    ),
    Bad(
        "external number reused",
        AGENT,
        APPEALS,
        409,
        "external_no_reused",
        complaint(external_no="H-1", text="另一件事"),
    ),
    Bad(
        "a kind that is none of the five",
        AGENT,
        APPEALS,
        422,
        "invalid_fields",
        complaint(kind="other"),
    ),
    Bad(
        "no contact and not anonymous",
        AGENT,
        APPEALS,
        422,
        "contact_or_anonymous",
        complaint(anonymous=False),
    ),
    Bad(
        "anonymous with a contact",
        AGENT,
        APPEALS,
        422,
        "contact_or_anonymous",
        complaint(reporter={"phone": "19900000001"}),
    ),
    Bad(
        "answered on the spot without being a consultation",
        AGENT,
        f"{APPEAL}/answer",
        409,
        "kind_not_answered_on_spot",
        {"answer": "好"},
    ),
    Bad("no token", "", APPEALS, 401, "not_signed_in", complaint()),
    Bad("no token to read", "", CASE_PATH, 401, "not_signed_in", method="GET"),
    Bad("a token of nobody", "king.court.k-1", APPEALS, 401, "not_signed_in", complaint()),
    Bad("a role that may not", VISITOR, APPEALS, 403, "role_missing", complaint()),
    Bad(
        "signing by the wrong unit",
        OTHER,
        f"{CASE_PATH}/signature",
        403,
        "case_not_yours_to_handle",
    ),
    Bad(
        "reporting by the wrong unit",
        OTHER,
        f"{CASE_PATH}/handling",
        403,
        "case_not_yours_to_handle",
        HANDLED,
    ),
    Bad(
        "a whistle by the wrong unit",
        OTHER,
        f"{CASE_PATH}/whistles",
        403,
        "whistle_not_yours_to_propose",
        WHISTLE,
    ),
]
MORE = [
    Bad(
        "malformed JSON where no body is needed",
        OFFICER,
        f"{CASE_PATH}/signature",
        400,
        "malformed_json",
        raw=b"{",
    ),
    Bad(
        "not UTF-8", AGENT, APPEALS, 400, "malformed_json", raw='{"text": "路灯"}'.encode("gb18030")
    ),
    Bad(
        "not UTF-8 where no body is needed",
        OFFICER,
        f"{CASE_PATH}/signature",
        400,
        "malformed_json",
        raw=b'"\xff"',
    ),
    Bad("nested without end", AGENT, APPEALS, 400, "malformed_json", raw=b"[" * 100_000),
    Bad(
        "nested without end where no body is needed",
        OFFICER,
        f"{CASE_PATH}/signature",
        400,
        "malformed_json",
        raw=b"[" * 100_000,
    ),
    Bad(
        "a number without end",
        AGENT,
        APPEALS,
        400,
        "malformed_json",
        raw=b'{"text": ' + b"1" * 5_000 + b"}",
    ),
    Bad("no body", AGENT, APPEALS, 422, "invalid_fields"),
    Bad("a list for a body", AGENT, APPEALS, 422, "invalid_fields", []),
    Bad("an unknown field", AGENT, APPEALS, 422, "invalid_fields", complaint(colour="red")),
    Bad("empty text", AGENT, APPEALS, 422, "invalid_fields", complaint(text="  ")),
    Bad("a NUL", AGENT, APPEALS, 422, "invalid_fields", complaint(text="a\0b")),
    Bad(
        "half a character",
        AGENT,
        APPEALS,
        422,
        "invalid_fields",
        raw=b'{"source": "s", "external_no": "1", "kind": "help", "text": "\\ud83d"}',
    ),
    Bad(
        "half a character in a name",
        AGENT,
        APPEALS,
        422,
        "invalid_fields",
        raw=b'{"source": "s", "external_no": "1", "kind": "help", "text": "t", '
        b'"reporter": {"name": "\\ud83d"}}',
    ),
    Bad(
        "half a character in an account",
        OFFICER,
        f"{CASE_PATH}/handling",
        422,
        "invalid_fields",
        raw=b'{"claim": "resolved", "contact": "reached", "account": "\\udc00"}',
    ),
    Bad("a NUL in a channel", AGENT, APPEALS, 422, "invalid_fields", complaint(channel="a\0b")),
    Bad(
        "a NUL in a name",
        AGENT,
        APPEALS,
        422,
        "invalid_fields",
        complaint(reporter={"name": "a\0b"}),
    ),
    Bad(
        "no key",
        AGENT,
        APPEALS,
        400,
        "idempotency_key_missing",
        complaint(),
        headers={"Idempotency-Key": ""},
    ),
    Bad(
        "a key with a space",
        AGENT,
        APPEALS,
        400,
        "idempotency_key_missing",
        complaint(),
        headers={"Idempotency-Key": "a b"},
    ),
    Bad(
        "a weak If-Match",
        AGENT,
        f"{APPEAL}/answer",
        400,
        "if_match_unreadable",
        {"answer": "好"},
        headers={"If-Match": 'W/"1"'},
    ),
    Bad(
        "another's source",
        HOTLINE,
        APPEALS,
        403,
        "source_not_yours",
        complaint(source="other-hotline"),
    ),
    Bad(
        "no such appeal",
        AGENT,
        f"{APPEALS}/{NOBODY}/answer",
        404,
        "appeal_unknown",
        {"answer": "好"},
    ),
    Bad("no such case", OFFICER, f"/dispatch/v1/cases/{NOBODY}/signature", 404, "case_unknown"),
    Bad(
        "no such whistle",
        LEADER,
        f"/dispatch/v1/whistles/{NOBODY}-W1/approval",
        404,
        "whistle_unknown",
    ),
    Bad(
        "no such operation",
        OFFICER,
        f"/enforcement/v1/operations/{NOBODY}-W1/acknowledgement",
        404,
        "operation_unknown",
    ),
    Bad(
        "no such call-back",
        VISITOR,
        f"/feedback/v1/callbacks/{NOBODY}-R1/attempts",
        404,
        "callback_unknown",
    ),
    Bad(
        "no such person",
        OPERATOR,
        f"/intake/v1/subjects/{'0' * 32}/erasure-request",
        404,
        "subject_unknown",
        {"ground": "request", "reason": "a reason"},
    ),
    Bad(
        "no such number at all",
        AGENT,
        f"{APPEALS}/one/answer",
        422,
        "invalid_fields",
        {"answer": "好"},
    ),
    Bad("no such address", AGENT, "/intake/v1/nothing", 404, "not_found", {}),
    Bad("no such service", AGENT, "/nowhere/v1/appeals", 404, "not_found", {}),
    Bad("no such method", AGENT, APPEALS, 405, "method_not_allowed", method="DELETE"),
    Bad(
        "a link to no case",
        AGENT,
        f"{APPEALS}/{RECEIVED}/link",
        404,
        "appeal_unknown",
        {"case_no": NOBODY},
    ),
    Bad(
        "settled already",
        AGENT,
        f"{APPEALS}/{CASE}/answer",
        409,
        "appeal_already_settled",
        {"answer": "好"},
    ),
    Bad(
        "signed already",
        OFFICER,
        f"{CASE_PATH}/signature",
        409,
        "case_already_signed",
    ),
    Bad(
        "two leading units",
        OFFICER,
        f"{CASE_PATH}/whistles",
        409,
        "one_unit_leads",
        {**WHISTLE, "assisting": [UNITS[0]]},
    ),
    Bad(
        "a cursor of one's own",
        AGENT,
        f"{APPEALS}?after=here",
        400,
        "cursor_unreadable",
        method="GET",
    ),
    Bad(
        "a page without end", AGENT, f"{APPEALS}?limit=100000", 422, "invalid_fields", method="GET"
    ),
    Bad("a feed for anybody", AGENT, "/intake/v1/events", 403, "role_missing", method="GET"),
]
ALL = [*ISSUE, *MORE]


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FourServices]:
    with open_four_services(tmp_path_factory.mktemp("bad")) as opened:
        for number, more in ((1, {}), (2, {"street": STREET, "matter": MATTER, "file": True})):
            body = complaint(external_no=f"H-{number}", **more)
            done = opened.tell(AGENT, APPEALS, body, key=f"receive-{number}")
            assert done.status_code == 201, done.text
        opened.listen()
        assert opened.tell(OFFICER, f"{CASE_PATH}/signature", key="sign").is_success
        opened.listen()
        yield opened


def all_bytes(harness: FourServices) -> dict[str, str]:
    """Give everything that the databases hold."""
    found = {}
    for service in SERVICES:
        with closing(sqlite3.connect(harness.folder / f"{service}.db")) as connection:
            found[service] = "\n".join(connection.iterdump())
    return found


@pytest.mark.parametrize("bad", ALL, ids=lambda bad: bad.name)
def test_it_is_refused_in_both_languages_and_writes_nothing(
    harness: FourServices, bad: Bad
) -> None:
    before = all_bytes(harness)
    zh, en = bad.send(harness, "zh-CN"), bad.send(harness, "en")
    for answer in (zh, en):
        assert (answer.status_code, answer.json()["code"]) == (bad.status, bad.code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == bad.status
        assert answer.json()["type"] == f"urn:whistle:problem:{bad.code}"
    assert any("一" <= sign <= "鿿" for sign in zh.json()["detail"])
    assert not any("一" <= sign <= "鿿" for sign in en.json()["detail"])
    assert ASKED_ZH.search(zh.json()["detail"]), zh.json()["detail"]
    assert ASKED_EN.search(en.json()["detail"]), en.json()["detail"]
    assert all_bytes(harness) == before


def test_what_breaks_inside_is_a_problem_too_and_writes_nothing(
    harness: FourServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_order(*_: Any) -> str:  # noqa: ANN401  # whatever it is called with
        raise RuntimeError("the vault is out of order")

    before = all_bytes(harness)
    monkeypatch.setattr(Vault, "seal", out_of_order)
    answer = harness.tell(AGENT, APPEALS, complaint(), key="new")
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "vault" not in answer.text
    assert all_bytes(harness) == before
