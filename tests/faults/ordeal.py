"""A simulation under fire: a server that is killed and comes back, and what simulate tells of it.

Moments are counted in requests and answers that simulate told of, not in seconds, so that a slow
machine is struck in the same places as a quick one.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.standby import DOOMED
from tests.servers import LISTENING, ROOT, Server, free_ports, until

__all__ = ["Blows", "Phoenix", "Tale", "play", "rising"]

_CLOCK = "/demo/v1/clock"
_ENDED = "ended\n"
_OK = 400


class Phoenix:
    """One demonstration server on one folder and port; killed, it is there again at once."""

    def __init__(self, folder: Path, arm: str) -> None:
        port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{port}"
        self._doomed = folder / DOOMED
        program = ("-m", "tests.faults.standby", arm, str(folder), str(port))
        self._nest = Server(program, url=self.url).start()
        self._nest.wait_for_line(LISTENING)

    def strike(self) -> None:
        """Kill the server, wherever it is, and wait until its successor listens."""
        self._doomed.unlink(missing_ok=True)
        since = len(self._nest.lines)
        with suppress(ProcessLookupError):  # it died of its doom just now
            os.kill(self._pid(), signal.SIGKILL)
        self._nest.wait_for_line(LISTENING, since)

    def doom(self) -> None:
        """Let the server die when it has next committed a command; a successor comes by itself."""
        self._doomed.touch()

    @property
    def deaths(self) -> int:
        """How often the server was killed so far."""
        return self._nest.lines.count(_ENDED)

    def ready(self) -> None:
        """Wait until all services do their work."""
        self._doomed.unlink(missing_ok=True)
        self._nest.ready()

    def end(self) -> None:
        """Let the server finish."""
        os.kill(self._pid(), signal.SIGTERM)
        self._nest.wait()

    def _pid(self) -> int:
        return [int(line.split()[1]) for line in self._nest.lines if line.startswith("born ")][-1]


@contextmanager
def rising(folder: Path, arm: str = "sound") -> Iterator[Phoenix]:
    """Run a server that comes back until the block ends."""
    phoenix = Phoenix(folder, arm)
    try:
        yield phoenix
    finally:
        phoenix.ready()
        phoenix.end()


@dataclass
class Tale:
    """What simulate told: how often it spoke, which commands it sent, and how each was answered."""

    line_count: int = 0
    asked: set[str] = field(default_factory=set)
    """Keys of all commands that were sent at least once."""
    statuses: dict[str, int] = field(default_factory=dict)
    """The last answer to each key."""
    refused: Counter[str] = field(default_factory=Counter)
    clock_move_count: int = 0
    server_kill_count: int = 0
    simulate_kill_count: int = 0
    is_over: bool = False

    @property
    def done(self) -> set[str]:
        """Keys of the commands that were said to be done."""
        return {key for key, status in self.statuses.items() if status < _OK}

    @property
    def unanswered(self) -> set[str]:
        """Keys of the commands whose sender was killed, or gave up, before it had an answer."""
        return self.asked - self.statuses.keys()

    def hear(self, said: dict[str, Any]) -> None:
        """Take in one line."""
        self.line_count += 1
        key = said.get("key")
        if said["is"] == "over":
            self.is_over = True
        elif key is not None and said["path"] != _CLOCK:
            self.asked.add(key)
            if said["is"] == "answered":
                self.statuses[key] = said["status"]
                self.refused.update([said["code"]] if said["status"] >= _OK else [])


@dataclass(frozen=True)
class Blows:
    """When to strike: after which lines, and at which moves of the clock, counted from 1."""

    server_at: Collection[int] = ()
    """The server is killed there and then."""
    commits_at: Collection[int] = ()
    """It is killed after the next commit of commands, before it can answer any of them."""
    clock_moves: Collection[int] = ()
    """It is killed while it moves the clock."""
    simulate_at: Collection[int] = ()
    """Simulate itself is killed, and started again."""


def play(phoenix: Phoenix, seed: int, blows: Blows, patience_s: int) -> Tale:
    """Let simulate play, striking on the way, until it is over or gives up by itself."""
    tale, process = Tale(), None
    while not tale.is_over and (process is None or process.returncode == -signal.SIGKILL):
        with _simulation(phoenix.url, seed, patience_s) as (process, lines):
            for said in lines:
                tale.hear(said)
                if tale.line_count in blows.server_at or _moves_clock(said, tale, blows):
                    phoenix.strike()
                if tale.line_count in blows.commits_at:
                    phoenix.doom()
                if tale.line_count in blows.simulate_at:
                    process.kill()
                    tale.simulate_kill_count += 1
    tale.server_kill_count = phoenix.deaths
    return tale


def _moves_clock(said: dict[str, Any], tale: Tale, blows: Blows) -> bool:
    is_move = said.get("path") == _CLOCK and (said["method"], said["is"]) == ("POST", "asked")
    tale.clock_move_count += is_move
    return is_move and tale.clock_move_count in blows.clock_moves


@contextmanager
def _simulation(
    url: str, seed: int, patience_s: int
) -> Iterator[tuple["subprocess.Popen[str]", Iterator[dict[str, Any]]]]:
    command = [sys.executable, "-m", "tests.faults.telling", url, str(seed), str(patience_s)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield process, (json.loads(line) for line in process.stdout if line.endswith("\n"))
        until(lambda: process.poll() is not None)
