"""One address in front of the services: nginx where it is installed, else a small proxy of ours.

The proxy (`python -m deploy.local.gateway PORT ROUTES`) streams answers and changes nothing. It is
for one machine; it knows no TLS and spreads no load.
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

_NGINX_ELSEWHERE = "/usr/sbin:/usr/local/sbin:/sbin"
"""Not on every user's PATH."""
_OF_THE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer"}
_BODY_MAX = 1024 * 1024
_CHUNK = 64 * 1024
_PATIENCE = aiohttp.ClientTimeout(total=60, connect=5)

_AWAY = problem(503, "busy", "Too busy; retry with the same key.")
_MISSING = problem(404, "not_found", "There is no such address; check the path.")


def gateway(port: int, routes: Mapping[str, int], run: Path) -> tuple[str, Sequence[str]]:
    """Say what will stand in front, and how to call it; `routes` are ports by first part."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path=_NGINX_ELSEWHERE)
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
        # Its workers would else become somebody who cannot reach a private folder.
        user="user root;" if os.geteuid() == 0 else "",
        away=bytes(_AWAY.body).decode(),
        missing=bytes(_MISSING.body).decode(),
        index=json.dumps(_index(routes)),
    )


def _index(routes: Mapping[str, int]) -> dict[str, str]:
    return {name: f"/{name}/v1/openapi.json" for name in routes if name != "demo"}


class _Proxy:
    """Hands each request to the service its path names, and the answer back as it comes."""

    def __init__(self, routes: Mapping[str, int]) -> None:
        self._routes = routes

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        first = request.path.split("/", 2)[1]
        if request.path == "/":
            return web.json_response(_index(self._routes))
        if first not in self._routes:
            return _said(_MISSING.status_code, bytes(_MISSING.body))
        try:
            return await self._passed_on(request, self._routes[first])
        except (aiohttp.ClientError, TimeoutError):
            return _said(_AWAY.status_code, bytes(_AWAY.body))

    async def _passed_on(self, request: web.Request, port: int) -> web.StreamResponse:
        given = {name: value for name, value in request.headers.items() if _travels(name)}
        # Read whole, because the services want to know how long a body is; it is a small one.
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
            passed = web.StreamResponse(
                status=answer.status,
                headers={name: value for name, value in answer.headers.items() if _travels(name)},
            )
            await passed.prepare(request)
            async for chunk in answer.content.iter_chunked(_CHUNK):
                await passed.write(chunk)
            await passed.write_eof()
            return passed


_SESSION = web.AppKey("session", aiohttp.ClientSession)


def _travels(name: str) -> bool:
    return name.lower() not in _OF_THE_CONNECTION


def _said(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="application/problem+json")


async def _serve(port: int, routes: Mapping[str, int]) -> None:
    app = web.Application(client_max_size=_BODY_MAX)
    app.router.add_route("*", "/{path:.*}", _Proxy(routes).handle)
    # What a service compressed stays so: the answer is passed on as it came.
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
