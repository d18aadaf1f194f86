"""Every "no" over HTTP is a problem document with a stable code, a sentence, and no echo."""

import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from chassis.http.application import BODY_MAX
from tests.counters.api import OFFICER
from tests.counters.services import Counters
from tests.harness.http_client import HttpClient

PLANTED = "张三 13800138000"
KEY = {"Idempotency-Key": "k-1"}
COUNT = "/counters/v1/counters/1/count"
OPEN = "/counters/v1/counters"
GOOD = {"number": "1", "label": "hall"}


def as_token(token: str) -> dict[str, str]:
    return {**KEY, "Authorization": token}


async def chunks() -> AsyncIterator[bytes]:
    yield b'{"number": "1",'
    yield b'"label": "hall"}'


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


BAD: dict[str, tuple[int, str, str, str, dict[str, Any]]] = {
    "no token": (401, "not_signed_in", "POST", OPEN, {"headers": as_token(""), "json": GOOD}),
    "another scheme": (
        401,
        "not_signed_in",
        "POST",
        OPEN,
        {"headers": as_token("Basic demo.officer.a.b"), "json": GOOD},
    ),
    "an invented token": (
        401,
        "not_signed_in",
        "GET",
        OPEN,
        {"headers": as_token(f"Bearer {PLANTED.encode().hex()}")},
    ),
    "the wrong role": (
        403,
        "role_missing",
        "POST",
        OPEN,
        {"headers": as_token("Bearer demo.visitor.street-lighting.p-1"), "json": GOOD},
    ),
    "the wrong unit": (
        403,
        "wrong_unit",
        "POST",
        COUNT,
        {"headers": as_token("Bearer demo.officer.gas-company.p-1"), "json": {"amount": 1}},
    ),
    "no key": (400, "idempotency_key_missing", "POST", OPEN, {"json": GOOD}),
    "an empty key": (
        400,
        "idempotency_key_missing",
        "POST",
        OPEN,
        {"headers": {"Idempotency-Key": ""}, "json": GOOD},
    ),
    "a key with spaces": (
        400,
        "idempotency_key_missing",
        "POST",
        OPEN,
        {"headers": {"Idempotency-Key": "a b"}, "json": GOOD},
    ),
    "a long key": (
        400,
        "idempotency_key_missing",
        "POST",
        OPEN,
        {"headers": {"Idempotency-Key": "k" * 201}, "json": GOOD},
    ),
    "half a JSON": (400, "malformed_json", "POST", OPEN, {"content": '{"number": "' + PLANTED}),
    "bytes that are no text": (
        400,
        "malformed_json",
        "POST",
        OPEN,
        {"content": b'{"number": "\xff\xfe"}'},
    ),
    "a nest without end": (400, "malformed_json", "POST", OPEN, {"content": nested(100_000)}),
    "half a JSON where none is asked for": (
        400,
        "malformed_json",
        "POST",
        "/counters/v1/counters/1/reset",
        {"content": '{"number": "' + PLANTED},
    ),
    "a list for an object": (422, "invalid_fields", "POST", OPEN, {"json": [PLANTED]}),
    "no body": (422, "invalid_fields", "POST", OPEN, {}),
    "a missing field": (422, "invalid_fields", "POST", OPEN, {"json": {"label": PLANTED}}),
    "a field of the wrong kind": (
        422,
        "invalid_fields",
        "POST",
        OPEN,
        {"json": {"number": {PLANTED: PLANTED}, "label": "hall"}},
    ),
    "a field against its pattern": (
        422,
        "invalid_fields",
        "POST",
        OPEN,
        {"json": {**GOOD, "number": PLANTED}},
    ),
    "an unknown field": (
        422,
        "invalid_fields",
        "POST",
        OPEN,
        {"json": {**GOOD, PLANTED: PLANTED}},
    ),
    "an unknown word": (
        422,
        "invalid_fields",
        "POST",
        COUNT,
        {"json": {"amount": 1, "mood": PLANTED}},
    ),
    "a moment without a zone": (
        422,
        "invalid_fields",
        "POST",
        OPEN,
        {"json": {**GOOD, "since": "2026-11-23T08:00:00"}},
    ),
    "a moment before all time": (
        422,
        "invalid_fields",
        "POST",
        OPEN,
        {"json": {**GOOD, "since": "0001-01-01T00:00:00+08:00"}},
    ),
    "half a letter": (
        422,
        "invalid_fields",
        "POST",
        OPEN,
        {"content": '{"number": "1", "label": "\\ud83d"}'},
    ),
    "too much": (413, "too_large", "POST", OPEN, {"content": b" " * (BODY_MAX + 1)}),
    "a body of unknown length": (413, "too_large", "POST", OPEN, {"content": chunks}),
    "an ETag of somebody else": (
        400,
        "if_match_unreadable",
        "POST",
        COUNT,
        {"headers": {**KEY, "If-Match": 'W/"abc"'}, "json": {"amount": 1}},
    ),
    "any version": (
        400,
        "if_match_unreadable",
        "POST",
        COUNT,
        {"headers": {**KEY, "If-Match": "*"}, "json": {"amount": 1}},
    ),
    "an unknown counter": (
        404,
        "counter_unknown",
        "POST",
        "/counters/v1/counters/none/count",
        {"json": {"amount": 1}},
    ),
    "an unknown path": (404, "not_found", "GET", f"/counters/v1/{PLANTED}", {}),
    "another service's path": (404, "not_found", "GET", "/followers/v1/events", {}),
    "the wrong method": (405, "method_not_allowed", "DELETE", OPEN, {}),
    "a cursor of somebody else": (400, "cursor_unreadable", "GET", f"{OPEN}?after=%21", {}),
    "a page of thousands": (422, "invalid_fields", "GET", f"{OPEN}?limit=100000", {}),
    "something that broke": (500, "fault", "POST", f"/counters/v1/counters/{PLANTED}/break", {}),
}


def send(
    client: HttpClient,
    method: str,
    path: str,
    language: str = "zh",
    **options: Any,  # noqa: ANN401  # httpx's own
) -> httpx.Response:
    """Send a request of `BAD`."""
    if callable(options.get("content")):
        options["content"] = options["content"]()
    options["headers"] = {"Accept-Language": language, **options.get("headers", {})}
    return client.send(method, OFFICER, path, **options)


@pytest.fixture(scope="module")
def counters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counters]:
    """One service for all cases: none of them may leave a trace in it."""
    opened = Counters(tmp_path_factory.mktemp("counters"))
    opened.given(opened.open("1"))
    yield opened
    opened.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", BAD)
def test_it_is_told_in_one_form(
    client: HttpClient, counters: Counters, case: str, language: str
) -> None:
    status, code, method, path, options = BAD[case]
    # A key, unless the case has headers of its own or shows that one is missing.
    headers = {"headers": KEY} if "key" not in case and "headers" not in options else {}
    asked = {"zh": "zh-CN,zh;q=0.9", "en": "en-GB"}[language]
    answer = send(client, method, path, asked, **{**options, **headers})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["type"]) == (status, f"urn:whistle:problem:{code}")
    assert problem["title"] == code.replace("_", " ")
    has_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in problem["detail"])
    assert has_chinese == (language == "zh")
    for part in (PLANTED, *PLANTED.split()):
        assert part not in answer.text
    assert counters.log() == [("counter-1", 1, "counter_opened")]


@pytest.mark.parametrize(
    ("language", "missing", "short", "unknown"),
    [
        ("zh", "缺少必填项", "至少 1 个字符", "没有这个字段或参数"),
        (
            "en",
            "Field required",
            "String should have at least 1 character",
            "There is no such field or parameter",
        ),
    ],
)
def test_fields_are_named(
    client: HttpClient, language: str, missing: str, short: str, unknown: str
) -> None:
    headers = {**KEY, "Accept-Language": language}
    answer = send(client, "POST", OPEN, json={"label": "", "colour": "red"}, headers=headers)
    named = {(one["field"], one["problem"]) for one in answer.json()["errors"]}
    assert named == {
        ("body.number", missing),
        ("body.label", short),
        ("body.colour", unknown),
    }


def test_a_body_that_does_not_say_it_is_json_is_told_the_header(client: HttpClient) -> None:
    headers = {**KEY, "Accept-Language": "en", "Content-Type": "text/plain"}
    answer = send(client, "POST", OPEN, content=b'["1"]', headers=headers)
    (error,) = answer.json()["errors"]
    assert error == {"field": "body", "problem": "Send the header Content-Type: application/json"}


class WhenARequestSaysMoreThanItsRouteTakes:
    def test_a_parameter_is_refused(self, client: HttpClient) -> None:
        answer = send(client, "GET", f"{OPEN}?colour=red&limit=1")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_fields")
        assert [one["field"] for one in answer.json()["errors"]] == ["query.colour"]
        assert send(client, "GET", f"{OPEN}?limit=1").status_code == 200

    def test_who_may_not_is_told_that_first(self, client: HttpClient) -> None:
        answer = client.send("GET", "", f"{OPEN}?colour=red")
        assert answer.status_code == 401


def test_who_is_not_signed_in_is_told_how(client: HttpClient) -> None:
    answer = client.send("GET", "", OPEN)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_the_wrong_method_is_told_the_right_ones(client: HttpClient) -> None:
    assert client.send("DELETE", OFFICER, COUNT).headers["allow"] == "POST"


def test_chinese_is_spoken_unless_english_is_asked_for(client: HttpClient) -> None:
    for asked, expected in (("", "请"), ("fr", "请"), ("EN-us,zh", "read it again")):
        headers = {"Idempotency-Key": "s", "If-Match": '"7"'}
        answer = send(client, "POST", COUNT, asked, json={"amount": 1}, headers=headers)
        assert answer.status_code == 412
        assert expected in answer.json()["detail"]


@pytest.mark.parametrize(
    "values",
    [
        '["hall"]', '["hall", "1", "2"]', '{"label": "hall"}', '"hall"', "3", "null",
        '["hall", {"a": 1}]', '["hall", ["1"]]', '["hall", 100000000000000000000]',
        '["hall", NaN]', '["\\ud83d", "1"]', "[" * 300,
    ],
)  # fmt: skip
def test_a_cursor_made_by_hand_is_refused(client: HttpClient, values: str) -> None:
    cursor = base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")
    answer = client.ask(OFFICER, OPEN, after=cursor)
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_unreadable")
