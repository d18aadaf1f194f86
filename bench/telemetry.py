"""Whole lives with telemetry on, against the same without: two servers, in turns.

What is exported goes over HTTP to a collector that only says yes.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.lifecycles import live
from bench.report import Result, plain, ratio
from bench.serving import Server, serving

__all__ = ["measure"]

_LIVES = 300
_WARM_UP = 50
_AT_ONCE = 32


class _Collector(ThreadingHTTPServer):
    """Takes spans and drops them."""

    daemon_threads = True
    byte_count = 0


class _Yes(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Read all and say yes."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if isinstance(self.server, _Collector):
            self.server.byte_count += len(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def measure(runs: int) -> list[Result]:
    """Warm both up, then take turns."""
    on, off = [], []
    with _collecting() as collector:
        endpoint = f"http://127.0.0.1:{collector.server_address[1]}"
        with (
            serving("city", env={"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}) as traced,
            serving("city", env={"OTEL_SDK_DISABLED": "true"}) as silent,
        ):
            for server in (traced, silent):
                asyncio.run(live(server, _WARM_UP, _AT_ONCE, "warm"))
            for run in range(runs):
                on.append(_rate(traced, run))
                off.append(_rate(silent, run))
        assert collector.byte_count, "no span was sent"
        exported = collector.byte_count / (_LIVES * runs + _WARM_UP)
    return [
        ratio("telemetry on", "lives/s", "the same, telemetry off", on, off),
        plain("telemetry on, exported", "bytes/life", [exported]),
    ]


def _rate(server: Server, run: int) -> float:
    began = time.perf_counter()
    asyncio.run(live(server, _LIVES, _AT_ONCE, f"run{run}"))
    return _LIVES / (time.perf_counter() - began)


@contextmanager
def _collecting() -> Iterator[_Collector]:
    with _Collector(("127.0.0.1", 0), _Yes) as collector:
        thread = threading.Thread(target=collector.serve_forever, daemon=True)
        thread.start()
        try:
            yield collector
        finally:
            collector.shutdown()
            thread.join()
