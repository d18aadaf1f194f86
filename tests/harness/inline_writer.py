"""A writer without a thread: what is submitted is executed at once, as one batch."""

from collections.abc import Sequence
from concurrent.futures import Future

from chassis.commit_signal import CommitSignal
from chassis.unit_of_work.outcomes import Outcome
from chassis.unit_of_work.requests import Request
from chassis.unit_of_work.writer import Handler, Writer

__all__ = ["InlineWriter"]


class InlineWriter(Writer):
    """Executes in the thread of the caller."""

    def __init__(self, name: str, handler: Handler, commit_signal: CommitSignal) -> None:
        super().__init__(name, handler, commit_signal)
        self._unit_of_work = handler

    def submit(self, requests: Sequence[Request]) -> list[Future[Outcome]]:
        """Execute now."""
        futures: list[Future[Outcome]] = []
        for outcome in self._unit_of_work.handle(requests) if requests else []:
            future: Future[Outcome] = Future()
            future.set_result(outcome)
            futures.append(future)
        return futures
