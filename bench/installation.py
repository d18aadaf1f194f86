"""An installation on two cores: PostgreSQL, Kafka, a process per service and one per relay.

Each service has a database of its own and hears the others by Kafka, or where Kafka cannot be
started over HTTP; callers go to each directly, so that nothing stands in between that is not ours.
All of it is new, and gone afterwards.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.servers import free_ports, kafka, make_topics, postgres
from bench.wire import Caller, asking
from chassis.clock import DEMO_START, DemoClock
from contracts.services import SERVICES
from contracts.topics import TOPICS
from deploy.local.processes import NotStarted, Spec, end, last_lines, start, wait_until
from whistle.seeding.filling import seed

__all__ = ["Installation", "installed", "relaying"]

_READY_S = 60
_GRACE_S = 20
_OPERATOR = "operator.hotline.o-1"


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the services are, and what they run in."""

    ports: Mapping[str, int]
    pids: Mapping[str, int]

    def cpu_s(self) -> float:
        """Give the processor time all services have used, in seconds."""
        return sum(_cpu_s(pid) for pid in self.pids.values())

    async def is_settled(self) -> bool:
        """Say whether every service has heard all that the others said."""
        for service, port in self.ports.items():
            caller = await Caller.dial(port)
            status = (await caller.ask(asking(f"/{service}/v1/status", _OPERATOR))).json()
            caller.hang_up()
            behind = status["behind"]
            assert isinstance(behind, dict), status
            if any(behind.values()):
                return False
        return True

    async def settle(self, within_s: float) -> float:
        """Wait until it is so; give the seconds it took. Raises: TimeoutError."""
        began = time.perf_counter()
        while not await self.is_settled():
            if time.perf_counter() - began > within_s:
                raise TimeoutError("the services do not catch up with one another")
            await asyncio.sleep(0.05)
        return time.perf_counter() - began


@contextmanager
def installed(cases: int = 0) -> Iterator[Installation]:
    """Start everything, with so many cases in it already; end everything afterwards."""
    with ExitStack() as stack:
        databases = stack.enter_context(postgres({"max_connections": "150"}))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="whistle-bench-")))
        urls = {name: databases.fresh_log() for name in SERVICES}
        if cases:
            seed(urls, cases, DEMO_START, lambda _what, _count: None)
        DemoClock(folder / "clock")
        broker = stack.enter_context(_broker())
        ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        processes: dict[str, subprocess.Popen[bytes]] = {}
        for name in SERVICES:
            processes[name] = start(_spec(name, folder, urls[name], ports, broker))
            stack.callback(end, processes[name], _GRACE_S)
        for name in SERVICES:
            log, url = folder / f"{name}.log", f"http://127.0.0.1:{ports[name]}/{name}/v1"
            _await_ready(processes[name], url, log)
        pids = {name: one.pid for name, one in processes.items()}
        if broker:
            for name in SERVICES:
                relay = stack.enter_context(relaying(name, folder, urls[name], broker))
                pids[f"{name}-relay"] = relay.pid
        yield Installation(ports, pids)


@contextmanager
def relaying(
    name: str, folder: Path, database: str, broker: str
) -> "Iterator[subprocess.Popen[bytes]]":
    """Run the relay of a service in a process of its own; the topic is there already."""
    (port,) = free_ports(1)
    env = {
        "WHISTLE_DATA": str(folder),
        "WHISTLE_DATABASE": database,
        "WHISTLE_KAFKA": broker,
        "WHISTLE_PORT": str(port),
    }
    command = [sys.executable, "-m", f"services.{name}", "relay"]
    log = folder / f"{name}-relay.log"
    process = start(Spec(command, log, env, stays=False))
    try:
        _await_ready(process, f"http://127.0.0.1:{port}", log)
        yield process
    finally:
        end(process, _GRACE_S)


@contextmanager
def _broker() -> Iterator[str]:
    """Start Kafka with all topics and give its address; "" where it cannot be started."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(kafka())
        except NotStarted as error:
            print(f"without Kafka, over HTTP: {error}", file=sys.stderr)
            address = ""
        if address:
            names = [one.name for one in TOPICS.values()]
            counts = {one.partition_count for one in TOPICS.values()}
            make_topics(address, *names, partitions=max(counts))
        yield address


def _spec(name: str, folder: Path, database: str, ports: Mapping[str, int], broker: str) -> Spec:
    env = {
        "WHISTLE_KAFKA": broker,
        "WHISTLE_DATA": str(folder),
        "WHISTLE_DATABASE": database,
        "WHISTLE_DEMO": "true",
        "WHISTLE_PEERS": json.dumps({one: f"http://127.0.0.1:{at}" for one, at in ports.items()}),
        "WHISTLE_PORT": str(ports[name]),
        "WHISTLE_TOKEN": "demo.service.system.mesh",
    }
    command = [sys.executable, "-m", f"services.{name}"]
    return Spec(command, folder / f"{name}.log", env, stays=False)


def _await_ready(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    with httpx.Client(trust_env=False) as client:

        def is_ready() -> bool:
            if process.poll() is not None:
                return True
            try:
                return client.get(f"{url}/health/ready").is_success
            except httpx.TransportError:
                return False

        if not wait_until(is_ready, _READY_S) or process.poll() is not None:
            raise RuntimeError(f"a process did not start; {last_lines(log)}")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
