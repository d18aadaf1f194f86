"""A simulation whose server is killed and comes back, and a record of its requests and answers.

The moments of the kills are counted in requests and answers, not in seconds, so that a slow machine
is disturbed in the same places as a quick one.
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

from tests.faults.forking_server import ENDED, KILL_AFTER_COMMIT, STARTED
from tests.servers import LISTENING, ROOT, Server, free_ports, until

__all__ = ["Kills", "RestartingServer", "Transcript", "play", "restarting_server"]

_CLOCK = "/demo/v1/clock"
_OK = 400


class RestartingServer:
    """A demonstration server on one folder and port, which is there again at once when killed."""

    def __init__(self, folder: Path, arm: str) -> None:
        port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{port}"
        self._kill_after_commit = folder / KILL_AFTER_COMMIT
        program = ("-m", "tests.faults.forking_server", arm, str(folder), str(port))
        self._parent = Server(program, url=self.url).start()
        self._parent.wait_for_line(LISTENING)

    def kill(self) -> None:
        """Kill the server, whatever it is doing, and wait until the next one listens."""
        self._kill_after_commit.unlink(missing_ok=True)
        since = len(self._parent.lines)
        with suppress(ProcessLookupError):  # it killed itself after a commit just now
            os.kill(self._pid(), signal.SIGKILL)
        self._parent.wait_for_line(LISTENING, since)

    def kill_after_commit(self) -> None:
        """Let the server be killed when it has next committed a command."""
        self._kill_after_commit.touch()

    @property
    def kill_count(self) -> int:
        """How often the server was killed so far."""
        return self._parent.lines.count(f"{ENDED}\n")

    def ready(self) -> None:
        """Wait until all services are ready."""
        self._kill_after_commit.unlink(missing_ok=True)
        self._parent.ready()

    def stop(self) -> None:
        """Let the server finish."""
        os.kill(self._pid(), signal.SIGTERM)
        self._parent.wait()

    def _pid(self) -> int:
        started = [line for line in self._parent.lines if line.startswith(STARTED)]
        return int(started[-1].removeprefix(STARTED))


@contextmanager
def restarting_server(folder: Path, arm: str = "sound") -> Iterator[RestartingServer]:
    """Run a server that comes back, until the block ends."""
    server = RestartingServer(folder, arm)
    try:
        yield server
    finally:
        server.ready()
        server.stop()


@dataclass
class Transcript:
    """What simulate reported: how many lines, which commands it sent, and their answers."""

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
        """Keys of the commands that were answered as done."""
        return {key for key, status in self.statuses.items() if status < _OK}

    @property
    def unanswered(self) -> set[str]:
        """Keys of the commands whose sender was killed, or gave up, before it had an answer."""
        return self.asked - self.statuses.keys()

    def add(self, line: dict[str, Any]) -> None:
        """Add one line."""
        self.line_count += 1
        key = line.get("key")
        if line["is"] == "over":
            self.is_over = True
        elif key is not None and line["path"] != _CLOCK:
            self.asked.add(key)
            if line["is"] == "answered":
                self.statuses[key] = line["status"]
                self.refused.update([line["code"]] if line["status"] >= _OK else [])


@dataclass(frozen=True)
class Kills:
    """When to kill: after which lines, and at which moves of the clock, counted from 1."""

    server_at: Collection[int] = ()
    """The server is killed there and then."""
    commits_at: Collection[int] = ()
    """It is killed after the next commit of commands, before it can answer any of them."""
    clock_moves: Collection[int] = ()
    """It is killed while it moves the clock."""
    simulate_at: Collection[int] = ()
    """Simulate itself is killed, and started again."""


def play(server: RestartingServer, seed: int, kills: Kills, patience_s: int) -> Transcript:
    """Let simulate play, killing on the way, until it is over or gives up by itself."""
    transcript, process = Transcript(), None
    while not transcript.is_over and (process is None or process.returncode == -signal.SIGKILL):
        with _simulation(server.url, seed, patience_s) as (process, lines):
            for line in lines:
                transcript.add(line)
                if transcript.line_count in kills.server_at or _is_kill(line, transcript, kills):
                    server.kill()
                if transcript.line_count in kills.commits_at:
                    server.kill_after_commit()
                if transcript.line_count in kills.simulate_at:
                    process.kill()
                    transcript.simulate_kill_count += 1
    transcript.server_kill_count = server.kill_count
    return transcript


def _is_kill(line: dict[str, Any], transcript: Transcript, kills: Kills) -> bool:
    """Say whether the line is a move of the clock at which the server is killed."""
    is_move = line.get("path") == _CLOCK and (line["method"], line["is"]) == ("POST", "asked")
    transcript.clock_move_count += is_move
    return is_move and transcript.clock_move_count in kills.clock_moves


@contextmanager
def _simulation(
    url: str, seed: int, patience_s: int
) -> Iterator[tuple["subprocess.Popen[str]", Iterator[dict[str, Any]]]]:
    module = "tests.faults.reporting_simulation"
    command = [sys.executable, "-m", module, url, str(seed), str(patience_s)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield process, (json.loads(line) for line in process.stdout if line.endswith("\n"))
        until(lambda: process.poll() is not None)
