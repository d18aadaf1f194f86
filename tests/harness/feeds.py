"""Feeds that are not what a log would give."""

from chassis.errors import Fault
from chassis.feeds.feed import Feed
from contracts.envelope import Recorded

__all__ = ["SwitchedFeed", "UnreachableFeed"]


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


class SwitchedFeed:
    """A feed that a test replaces by another one while a consumer reads it."""

    def __init__(self, now: Feed) -> None:
        self.now = now

    def read(self, after: int, limit: int) -> list[Recorded]:
        """Read from the one in place."""
        return self.now.read(after, limit)

    def head(self) -> int:
        """Ask the one in place."""
        return self.now.head()

    def close(self) -> None:
        """Close the one in place."""
        self.now.close()
