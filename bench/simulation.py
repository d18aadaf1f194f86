"""The main job as `make demo` does it: import, simulate; how fast, and how much memory it takes."""

import asyncio
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.progress import Progress

from bench.report import Result, plain
from bench.serving import Server, serving
from whistle.simulate.command import play

__all__ = ["measure"]

_SAMPLE = Path(__file__).parents[1] / "whistle" / "sample"
_COPIES = 5


def measure(runs: int) -> list[Result]:
    """Import and play the shipped complaints, then five times as many."""
    imported, played, peaks = [], [], []
    for run in range(runs):
        with serving("city") as server:
            _import(server, _SAMPLE / "complaints.csv")
            _play(server, run)
            peaks.append(server.peak_mib())
        with serving("city") as server, _copies() as export:
            began = time.perf_counter()
            count = _import(server, export)
            imported.append(count / (time.perf_counter() - began))
            played.append(count / _play(server, run))
    return [
        plain("import", "rows/s", imported),
        plain("simulate", "cases/s", played),
        plain("peak memory of the server in make demo", "MiB", peaks),
    ]


def _import(server: Server, export: Path) -> int:
    whistle = Path(sys.executable).with_name("whistle")
    mapping = str(_SAMPLE / "mapping.toml")
    done = subprocess.run(
        [whistle, "import", export, "--mapping", mapping, "--server", server.url, "--json", "-q"],
        stdout=subprocess.PIPE,
        check=True,
    )
    said = json.loads(done.stdout)
    assert said["filed"] == said["read"], said
    return int(said["read"])


def _play(server: Server, seed: int) -> float:
    summary = asyncio.run(play(server.url, seed, 60, Progress(disable=True)))
    assert not summary.refused, summary
    return summary.seconds


class _copies:  # noqa: N801  # a context manager, used as a function
    """The sample several times over, under new numbers."""

    def __enter__(self) -> Path:
        self._folder = tempfile.TemporaryDirectory(prefix="whistle-bench-")
        path = Path(self._folder.name) / "copies.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(_rows())
        return path

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _rows() -> Iterator[list[str]]:
    with (_SAMPLE / "complaints.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    at = header.index("工单号")
    yield header
    for copy in range(_COPIES):
        for row in rows:
            yield [*row[:at], f"{row[at]}{copy}", *row[at + 1 :]]
