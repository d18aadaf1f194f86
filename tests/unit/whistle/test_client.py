"""The client with a replaced network: what it sends, and the failure of each answer."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from chassis.http.address import Address, is_loopback
from whistle.call import Call
from whistle.client import Client
from whistle.connection import find_address
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.signing_in import sign_in

Answering = Callable[[httpx.Request], httpx.Response]
SERVER = Address("http://city.example:8012/")


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SERVER", "PEERS", "TOKEN", "TOKEN_FILE", "PORT"):
        monkeypatch.delenv(f"WHISTLE_{name}", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def client(answer: Answering, address: Address = SERVER) -> Client:
    return Client(address, "secret", httpx.MockTransport(answer))


def problem(status: int, code: str, **more: object) -> Answering:
    body = {"status": status, "code": code, "detail": "Say what to do.", **more}
    return lambda _request: httpx.Response(status, json=body)


class WhenTheServerRefuses:
    @pytest.mark.parametrize(
        ("status", "exit_code"),
        [(401, 4), (403, 4), (404, 5), (409, 5), (412, 6), (422, 5), (500, 7), (503, 7)],
    )
    def test_its_code_and_sentence_are_passed_on(self, status: int, exit_code: int) -> None:
        with pytest.raises(Failure) as refused:
            client(problem(status, "some_code")).get("/intake/v1/appeals")
        assert refused.value.code == exit_code
        assert refused.value.what == f"the server answered {status} (some_code)"
        assert refused.value.why == "Say what to do."
        assert refused.value.hint

    def test_wrong_fields_are_named(self) -> None:
        errors = [{"field": "body.text", "problem": "Field required"}]
        with pytest.raises(Failure) as refused:
            client(problem(422, "invalid_fields", errors=errors)).post("/x/v1/y", {})
        assert refused.value.why == "Say what to do.; body.text: Field required"

    def test_an_answer_without_a_problem_document_is_no_success_either(self) -> None:
        with pytest.raises(Failure) as refused:
            client(lambda _: httpx.Response(502, text="<html>bad gateway</html>")).get("/x/v1/y")
        assert refused.value.code is Exit.UNAVAILABLE
        assert "html" not in str(refused.value)


class WhenItIsNotOurServer:
    @pytest.mark.parametrize("body", [b"<html></html>", b"[1]", b'"text"', b""])
    def test_an_answer_that_is_no_object_is_not_believed(self, body: bytes) -> None:
        with pytest.raises(Failure) as failed:
            client(lambda _: httpx.Response(200, content=body)).get("/x/v1/y")
        assert failed.value.code is Exit.UNAVAILABLE

    def test_a_redirect_is_not_followed_with_the_token(self) -> None:
        moved = httpx.Response(302, headers={"Location": "http://elsewhere.example/"})
        with pytest.raises(Failure) as failed:
            client(lambda _: moved).get("/x/v1/y")
        assert failed.value.code is Exit.UNAVAILABLE

    @pytest.mark.parametrize(
        "error", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.ReadError("cut")]
    )
    def test_no_answer_is_exit_seven(self, error: httpx.HTTPError) -> None:
        def answer(_request: httpx.Request) -> httpx.Response:
            raise error

        with pytest.raises(Failure) as failed:
            client(answer).get("/x/v1/y")
        assert failed.value.code is Exit.UNAVAILABLE
        assert "whistle run" in failed.value.hint


class WhenReading:
    def test_a_list_is_read_to_its_end(self) -> None:
        pages = {None: ([1, 2], "b"), "b": ([3], "c"), "c": ([], None)}
        asked: list[dict[str, str]] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(dict(request.url.params))
            items, following = pages[request.url.params.get("after")]
            body = {"items": [{"n": n} for n in items], "total": 3, "next": following}
            return httpx.Response(200, json=body)

        found = list(client(answer).items("/x/v1/y", status="open", unit=None))
        assert found == [{"n": 1}, {"n": 2}, {"n": 3}]
        assert asked[0] == {"limit": "500", "status": "open"}
        assert [one.get("after") for one in asked] == [None, "b", "c"]

    def test_a_list_without_an_end_is_given_up(self) -> None:
        endless = {"items": [], "total": 1, "next": "same"}
        with pytest.raises(Failure) as failed:
            list(client(lambda _: httpx.Response(200, json=endless)).items("/x/v1/y"))
        assert failed.value.code is Exit.UNAVAILABLE

    def test_it_says_who_asks_and_in_which_language(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
        seen: list[httpx.Headers] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request.headers)
            return httpx.Response(200, json={})

        client(answer).get("/x/v1/y")
        assert seen[0]["authorization"] == "Bearer secret"
        assert seen[0]["accept-language"] == "zh"

    def test_every_command_has_a_key_of_its_own(self) -> None:
        keys: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            keys.append(request.headers["idempotency-key"])
            return httpx.Response(200, json=json.loads(request.content))

        with client(answer) as connected:
            assert connected.post("/x/v1/y", {"a": 1}) == {"a": 1}
            connected.post("/x/v1/y", {"a": 1})
        assert len(set(keys)) == 2

    def test_a_single_service_may_be_elsewhere(self) -> None:
        address = Address("http://city.example/", {"intake": "http://other.example:1/"})
        hosts: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            hosts.append(str(request.url))
            return httpx.Response(200, json={})

        connected = client(answer, address)
        connected.get("/intake/v1/appeals")
        connected.get("/dispatch/v1/cases")
        assert hosts == [
            "http://other.example:1/intake/v1/appeals",
            "http://city.example/dispatch/v1/cases",
        ]


class WhenFindingTheServer:
    def test_the_option_goes_before_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WHISTLE_SERVER", "http://a.example")
        monkeypatch.setenv("WHISTLE_PEERS", '{"intake": "http://b.example"}')
        assert find_address(Call()).of("/intake/v1/x") == "http://b.example"
        assert find_address(Call()).of("/dispatch/v1/x") == "http://a.example"
        assert find_address(Call("http://c.example")).of("/intake/v1/x") == "http://c.example"

    @pytest.mark.parametrize("url", ["city.example", "ftp://city.example", "http://", "nonsense"])
    def test_an_address_that_is_none_is_a_usage_error(self, url: str) -> None:
        with pytest.raises(Failure) as failed:
            find_address(Call(url))
        assert failed.value.code is Exit.USAGE

    @pytest.mark.parametrize(
        ("name", "value"), [("WHISTLE_PORT", "secret-port"), ("WHISTLE_PEERS", "{not json")]
    )
    def test_a_bad_setting_is_named_without_its_value(
        self, name: str, value: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, value)
        with pytest.raises(Failure) as failed:
            find_address(Call())
        assert failed.value.code is Exit.USAGE
        assert name in failed.value.why
        assert value not in failed.value.why

    def test_only_this_machine_is_loopback(self) -> None:
        assert is_loopback("http://127.0.0.1:8012")
        assert is_loopback("http://localhost")
        assert not is_loopback("http://127.0.0.1.example")


class WhenSigningIn:
    def test_the_token_comes_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WHISTLE_TOKEN", "from-the-environment")
        assert sign_in(Call(), SERVER, "auditor", "hotline") == "from-the-environment"

    def test_a_file_goes_before_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "token").write_text("from-the-file\n", encoding="utf-8")
        monkeypatch.setenv("WHISTLE_TOKEN", "from-the-environment")
        monkeypatch.setenv("WHISTLE_TOKEN_FILE", str(tmp_path / "token"))
        assert sign_in(Call(), SERVER, "auditor", "hotline") == "from-the-file"

    @pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", "口令".encode()])
    def test_a_file_without_a_token_is_a_usage_error(
        self, content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "token"
        if content is not None:
            path.write_bytes(content)
        monkeypatch.setenv("WHISTLE_TOKEN_FILE", str(path))
        with pytest.raises(Failure) as failed:
            sign_in(Call(), SERVER, "auditor", "hotline")
        assert failed.value.code is Exit.USAGE
