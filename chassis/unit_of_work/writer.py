"""The writer thread of a service, and group commit.

Items that arrive while a commit is under way form the next batch, so that one sync to disk serves
them all: at 8 to 32 callers two to four times the throughput of a transaction each (`make bench`).
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from time import monotonic
from typing import Protocol

import structlog

from chassis.errors import Busy
from chassis.failpoints import failpoint
from chassis.heartbeat import Heartbeat
from chassis.unit_of_work.unit_of_work import Done, Failed, Item, Outcome

__all__ = ["BATCH_MAX", "QUEUE_MAX", "CommitSignal", "Handler", "Writer"]

log = structlog.get_logger(__name__)

BATCH_MAX = 256
"""Items per transaction, but for what was submitted together, which stays together: bounds how
long the first of a batch waits for the last."""

QUEUE_MAX = 10_000
"""Items waiting: beyond it callers are told to come back rather than left hanging."""


class Handler(Protocol):
    """What executes a batch (`UnitOfWork`)."""

    def handle(self, items: Sequence[Item]) -> list[Outcome]: ...


Observer = Callable[[Sequence[Item], Sequence[Outcome], float], None]
"""Told of every batch: the items, what became of them, and the seconds it took."""


_Entry = tuple[Item, Future[Outcome]]


class CommitSignal:
    """Rung after every commit that appended, so that readers of the log need not poll."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    @property
    def count(self) -> int:
        """How often it has been rung."""
        return self._count

    def notify(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, since: int, timeout_s: float) -> int:
        """Wait until it has been rung more than `since` times, or the time is over."""
        with self._condition:
            self._condition.wait_for(lambda: self._count > since, timeout_s)
            return self._count


class Writer(threading.Thread):
    """Takes items in order of inbound and executes them in batches."""

    def __init__(
        self, name: str, handler: Handler, commit_signal: CommitSignal, batch_max: int = BATCH_MAX
    ) -> None:
        super().__init__(name=f"writer-{name}", daemon=True)
        self._handler = handler
        self._bell = commit_signal
        self._batch_max = batch_max
        self.heartbeat = Heartbeat("writer", rests=True)
        self.observer: Observer | None = None
        self._queue: SimpleQueue[list[_Entry] | None] = SimpleQueue()
        self._counting = threading.Lock()
        self._waiting_count = 0

    @property
    def waiting_count(self) -> int:
        """How many items wait."""
        return self._waiting_count

    def submit(self, items: Sequence[Item]) -> list[Future[Outcome]]:
        """Queue items, to be executed in this order and in one batch; a future for each outcome.

        Together, because what fails holds up what comes behind it in its key, and a batch is as far
        as that can be seen. Raises: Busy when too many wait already; then none was taken.
        """
        with self._counting:
            if self._waiting_count + len(items) > QUEUE_MAX:
                raise Busy(self.name)
            self._waiting_count += len(items)
        entries: list[_Entry] = [(item, Future()) for item in items]
        self._queue.put(entries)
        return [future for _, future in entries]

    def run(self) -> None:
        """CommandRequest until stopped; what is queued by then is still done."""
        stopping = False
        while not stopping:
            batch: list[_Entry] = []
            entries = self._queue.get()
            while True:
                if entries is None:
                    stopping = True
                    break
                batch += entries
                if len(batch) >= self._batch_max or self._queue.empty():
                    break
                entries = self._queue.get()
            with self._counting:
                self._waiting_count -= len(batch)
            if batch:
                self.heartbeat.begin("a batch of commands and events")
                self._execute(batch)
                self.heartbeat.beat()

    def _execute(self, batch: list[_Entry]) -> None:
        # A caller may have given up while it waited; from here on nobody can.
        kept = [entry for entry in batch if entry[1].set_running_or_notify_cancel()]
        if not kept:
            return
        items, began_s = [item for item, _ in kept], monotonic()
        try:
            outcomes = self._handler.handle(items)
        except Exception as error:
            log.exception("batch_failed", writer=self.name)
            outcomes = [Failed(error) for _ in kept]
        if any(isinstance(outcome, Done) and outcome.appended for outcome in outcomes):
            failpoint("after_append_before_answer")
            self._bell.notify()
        if self.observer is not None:
            self.observer(items, outcomes, monotonic() - began_s)
        for (_, future), outcome in zip(kept, outcomes, strict=True):
            future.set_result(outcome)

    def stop(self) -> None:
        """Finish what is queued, then end."""
        self._queue.put(None)
        self.join()
