"""A service that follows others: the test drives its consumer and looks at its inbox."""

from dataclasses import dataclass

from chassis.feeds.consumer import Consumer
from chassis.store.tables import held, refusals
from chassis.unit_of_work.operator_actions import discard
from chassis.unit_of_work.session import Session
from tests.harness.service import ServiceHarness

__all__ = ["FollowerHarness"]

_ROUNDS_MAX = 200


@dataclass
class FollowerHarness(ServiceHarness):
    """A `ServiceHarness` with short words for what is read."""

    @property
    def consumer(self) -> Consumer:
        """What reads the feeds."""
        return self.service.consumer

    def drain(self) -> None:
        """Read all sources to their ends, and try what is held until nothing moves."""
        for _ in range(_ROUNDS_MAX):
            if not self.consumer.drain_once():
                return
        raise AssertionError("the feeds have no end")

    def behind(self) -> dict[str, int]:
        """Give, per source, how many events are still to come; -1 when it cannot be asked."""
        return {source: lag.behind for source, lag in self.consumer.lags().items()}

    def discard(self, held_id: int) -> None:
        """Give up one held event, as an operator does."""

        def run(session: Session) -> None:
            discard(session, held_id, "a reason")

        self.given(self.command(run))

    def held(self) -> list[tuple[int, str, str, str]]:
        """Give (id, key, kind, reason or wanted stream) of every held event."""
        return [(row[0], row[2], row[4], row[5] or row[6]) for row in self.rows(held)]

    def refused(self) -> list[tuple[str, int, str]]:
        """Give (stream, version, code) of every recorded refusal."""
        return [(row[1], row[2], row[3]) for row in self.rows(refusals)]
