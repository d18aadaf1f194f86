"""Where the time comes from: the system's clock, or a demo clock that only moves when told.

The demo clock is persisted and monotone, so that a demonstration that was killed and started
again goes on in the same time.
"""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from contracts.instant import format_instant, parse_instant

__all__ = ["Clock", "DemoClock", "FixedClock", "SystemClock"]


class Clock(Protocol):
    """The only source of "now" in a process."""

    def now(self) -> datetime:
        """Give the current moment, aware, in UTC."""
        ...


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        """Give the current moment."""
        return datetime.now(UTC)


class FixedClock:
    """A clock for tests: stands still until `moment` is set."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Give the set moment."""
        return self.moment


class DemoClock:
    """A clock in a file. Moves forward only, and only by `advance`."""

    def __init__(self, path: Path, start: datetime) -> None:
        self._path = path
        self._lock = threading.Lock()
        if not path.exists():
            self._write(start)
        self._moment = parse_instant(path.read_text(encoding="ascii"))

    def now(self) -> datetime:
        """Give the moment the clock was last moved to."""
        return self._moment

    def advance(self, to: datetime) -> datetime:
        """Move to `to` if that is later, durably before anybody sees it; give the new moment."""
        with self._lock:
            if to > self._moment:
                self._write(to)
                self._moment = to.astimezone(UTC)
            return self._moment

    def _write(self, moment: datetime) -> None:
        partial = self._path.with_suffix(".partial")
        with partial.open("w", encoding="ascii") as file:
            file.write(format_instant(moment))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._path)
