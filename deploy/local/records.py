"""The processes of an installation: recorded as they start, and ended by that record.

A process is identified by its number and its start time, so that another process that has got the
same number since is never ended.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from deploy.local.processes import is_alive, wait_until

__all__ = ["Process", "Records"]

_FILE = "processes.json"
_GRACE_S = 30


@dataclass(frozen=True, slots=True)
class Process:
    """A process that was started. Those of a higher `stage` need those of a lower one."""

    name: str
    pid: int
    began: str
    stage: int
    signal: int = signal.SIGTERM
    """Asks it to end."""

    @property
    def runs(self) -> bool:
        """Say whether it still runs."""
        return is_alive(self.pid) and _began(self.pid) == self.began

    @property
    def resident_mb(self) -> int:
        """Give the memory it uses; 0 where that is not known."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return 0
        return int(status.partition("VmRSS:")[2].split()[0]) // 1_024 if "VmRSS:" in status else 0


class Records:
    """The list of an installation's processes, in a file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def read(self) -> list[Process]:
        """Give all recorded processes, in the order in which they started."""
        if not self._path.exists():
            return []
        return [Process(**one) for one in json.loads(self._path.read_text(encoding="utf-8"))]

    def add(self, name: str, pid: int, stage: int, by: int = signal.SIGTERM) -> Process:
        """Record a process."""
        process = Process(name, pid, _began(pid), stage, by)
        self._write([*self.read(), process])
        return process

    def end_all(self) -> list[str]:
        """End every process that still runs, those that need others first; give their names."""
        processes = sorted(self.read(), key=lambda one: -one.stage)
        ended: list[str] = []
        for _, stage in groupby(processes, key=lambda one: one.stage):
            ended += _end([one for one in stage if one.runs])
        self._path.unlink(missing_ok=True)
        return ended

    def _write(self, processes: Iterable[Process]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        partial.write_text(json.dumps([asdict(one) for one in processes], indent=1))
        partial.replace(self._path)


def _end(processes: list[Process]) -> list[str]:
    for one in processes:
        _send(one, one.signal)
    give_up_at = time.monotonic() + _GRACE_S
    for one in processes:
        if not wait_until(lambda one=one: not one.runs, give_up_at - time.monotonic()):  # type: ignore[misc]  # bound at once
            _send(one, signal.SIGKILL)
    return [one.name for one in processes]


def _send(process: Process, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, number)


def _began(pid: int) -> str:
    """Give the start time of a process, as exact as the system has it; empty when it has ended."""
    try:
        # The 20th field after the name of the program: proc(5), "starttime".
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        return stat.rpartition(")")[2].split()[19]
    except OSError:
        if Path("/proc/self").exists():
            return ""
    try:
        command = ["ps", "-o", "lstart=", "-p", str(pid)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
