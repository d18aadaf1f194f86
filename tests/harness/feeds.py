"""Feeds that are not what a log would give."""

from chassis.errors import Fault
from contracts.envelope import Recorded

__all__ = ["UnreachableFeed"]


class UnreachableFeed:
    """A log that cannot be reached."""

    def read(self, after: int, limit: int) -> list[Recorded]:
        """Fail."""
        raise Fault("no route")

    def head(self) -> int:
        """Fail."""
        raise Fault("no route")

    def close(self) -> None:
        """Do nothing."""
