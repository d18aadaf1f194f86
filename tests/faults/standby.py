"""A server that comes back whenever it is killed: its successors are forked with all loaded.

    python -m tests.faults.standby ARM DATA PORT

It says `born PID`, then what the server says, and `ended` when that is no more. A server that
finds the file DATA/doomed dies by SIGKILL when it has next committed a command, and before anybody
hears of that. ARM `sound` runs what `whistle run --demo` runs; ARM `forgetful` is the same server
without the memory of commands done, which the harness must notice.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from chassis.inbox.inbox import InboundEvent
from chassis.unit_of_work.session import CommandRequest
from chassis.unit_of_work.unit_of_work import Item, Outcome, UnitOfWork, _Batch
from whistle.run import run

DOOMED = "doomed"


def die_after_commit(doomed: Path) -> None:
    """Let the door kill the process between a commit and its answers, once it is told to."""
    handle = UnitOfWork.handle

    def handle_or_die(self: UnitOfWork, items: Sequence[Item]) -> list[Outcome]:
        outcomes = handle(self, items)
        if (
            any(isinstance(item, CommandRequest) and item.digest for item in items)
            and doomed.exists()
        ):
            doomed.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return outcomes

    UnitOfWork.handle = handle_or_die  # type: ignore[method-assign]  # the same door, watched


def forget() -> None:
    """Take the look-up of commands done out of the unit of work, and the writing of it."""
    load, flush = UnitOfWork._load, UnitOfWork._flush

    def load_without(
        self: UnitOfWork, batch: _Batch, items: Sequence[CommandRequest | InboundEvent]
    ) -> None:
        load(self, batch, items)
        batch.done.clear()

    def flush_without(self: UnitOfWork, batch: _Batch) -> None:
        batch.done_now.clear()
        flush(self, batch)

    UnitOfWork._load = load_without  # type: ignore[method-assign]  # the guard is taken out
    UnitOfWork._flush = flush_without  # type: ignore[method-assign]  # the same


ARMS: dict[str, Callable[[], None]] = {"sound": lambda: None, "forgetful": forget}


def main(arm: str, data: str, port: str) -> None:
    """Run a server, and another one for as long as they are killed."""
    ARMS[arm]()
    die_after_commit(Path(data) / DOOMED)
    import_module("pydantic.v1")  # FastAPI would load it with the first route of every server
    killed = True
    while killed:
        born = os.fork()
        if born == 0:
            run(Path(data), int(port), None, demo=True)
            return
        say(f"born {born}")
        _, status = os.waitpid(born, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        say("ended")


def say(line: str) -> None:
    """Write one line, at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
