"""The writer thread of a service, and group commit.

Requests that arrive while a commit is under way form the next batch, so that one sync to disk
serves them all: at 8 to 32 callers two to four times the throughput of a transaction each
(`make bench`).
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from time import monotonic
from typing import Protocol

import structlog

from chassis.commit_signal import CommitSignal
from chassis.errors import Busy
from chassis.failpoints import failpoint
from chassis.heartbeat import Heartbeat
from chassis.listeners import notify
from chassis.unit_of_work.outcomes import Done, Failed, Outcome
from chassis.unit_of_work.requests import Request

__all__ = ["BATCH_MAX", "QUEUE_MAX", "Entry", "Handler", "Writer"]

log = structlog.get_logger(__name__)

BATCH_MAX = 256
"""Requests per transaction, but for what was submitted together, which stays together: bounds how
long the first of a batch waits for the last."""

QUEUE_MAX = 10_000
"""Requests waiting: beyond it callers get Busy and try again later."""


class Handler(Protocol):
    """What executes a batch (`UnitOfWork`)."""

    def handle(self, requests: Sequence[Request]) -> list[Outcome]: ...


Entry = tuple[Request, Future[Outcome]]
"""A request, and where its outcome is awaited."""


class Writer(threading.Thread):
    """Takes requests in order of arrival and executes them in batches."""

    def __init__(
        self, name: str, handler: Handler, commit_signal: CommitSignal, batch_max: int = BATCH_MAX
    ) -> None:
        super().__init__(name=f"writer-{name}", daemon=True)
        self._handler = handler
        self.commit_signal = commit_signal
        self._batch_max = batch_max
        self.heartbeat = Heartbeat("writer", rests=True)
        self.on_batch: list[Callable[[Sequence[Request], Sequence[Outcome], float], None]] = []
        """Called with every batch: its requests, their outcomes, and the seconds it took."""
        self._queue: SimpleQueue[list[Entry] | None] = SimpleQueue()
        self._counting = threading.Lock()
        self._waiting_count = 0

    @property
    def waiting_count(self) -> int:
        """How many requests wait."""
        return self._waiting_count

    def submit(self, requests: Sequence[Request]) -> list[Future[Outcome]]:
        """Queue requests, to be executed in this order and in one batch; a future for each outcome.

        Together, because a request that fails holds up what comes behind it in its key, and that
        is seen within a batch only. Raises: Busy when too many wait; then none was taken.
        """
        with self._counting:
            if self._waiting_count + len(requests) > QUEUE_MAX:
                raise Busy(self.name)
            self._waiting_count += len(requests)
        entries: list[Entry] = [(request, Future()) for request in requests]
        self._queue.put(entries)
        return [future for _, future in entries]

    def run(self) -> None:
        """Work until stopped; what is queued by then is still done."""
        is_stopping = False
        while not is_stopping:
            batch, is_stopping = self._next_batch()
            with self._counting:
                self._waiting_count -= len(batch)
            if batch:
                self.heartbeat.begin("a batch of commands and events")
                self.execute(batch)
                self.heartbeat.beat()

    def _next_batch(self) -> tuple[list[Entry], bool]:
        """Wait for requests; give those that are queued, and whether the end was asked for."""
        batch: list[Entry] = []
        while True:
            entries = self._queue.get()
            if entries is None:
                return batch, True
            batch += entries
            if len(batch) >= self._batch_max or self._queue.empty():
                return batch, False

    def execute(self, batch: Sequence[Entry]) -> None:
        """Execute one batch in the caller's thread, and set its futures."""
        # A caller may have given up while it waited; from here on nobody can.
        kept = [entry for entry in batch if entry[1].set_running_or_notify_cancel()]
        if not kept:
            return
        requests, began_s = [request for request, _ in kept], monotonic()
        try:
            outcomes = self._handler.handle(requests)
        except Exception as error:
            log.exception("batch_failed", writer=self.name)
            outcomes = [Failed(error) for _ in kept]
        if any(isinstance(outcome, Done) and outcome.appended for outcome in outcomes):
            failpoint("after_append_before_answer")
            self.commit_signal.notify()
        notify(self.on_batch, requests, outcomes, monotonic() - began_s)
        for (_, future), outcome in zip(kept, outcomes, strict=True):
            future.set_result(outcome)

    def stop(self) -> None:
        """Finish what is queued, then end."""
        self._queue.put(None)
        self.join()
