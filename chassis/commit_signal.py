"""Wakes those who wait for something new in a log."""

import threading

__all__ = ["CommitSignal"]


class CommitSignal:
    """Given after every commit that appended, so that readers of the log need not poll."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    @property
    def count(self) -> int:
        """How often it was given."""
        return self._count

    def notify(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, since: int, timeout_s: float) -> int:
        """Wait until it was given more than `since` times, or the time is over."""
        with self._condition:
            self._condition.wait_for(lambda: self._count > since, timeout_s)
            return self._count
