"""Sending to a server that sometimes fails: the same command is sent until it is answered."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from whistle.exits import Exit
from whistle.failure import Failure
from whistle.importing.requests import Request
from whistle.importing.sending import Batch, Result, Target, send_all

Answer = Callable[[], web.StreamResponse]


def created(**headers: str) -> Answer:
    return lambda: web.json_response({}, status=201, headers=headers)


def problem(status: int, code: str) -> Answer:
    return lambda: web.json_response({"code": code, "detail": "Say why."}, status=status)


@dataclass
class ScriptedServer:
    """A server that gives its answers in order, and then repeats the last."""

    answers: list[Answer]
    keys: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.keys.append(request.headers["Idempotency-Key"])
        self.bodies.append(await request.read())
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        return answer()

    def hang_up(self) -> web.StreamResponse:
        """Close the connection without an answer."""
        raise asyncio.CancelledError


def requests(*numbers: str) -> list[Request]:
    return [
        Request(line, number, f"key-{line}", number.encode())
        for line, number in enumerate(numbers, 2)
    ]


def send(server: ScriptedServer, sent: Sequence[Request], patience_s: float = 30) -> list[Result]:
    """Send to a server of this process; give the results in the order in which they came."""
    results: list[Result] = []

    async def all_of_it(url: str) -> None:
        await send_all(Target(url, "token", patience_s), Batch(iter(sent), results.append))

    asyncio.run(_with(server, all_of_it))
    return results


async def _with(server: ScriptedServer, act: Callable[[str], Awaitable[None]]) -> None:
    application = web.Application()
    application.router.add_post("/appeals", server.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        await act(f"http://{host}:{port}/appeals")
    finally:
        await runner.cleanup()


class WhenTheServerAnswers:
    @pytest.mark.parametrize(
        ("headers", "kind"),
        [
            ({}, "filed"),
            ({"Idempotency-Replayed": "true"}, "already_there"),
            ({"Whistle-Already-There": "true"}, "already_there"),
            ({"Whistle-Already-There": "false"}, "filed"),
        ],
    )
    def test_its_headers_tell_whether_it_was_stored_already(
        self, headers: dict[str, str], kind: str
    ) -> None:
        (result,) = send(ScriptedServer([created(**headers)]), requests("A-1"))
        assert result.kind == kind

    @pytest.mark.parametrize(("said", "expected"), [("true", True), ("false", False)])
    def test_they_tell_that_a_phone_is_kept_as_text(self, said: str, *, expected: bool) -> None:
        server = ScriptedServer([created(**{"Whistle-Phone-Unreadable": said})])
        (result,) = send(server, requests("A-1"))
        assert (result.kind, result.is_phone_unreadable) == ("filed", expected)

    @pytest.mark.parametrize("status", [400, 409, 413, 422])
    def test_a_refusal_of_the_row_is_passed_on(self, status: int) -> None:
        (result,) = send(ScriptedServer([problem(status, "some_code")]), requests("A-1"))
        assert (result.kind, result.code, result.reason) == ("rejected", "some_code", "Say why.")

    @pytest.mark.parametrize(("status", "code"), [(401, 4), (403, 4), (404, 5), (302, 7)])
    def test_a_refusal_of_every_row_ends_the_import(self, status: int, code: int) -> None:
        server = ScriptedServer([problem(status, "some_code")])
        with pytest.raises(Failure) as failed:
            send(server, requests(*(f"A-{number}" for number in range(50))))
        assert failed.value.code == code
        assert len(server.keys) <= 16


class WhenTheServerFails:
    def test_the_same_command_is_sent_again(self) -> None:
        server = ScriptedServer([])
        server.answers = [problem(503, "busy"), server.hang_up, problem(500, "fault"), created()]
        (result,) = send(server, requests("A-1"))
        assert result.kind == "filed"
        assert server.keys == ["key-2"] * 4
        assert set(server.bodies) == {b"A-1"}

    def test_a_row_that_a_lost_attempt_may_have_stored_is_unsure(self) -> None:
        server = ScriptedServer([])
        server.answers = [server.hang_up, created(**{"Idempotency-Replayed": "true"})]
        (result,) = send(server, requests("A-1"))
        assert result.kind == "unsure"

    def test_patience_has_an_end(self) -> None:
        with pytest.raises(Failure) as failed:
            send(ScriptedServer([problem(503, "busy")]), requests("A-1"), patience_s=0)
        assert failed.value.code is Exit.UNAVAILABLE
        assert "busy" in failed.value.what

    def test_a_server_that_is_not_there_is_unavailable(self) -> None:
        target = Target("http://127.0.0.1:1/appeals", "token", patience_s=0)
        with pytest.raises(Failure) as failed:
            asyncio.run(send_all(target, Batch(iter(requests("A-1")), list[Result]().append)))
        assert failed.value.code is Exit.UNAVAILABLE


class WhenTwoRowsHaveOneNumber:
    def test_the_first_in_the_file_is_sent_first(self) -> None:
        server = ScriptedServer([])
        server.answers = [problem(503, "busy"), created()]
        results = send(server, requests("A-1", "A-1", "A-1"))
        assert [result.request.line for result in results] == [2, 3, 4]
        assert server.keys == ["key-2", "key-2", "key-3", "key-4"]

    def test_others_do_not_wait_for_them(self) -> None:
        sent = requests(*(f"A-{number % 40}" for number in range(200)))
        results = send(ScriptedServer([created()]), sent)
        assert sorted(result.request.line for result in results) == list(range(2, 202))
