"""Whole lives of cases per second over HTTP, on everything in one process.

A life is: file, sign, call the caller, report what was done, call back, read back closed. What has
to be heard between services is asked for again until it is there, as a client would.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from zlib import crc32

from bench.report import Result, plain
from bench.serving import Server, serving
from bench.wire import Answer, Caller, asking, commanding
from contracts.catalogue import STREET, FileCatalogue

__all__ = ["Lives", "live", "lives_at", "measure", "play"]

_ASKED_AT_MOST = 4_000
_PAUSE_S = 0.02

_WARM_UP = 50
_LIVES = 400
_AT_ONCE = 32
_CALLED = ("intake", "dispatch", "feedback")

_AGENT = "agent.hotline.seat-1"
_VISITOR = "visitor.callback-centre.visitor-1"

_CONTACT = {"result": "reached"}
_REPORT = {"claim": "resolved", "contact": "reached", "account": "已到场处置并告知来电人。"}
_ANSWERS = {"contacted": True, "resolved": True, "satisfaction": "satisfied"}


@dataclass
class Lives:
    """The callers and officers of one run, on cases of one street and matter."""

    ports: Mapping[str, int]
    """Where each service is found; one address for all is the same port."""
    street: str
    matter: str
    unit: str
    durations_s: list[float] = field(default_factory=list)

    async def play(self, names: "asyncio.Queue[str]") -> None:
        """Live one case after the other on the same connections, until no name is left."""
        async with self._calling() as callers:
            while not names.empty():
                await self._timed(callers, names.get_nowait())

    async def play_one(self, name: str) -> None:
        """Live one case on connections of its own."""
        async with self._calling() as callers:
            await self._timed(callers, name)

    @asynccontextmanager
    async def _calling(self) -> AsyncIterator[Mapping[str, Caller]]:
        lines = {port: await Caller.dial(port) for port in set(self.ports.values())}
        try:
            yield {service: lines[port] for service, port in self.ports.items()}
        finally:
            for line in lines.values():
                line.hang_up()

    async def _timed(self, callers: Mapping[str, Caller], name: str) -> None:
        began = time.perf_counter()
        await self._live(callers, name)
        self.durations_s.append(time.perf_counter() - began)

    async def _live(self, callers: Mapping[str, Caller], name: str) -> None:
        filing = commanding("/intake/v1/appeals", _AGENT, f"{name}/file", self._complaint(name))
        filed = await self._ask(callers["intake"], filing)
        no = str(filed.json()["id"])
        officer = f"officer.{self.unit}.duty-1"
        case = f"/dispatch/v1/cases/{no}"
        caller = callers["dispatch"]
        await self._ask(caller, commanding(f"{case}/signature", officer, f"{name}/sign", {}))
        called = commanding(f"{case}/contacts", officer, f"{name}/contact", _CONTACT)
        await self._ask(caller, called)
        await self._ask(caller, commanding(f"{case}/handling", officer, f"{name}/report", _REPORT))
        call = f"/feedback/v1/callbacks/{no}-R1/completion"
        await self._ask(callers["feedback"], commanding(call, _VISITOR, f"{name}/call", _ANSWERS))
        await self._ask(caller, asking(case, officer), b'"stage":"closed"')

    async def _ask(self, caller: Caller, request: bytes, wanted: bytes = b"") -> Answer:
        for _ in range(_ASKED_AT_MOST):
            answer = await caller.ask(request)
            if answer.status < 300 and wanted in answer.body:
                return answer
            assert answer.status in {200, 404}, answer.body
            await asyncio.sleep(_PAUSE_S)
        raise TimeoutError(request[:200])

    def _complaint(self, name: str) -> dict[str, object]:
        return {
            "source": "bench",
            "external_no": name,
            "kind": "complaint",
            "title": "路灯不亮",
            "text": "小区西门到三号楼之间的路灯有五盏不亮，已经一个星期了，晚上看不清路。",
            "address": "西门到三号楼之间",
            "street": self.street,
            "matter": self.matter,
            "reporter": {"name": "许霜降", "phone": f"199{crc32(name.encode()) % 10**8:08d}"},
            "file": True,
        }


async def live(server: Server, count: int, at_once: int, tag: str) -> Lives:
    """Live `count` lives, `at_once` at a time; `tag` keeps their numbers apart from others'."""
    return await play(dict.fromkeys(_CALLED, server.port), count, at_once, tag)


async def play(ports: Mapping[str, int], count: int, at_once: int, tag: str) -> Lives:
    """Do the same wherever the services are."""
    lives = lives_at(ports)
    names: asyncio.Queue[str] = asyncio.Queue()
    for number in range(count):
        names.put_nowait(f"{tag}-{number}")
    await asyncio.gather(*(lives.play(names) for _ in range(at_once)))
    return lives


def lives_at(ports: Mapping[str, int]) -> Lives:
    """Choose the street and the matter that all cases of a run are about."""
    version = FileCatalogue().at(FileCatalogue().versions()[-1])
    matter = next(
        row
        for row in version.matters()
        if row.lead != STREET and version.unit(row.lead).kind == "department"
    )
    return Lives(ports, version.streets()[0].code, matter.code, matter.lead)


def measure(runs: int) -> list[Result]:
    """Measure whole lives, after some to warm up."""
    rates, waited, shares, server_cores = [], [], [], []
    with serving("city") as server:
        asyncio.run(live(server, _WARM_UP, _AT_ONCE, "warm"))
        for run in range(runs):
            used, own, began = server.cpu_s(), time.process_time(), time.perf_counter()
            lives = asyncio.run(live(server, _LIVES, _AT_ONCE, f"run{run}"))
            took = time.perf_counter() - began
            rates.append(_LIVES / took)
            shares.append((time.process_time() - own) / took)
            server_cores.append((server.cpu_s() - used) / took)
            waited.append(median(lives.durations_s) * 1000)
    return [
        plain("lifecycles over HTTP", "lives/s", rates),
        plain("lifecycles over HTTP, p50 of a life", "ms", waited),
        plain("lifecycles over HTTP, server", "cores", server_cores),
        plain("lifecycles over HTTP, load generator", "cores", shares),
    ]
