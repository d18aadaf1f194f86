"""One address for all services: nginx where it is installed, otherwise a small proxy of ours.

The proxy (`python -m deploy.local.gateway PORT ROUTES`) streams answers and changes nothing. It is
for one machine, without TLS and without load balancing.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

import aiohttp
from aiohttp import web
from yarl import URL

from chassis.http.problem import problem

__all__ = ["gateway"]

_NGINX_PATH = "/usr/sbin:/usr/local/sbin:/sbin"
"""Not on every user's PATH."""
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer"}
_BODY_MAX = 1024 * 1024
_CHUNK = 64 * 1024
_PATIENCE = aiohttp.ClientTimeout(total=60, connect=5)

_UNAVAILABLE = problem(503, "busy", "Too busy; retry with the same key.")
_MISSING = problem(404, "not_found", "There is no such address; check the path.")


def gateway(port: int, routes: Mapping[str, int], run: Path) -> tuple[str, Sequence[str]]:
    """Give the gateway's name and command; `routes` are ports by the first part of a path."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path=_NGINX_PATH)
    if nginx is None:
        command = [sys.executable, "-m", "deploy.local.gateway", str(port), json.dumps(routes)]
        return "a small proxy of ours, as nginx is not installed", command
    (run / "nginx").mkdir(parents=True, exist_ok=True)
    configuration = run / "nginx.conf"
    configuration.write_text(_configured(port, routes, run), encoding="utf-8")
    command = [nginx, "-e", "stderr", "-p", str(run), "-c", str(configuration)]
    return f"nginx ({nginx})", command


def _configured(port: int, routes: Mapping[str, int], run: Path) -> str:
    upstreams = "".join(
        f"    upstream {name} {{ server 127.0.0.1:{to}; keepalive 32; }}\n"
        for name, to in routes.items()
    )
    locations = "".join(
        f"        location /{name}/ {{ proxy_pass http://{name}; }}\n" for name in routes
    )
    template = Template((Path(__file__).parent / "nginx.conf").read_text(encoding="utf-8"))
    return template.substitute(
        run=run.resolve(),
        port=port,
        upstreams=upstreams,
        locations=locations,
        # Otherwise its workers run as a user who cannot reach a private folder.
        user="user root;" if os.geteuid() == 0 else "",
        unavailable=bytes(_UNAVAILABLE.body).decode(),
        missing=bytes(_MISSING.body).decode(),
        index=json.dumps(_index(routes)),
    )


def _index(routes: Mapping[str, int]) -> dict[str, str]:
    return {name: f"/{name}/v1/openapi.json" for name in routes if name != "demo"}


class _Proxy:
    """Passes each request to the service that its path names, and streams the answer back."""

    def __init__(self, routes: Mapping[str, int]) -> None:
        self._routes = routes

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        first = request.path.split("/", 2)[1]
        if request.path == "/":
            return web.json_response(_index(self._routes))
        if first not in self._routes:
            return _problem_response(_MISSING.status_code, bytes(_MISSING.body))
        try:
            return await self._forward(request, self._routes[first])
        except (aiohttp.ClientError, TimeoutError):
            return _problem_response(_UNAVAILABLE.status_code, bytes(_UNAVAILABLE.body))

    async def _forward(self, request: web.Request, port: int) -> web.StreamResponse:
        given = {name: value for name, value in request.headers.items() if _is_end_to_end(name)}
        # Read whole, because the services require a Content-Length; bodies are small.
        body = await request.read()
        session: aiohttp.ClientSession = request.app[_SESSION]
        url = f"http://127.0.0.1:{port}{request.raw_path}"
        async with session.request(
            request.method,
            URL(url, encoded=True),
            headers=given,
            data=body or None,
            allow_redirects=False,
        ) as answer:
            response = web.StreamResponse(
                status=answer.status,
                headers={
                    name: value for name, value in answer.headers.items() if _is_end_to_end(name)
                },
            )
            await response.prepare(request)
            async for chunk in answer.content.iter_chunked(_CHUNK):
                await response.write(chunk)
            await response.write_eof()
            return response


_SESSION = web.AppKey("session", aiohttp.ClientSession)


def _is_end_to_end(name: str) -> bool:
    return name.lower() not in _HOP_BY_HOP


def _problem_response(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="application/problem+json")


async def _serve(port: int, routes: Mapping[str, int]) -> None:
    app = web.Application(client_max_size=_BODY_MAX)
    app.router.add_route("*", "/{path:.*}", _Proxy(routes).handle)
    # A compressed answer is passed on as it came.
    async with aiohttp.ClientSession(timeout=_PATIENCE, auto_decompress=False) as session:
        app[_SESSION] = session
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        await stopped.wait()
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), json.loads(sys.argv[2])))
