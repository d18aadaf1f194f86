"""A server that comes back whenever it is killed: each is forked from a parent with all loaded.

    python -m tests.faults.forking_server ARM DATA PORT

It writes `started PID`, then what the server writes, and `ended` when the server is gone. A server
that finds the file DATA/kill-after-commit kills itself when it has next committed a command, before
it can answer. ARM `sound` runs what `whistle run --demo` runs; ARM `forgetful` is the same server
without the memory of commands done, which the test must notice.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from chassis.unit_of_work.batch import Batch
from chassis.unit_of_work.outcomes import Done, Outcome
from chassis.unit_of_work.requests import CommandRequest, Request
from chassis.unit_of_work.unit_of_work import UnitOfWork
from whistle.run import run

ENDED = "ended"
KILL_AFTER_COMMIT = "kill-after-commit"
STARTED = "started "


def kill_after_commit(asked: Path) -> None:
    """Let the unit of work kill the process between a commit and its answers, once asked to."""
    handle = UnitOfWork.handle

    def handle_or_die(self: UnitOfWork, requests: Sequence[Request]) -> list[Outcome]:
        outcomes = handle(self, requests)
        if any(isinstance(one, CommandRequest) and one.digest for one in requests):
            try:
                asked.unlink()
            except FileNotFoundError:
                return outcomes
            os.kill(os.getpid(), signal.SIGKILL)
        return outcomes

    UnitOfWork.handle = handle_or_die  # type: ignore[method-assign]  # the same, and killed


def forget() -> None:
    """Let the unit of work neither look up nor store which commands are done."""
    remember = Batch.remember

    def load_nothing(self: Batch, asked: Sequence[CommandRequest]) -> None:
        pass

    def remember_in_batch(self: Batch, request: CommandRequest, digest: bytes, done: Done) -> None:
        remember(self, request, digest, done)
        self.answered.clear()

    Batch.load_answers = load_nothing  # type: ignore[method-assign]  # the guard is taken out
    Batch.remember = remember_in_batch  # type: ignore[method-assign]  # the same


ARMS: dict[str, Callable[[], None]] = {"sound": lambda: None, "forgetful": forget}


def main(arm: str, data: str, port: str) -> None:
    """Run a server, and another one for as long as they are killed."""
    ARMS[arm]()
    kill_after_commit(Path(data) / KILL_AFTER_COMMIT)
    import_module("pydantic.v1")  # FastAPI would load it with the first route of every server
    is_killed = True
    while is_killed:
        child = os.fork()
        if child == 0:
            run(Path(data), int(port), None, demo=True)
            return
        write_line(f"{STARTED}{child}")
        _, status = os.waitpid(child, 0)
        is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        write_line(ENDED)


def write_line(line: str) -> None:
    """Write one line, at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
