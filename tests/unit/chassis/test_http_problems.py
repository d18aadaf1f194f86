"""Every "no" over HTTP is a problem document with a stable code, a sentence, and no echo."""

import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from chassis.http.application import BODY_MAX
from tests.caller import Caller
from tests.house import House
from tests.lamps_api import TOKEN, lamps_app

PLANTED = "张三 13800138000"
KEY = {"Idempotency-Key": "k-1"}
LIGHT = "/lamps/v1/lamps/1/light"
HANG = "/lamps/v1/lamps"
GOOD = {"number": "1", "room": "hall"}


def as_token(token: str) -> dict[str, str]:
    return {**KEY, "Authorization": token}


async def chunks() -> AsyncIterator[bytes]:
    yield b'{"number": "1",'
    yield b'"room": "hall"}'


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


BAD: dict[str, tuple[int, str, str, str, dict[str, Any]]] = {
    "no token": (401, "not_signed_in", "POST", HANG, {"headers": as_token(""), "json": GOOD}),
    "another scheme": (
        401,
        "not_signed_in",
        "POST",
        HANG,
        {"headers": as_token("Basic demo.officer.a.b"), "json": GOOD},
    ),
    "an invented token": (
        401,
        "not_signed_in",
        "GET",
        HANG,
        {"headers": as_token(f"Bearer {PLANTED.encode().hex()}")},
    ),
    "the wrong role": (
        403,
        "role_missing",
        "POST",
        HANG,
        {"headers": as_token("Bearer demo.visitor.street-lighting.p-1"), "json": GOOD},
    ),
    "the wrong unit": (
        403,
        "wrong_unit",
        "POST",
        LIGHT,
        {"headers": as_token("Bearer demo.officer.gas-company.p-1"), "json": {"brightness": 1}},
    ),
    "no key": (400, "idempotency_key_missing", "POST", HANG, {"json": GOOD}),
    "an empty key": (
        400,
        "idempotency_key_missing",
        "POST",
        HANG,
        {"headers": {"Idempotency-Key": ""}, "json": GOOD},
    ),
    "a key with spaces": (
        400,
        "idempotency_key_missing",
        "POST",
        HANG,
        {"headers": {"Idempotency-Key": "a b"}, "json": GOOD},
    ),
    "a long key": (
        400,
        "idempotency_key_missing",
        "POST",
        HANG,
        {"headers": {"Idempotency-Key": "k" * 201}, "json": GOOD},
    ),
    "half a JSON": (400, "malformed_json", "POST", HANG, {"content": '{"number": "' + PLANTED}),
    "bytes that are no text": (
        400,
        "malformed_json",
        "POST",
        HANG,
        {"content": b'{"number": "\xff\xfe"}'},
    ),
    "a nest without end": (400, "malformed_json", "POST", HANG, {"content": nested(100_000)}),
    "half a JSON where none is asked for": (
        400,
        "malformed_json",
        "POST",
        "/lamps/v1/lamps/1/dim",
        {"content": '{"number": "' + PLANTED},
    ),
    "a list for an object": (422, "invalid_fields", "POST", HANG, {"json": [PLANTED]}),
    "no body": (422, "invalid_fields", "POST", HANG, {}),
    "a missing field": (422, "invalid_fields", "POST", HANG, {"json": {"room": PLANTED}}),
    "a field of the wrong kind": (
        422,
        "invalid_fields",
        "POST",
        HANG,
        {"json": {"number": {PLANTED: PLANTED}, "room": "hall"}},
    ),
    "a field against its pattern": (
        422,
        "invalid_fields",
        "POST",
        HANG,
        {"json": {**GOOD, "number": PLANTED}},
    ),
    "an unknown field": (
        422,
        "invalid_fields",
        "POST",
        HANG,
        {"json": {**GOOD, PLANTED: PLANTED}},
    ),
    "an unknown word": (
        422,
        "invalid_fields",
        "POST",
        LIGHT,
        {"json": {"brightness": 1, "mood": PLANTED}},
    ),
    "a moment without a zone": (
        422,
        "invalid_fields",
        "POST",
        HANG,
        {"json": {**GOOD, "since": "2026-11-23T08:00:00"}},
    ),
    "a moment before all time": (
        422,
        "invalid_fields",
        "POST",
        HANG,
        {"json": {**GOOD, "since": "0001-01-01T00:00:00+08:00"}},
    ),
    "half a letter": (
        422,
        "invalid_fields",
        "POST",
        HANG,
        {"content": '{"number": "1", "room": "\\ud83d"}'},
    ),
    "too much": (413, "too_large", "POST", HANG, {"content": b" " * (BODY_MAX + 1)}),
    "a body of unknown length": (413, "too_large", "POST", HANG, {"content": chunks}),
    "an ETag of somebody else": (
        400,
        "if_match_unreadable",
        "POST",
        LIGHT,
        {"headers": {**KEY, "If-Match": 'W/"abc"'}, "json": {"brightness": 1}},
    ),
    "any version": (
        400,
        "if_match_unreadable",
        "POST",
        LIGHT,
        {"headers": {**KEY, "If-Match": "*"}, "json": {"brightness": 1}},
    ),
    "an unknown lamp": (
        404,
        "lamp_unknown",
        "POST",
        "/lamps/v1/lamps/none/light",
        {"json": {"brightness": 1}},
    ),
    "an unknown path": (404, "not_found", "GET", f"/lamps/v1/{PLANTED}", {}),
    "another service's path": (404, "not_found", "GET", "/porters/v1/events", {}),
    "the wrong method": (405, "method_not_allowed", "DELETE", HANG, {}),
    "a cursor of somebody else": (400, "cursor_unreadable", "GET", f"{HANG}?after=%21", {}),
    "a page of thousands": (422, "invalid_fields", "GET", f"{HANG}?limit=100000", {}),
    "something that broke": (500, "fault", "POST", f"/lamps/v1/lamps/{PLANTED}/break", {}),
}


def ask(client: Caller, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
    """Send it, with a key unless the case has headers of its own or shows that one is missing."""
    options = dict(options)
    if callable(options.get("content")):
        options["content"] = options["content"]()
    return client.request(method, path, **options)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One service for all cases: none of them may leave a trace in it."""
    opened = House(tmp_path_factory.mktemp("lamps"))
    opened.given(opened.hang("1"))
    opened.service.writer.start()
    yield opened
    opened.service.writer.stop()
    opened.close()


@pytest.fixture
def hung(house: House) -> Caller:
    """A caller of the service in which lamp 1 hangs."""
    return Caller(lamps_app(house.service), {"Authorization": f"Bearer {TOKEN}"})


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", BAD)
def test_it_is_told_in_one_form(hung: Caller, house: House, case: str, language: str) -> None:
    status, code, method, path, options = BAD[case]
    headers = {"headers": KEY} if "key" not in case and "headers" not in options else {}
    options = {**options, **headers}
    hung.headers["Accept-Language"] = {"zh": "zh-CN,zh;q=0.9", "en": "en-GB"}[language]
    answer = ask(hung, method, path, options)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["type"]) == (status, f"urn:whistle:problem:{code}")
    assert told["title"] == code.replace("_", " ")
    has_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in told["detail"])
    assert has_chinese == (language == "zh")
    for part in (PLANTED, *PLANTED.split()):
        assert part not in answer.text
    assert house.log() == [("lamp-1", 1, "lamp_hung")]


def test_fields_are_named(hung: Caller) -> None:
    answer = hung.post(HANG, json={"room": ""}, headers=KEY)
    named = {(one["field"], one["problem"]) for one in answer.json()["errors"]}
    assert named == {
        ("body.number", "Field required"),
        ("body.room", "String should have at least 1 character"),
    }


def test_an_unknown_field_is_named_if_it_looks_like_a_name(hung: Caller) -> None:
    answer = hung.post(HANG, json={**GOOD, "colour": "red"}, headers=KEY)
    (error,) = answer.json()["errors"]
    assert error == {"field": "body.colour", "problem": "Extra inputs are not permitted"}


def test_who_is_not_signed_in_is_told_how(hung: Caller) -> None:
    answer = hung.get(HANG, headers={"Authorization": ""})
    assert answer.headers["www-authenticate"] == "Bearer"


def test_the_wrong_method_is_told_the_right_ones(hung: Caller) -> None:
    assert hung.request("DELETE", LIGHT).headers["allow"] == "POST"


def test_chinese_is_spoken_unless_english_is_asked_for(hung: Caller) -> None:
    for asked, expected in (("", "请"), ("fr", "请"), ("EN-us,zh", "read it again")):
        headers = {"Idempotency-Key": "s", "If-Match": '"7"', "Accept-Language": asked}
        answer = hung.post(LIGHT, json={"brightness": 1}, headers=headers)
        assert answer.status_code == 412
        assert expected in answer.json()["detail"]


@pytest.mark.parametrize(
    "values",
    [
        '["hall"]', '["hall", "1", "2"]', '{"room": "hall"}', '"hall"', "3", "null",
        '["hall", {"a": 1}]', '["hall", ["1"]]', '["hall", 100000000000000000000]',
        '["hall", NaN]', '["\\ud83d", "1"]', "[" * 300,
    ],
)  # fmt: skip
def test_a_cursor_made_by_hand_is_refused(hung: Caller, values: str) -> None:
    cursor = base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")
    answer = hung.get(f"{HANG}?after={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_unreadable")
