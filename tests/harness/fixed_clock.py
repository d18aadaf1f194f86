"""A clock that stands still until a test moves it."""

from datetime import datetime

__all__ = ["FixedClock"]


class FixedClock:
    """Gives `moment`."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Give the set moment."""
        return self.moment
