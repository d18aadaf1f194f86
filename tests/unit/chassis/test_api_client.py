"""The client of the services' APIs: the headers of a command, and the error of each answer."""

from collections.abc import Callable

import httpx
import pytest

from chassis.http.address import Address
from chassis.http.client import (
    ApiClient,
    ApiProblem,
    ServerUnreachable,
    UnexpectedAnswer,
    read_problem,
)

Answering = Callable[[httpx.Request], httpx.Response]
SERVER = Address("http://city.example:8012")


def client(answer: Answering) -> ApiClient:
    return ApiClient(SERVER, "secret", "en", httpx.MockTransport(answer))


class WhenCommanding:
    @pytest.mark.parametrize(("version", "if_match"), [(None, None), (3, '"3"')])
    def test_its_key_and_the_version_it_was_decided_on_are_headers(
        self, version: int | None, if_match: str | None
    ) -> None:
        sent: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            sent.append(request)
            return httpx.Response(200, json={"id": "1", "version": 4})

        found = client(answer).post("/x/v1/y", {"a": 1}, "key-1", version)
        assert found == {"id": "1", "version": 4}
        assert sent[0].headers["idempotency-key"] == "key-1"
        assert sent[0].headers.get("if-match") == if_match


class WhenTheServerRefuses:
    def test_status_code_and_sentences_are_in_the_error(self) -> None:
        body = {
            "code": "invalid_fields",
            "detail": "Correct it.",
            "errors": [{"field": "body.text", "problem": "missing"}],
        }
        with pytest.raises(ApiProblem) as refused:
            client(lambda _: httpx.Response(422, json=body)).post("/x/v1/y", {}, "k")
        problem = refused.value
        assert (problem.status, problem.code, problem.detail) == (
            422,
            "invalid_fields",
            "Correct it.",
        )
        assert problem.fields == ("body.text: missing",)
        assert problem.sentence == "Correct it.; body.text: missing"

    @pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"errors": [1]}'])
    def test_an_answer_without_a_problem_document_has_its_status_alone(self, body: bytes) -> None:
        problem = read_problem(502, body)
        assert (problem.status, problem.code, problem.sentence) == (502, "", "")


class WhenItIsNotOurServer:
    def test_an_answer_that_is_no_object_is_unexpected(self) -> None:
        with pytest.raises(UnexpectedAnswer):
            client(lambda _: httpx.Response(200, content=b"[1]")).get("/x/v1/y")

    def test_no_answer_names_the_server(self) -> None:
        def answer(_request: httpx.Request) -> httpx.Response:
            raise httpx.ReadTimeout("slow")

        with pytest.raises(ServerUnreachable, match="did not answer in time") as failed:
            client(answer).get("/x/v1/y")
        assert failed.value.url == "http://city.example:8012"
