"""An installation on two cores: PostgreSQL and a process per service, new, and gone afterwards.

Each service has a database of its own and hears the others over HTTP; callers go to each directly,
so that nothing stands in between that is not ours.
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

from bench.servers import free_ports, postgres
from bench.wire import Caller, asking
from chassis.clock import DEMO_START, DemoClock
from deploy.local.processes import Spec, end, last_lines, start, wait_until
from whistle.seeding.filling import seed

__all__ = ["SERVICES", "Installation", "installed"]

SERVICES = ("intake", "dispatch", "enforcement", "feedback")
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
        ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        processes: dict[str, subprocess.Popen[bytes]] = {}
        for name in SERVICES:
            processes[name] = start(_spec(name, folder, urls[name], ports))
            stack.callback(end, processes[name], _GRACE_S)
        for name in SERVICES:
            _await_ready(name, folder, ports, processes)
        yield Installation(ports, {name: one.pid for name, one in processes.items()})


def _spec(name: str, folder: Path, database: str, ports: Mapping[str, int]) -> Spec:
    env = {
        "WHISTLE_DATA": str(folder),
        "WHISTLE_DATABASE": database,
        "WHISTLE_DEMO": "true",
        "WHISTLE_PEERS": json.dumps({one: f"http://127.0.0.1:{at}" for one, at in ports.items()}),
        "WHISTLE_PORT": str(ports[name]),
        "WHISTLE_TOKEN": "demo.service.system.mesh",
    }
    command = [sys.executable, "-m", f"services.{name}"]
    return Spec(command, folder / f"{name}.log", env, stays=False)


def _await_ready(
    name: str,
    folder: Path,
    ports: Mapping[str, int],
    processes: "Mapping[str, subprocess.Popen[bytes]]",
) -> None:
    with httpx.Client(trust_env=False) as client:

        def is_ready() -> bool:
            if processes[name].poll() is not None:
                return True
            try:
                url = f"http://127.0.0.1:{ports[name]}/{name}/v1/health/ready"
                return client.get(url).is_success
            except httpx.TransportError:
                return False

        if not wait_until(is_ready, _READY_S) or processes[name].poll() is not None:
            raise RuntimeError(f"{name} did not start; {last_lines(folder / f'{name}.log')}")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
