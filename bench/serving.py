"""Starting and stopping the servers that are measured, and asking the kernel about them."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Server", "serving"]

_ADDRESS = re.compile(r"listening on http://127\.0\.0\.1:(\d+)")
_STOP_S = 30
_KIB_PER_MIB = 1024


@dataclass(frozen=True, slots=True)
class Server:
    """A server under way."""

    port: int
    pid: int
    data: Path

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_s(self) -> float:
        """Give the processor time it has used, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mib(self) -> float:
        """Give the most memory it has ever held, in MiB (VmHWM)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None, "this kernel does not tell"
        return int(found.group(1)) / _KIB_PER_MIB


@contextmanager
def serving(kind: str, *options: str, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run `bench.server` on a new folder, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="whistle-bench-") as folder:
        data = Path(folder) / "data"
        command = [sys.executable, "-m", "bench.server", kind, str(data), *options]
        if profile := os.environ.get("BENCH_PROFILE"):
            command += ["--profile", profile]
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})}
        )
        try:
            yield Server(_port(process), process.pid, data)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=_STOP_S)


def _port(process: "subprocess.Popen[str]") -> int:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := _ADDRESS.search(line):
            return int(found.group(1))
    raise RuntimeError("the server did not start:\n" + "".join(said))
