"""The one address: nginx and our proxy forward the same, and refuse alike."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from deploy.local import gateway as gateways
from deploy.local.processes import Spec, end, start
from tests.servers import ROOT, free_ports, until
from tests.substrate.availability import unavailable

_GRACE_S = 10


class Echo(BaseHTTPRequestHandler):
    """Answers with the request it received."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = self.headers.get("Content-Length")
        body = self.rfile.read(int(length)).decode() if length else ""
        received = {
            "method": self.command,
            "path": self.path,
            "body": body,
            "length": length,
            "chunked": "Transfer-Encoding" in self.headers,
            "key": self.headers.get("Idempotency-Key"),
        }
        answer = json.dumps(received).encode()
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("ETag", '"3"')
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET  # noqa: N815  # a name of the base class

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def service() -> Iterator[int]:
    """The port of a service that answers with the request it received."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module", params=["nginx", "ours"])
def client(
    request: pytest.FixtureRequest, service: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of a gateway to that service, and to one that does not run."""
    folder, (port, stopped) = tmp_path_factory.mktemp("gateway"), free_ports(2)
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        if request.param == "ours":
            patch.setattr(shutil, "which", lambda *_, **__: None)
        name, command = gateways.gateway(port, {"intake": service, "dispatch": stopped}, folder)
        if request.param == "nginx" and "nginx is not installed" in name:
            unavailable("nginx is not installed (Debian and Ubuntu: nginx-light)")
        process = start(Spec(command, folder / "log", folder=ROOT, stays=False))
        stack.callback(end, process, _GRACE_S)
        url = f"http://127.0.0.1:{port}"
        opened = stack.enter_context(httpx.Client(base_url=url, trust_env=False))
        until(lambda: process.poll() is not None or answers(opened))
        assert process.poll() is None, (folder / "log").read_text()
        yield opened


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/").is_success
    except httpx.TransportError:
        return False


def received(answer: httpx.Response) -> Any:  # noqa: ANN401  # JSON
    return answer.json()


def test_a_path_arrives_as_it_was_written(client: httpx.Client) -> None:
    path = "/intake/v1/appeals/a%2Fb%20c?after=x%26y&text=%E5%90%B9"
    answer = client.get(path)
    assert (answer.status_code, received(answer)["path"]) == (200, path)
    assert answer.headers["ETag"] == '"3"'


def test_a_command_arrives_whole_with_its_length(client: httpx.Client) -> None:
    body = "吹哨" * 20_000
    headers = {"Idempotency-Key": "k-1"}
    answer = client.post("/intake/v1/appeals", content=body.encode(), headers=headers)
    assert answer.status_code == 201
    found = received(answer)
    assert (found["body"], found["length"], found["chunked"]) == (body, "120000", False)
    assert found["key"] == "k-1"


def test_a_command_without_a_body_is_one_with_an_empty_body(client: httpx.Client) -> None:
    found = received(client.post("/intake/v1/appeals"))
    assert (found["body"], found["chunked"]) == ("", False)


def test_a_service_that_does_not_run_is_busy(client: httpx.Client) -> None:
    answer = client.get("/dispatch/v1/cases")
    assert (answer.status_code, received(answer)["code"]) == (503, "busy")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_path_of_no_service_is_not_found(client: httpx.Client) -> None:
    answer = client.get("/nobody/v1/events")
    assert (answer.status_code, received(answer)["code"]) == (404, "not_found")
    assert received(client.get("/")) == {
        "intake": "/intake/v1/openapi.json",
        "dispatch": "/dispatch/v1/openapi.json",
    }
