"""An HTTP proxy before a server that lets so many commands through and holds all that follow."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import httpx

__all__ = ["Gate", "holding_after"]


@dataclass(frozen=True, slots=True)
class Gate:
    """The proxy: its address, and whether it holds a command."""

    url: str
    holds: threading.Event


_PASSED_ON = ("authorization", "content-type", "idempotency-key", "accept-language")


@contextmanager
def holding_after(limit: int, server: str) -> Iterator[Gate]:
    """Give a proxy; what it holds at the end of the block is never passed on."""
    passed, is_over, holds = count(1), threading.Event(), threading.Event()

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            if next(passed) > limit:
                holds.set()
                is_over.wait()
                self.close_connection = True
            else:
                self._pass_on()

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
            answer = client.request(self.command, self.path, content=body, headers=headers)
            self.send_response(answer.status_code)
            self.send_header("content-type", answer.headers["content-type"])
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with (
        httpx.Client(base_url=server, trust_env=False, timeout=60) as client,
        ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy,
    ):
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            yield Gate(f"http://127.0.0.1:{proxy.server_port}", holds)
        finally:
            is_over.set()
            proxy.shutdown()
