"""A writer without a thread: what is submitted is executed at once, as one batch."""

from collections.abc import Sequence
from concurrent.futures import Future

from chassis.unit_of_work.outcomes import Outcome
from chassis.unit_of_work.requests import Request
from chassis.unit_of_work.writer import Writer

__all__ = ["InlineWriter"]


class InlineWriter(Writer):
    """Executes in the thread of the caller, as the writer's own thread would."""

    def submit(self, requests: Sequence[Request]) -> list[Future[Outcome]]:
        """Execute now."""
        futures: list[Future[Outcome]] = [Future() for _ in requests]
        self.execute(list(zip(requests, futures, strict=True)))
        return futures
