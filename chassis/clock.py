"""Where the time comes from: the system's clock, or a demo clock that only `advance` moves.

The demo clock is persisted and monotone, so that a demonstration that was killed and started
again goes on in the same time.
"""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from chassis.private_files import write_fresh
from contracts.instant import format_instant, parse_instant

__all__ = ["DEMO_START", "Clock", "DemoClock", "SystemClock"]

DEMO_START = datetime(2026, 9, 28, 0, 30, tzinfo=UTC)
"""A Monday morning before a long holiday with make-up days: the calendar has something to do."""


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


class DemoClock:
    """A clock in a file. Moves forward only, and only by `advance`.

    Several processes may read one file; one alone moves it.
    """

    def __init__(self, path: Path, start: datetime = DEMO_START) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._read_at = (0, 0)
        self._moment = start
        if not path.exists():
            self._write(start)

    def now(self) -> datetime:
        """Give the moment the clock was last moved to, by whichever process."""
        found = self._path.stat()
        read_at = (found.st_ino, found.st_mtime_ns)
        if read_at != self._read_at:
            self._moment = parse_instant(self._path.read_text(encoding="ascii"))
            self._read_at = read_at
        return self._moment

    def advance(self, to: datetime) -> datetime:
        """Move to `to` if that is later, durably before anybody sees it; give the new moment."""
        with self._lock:
            if to > self.now():
                self._write(to)
            return self.now()

    def _write(self, moment: datetime) -> None:
        partial = self._path.with_suffix(f".partial-{os.getpid()}")
        write_fresh(partial, format_instant(moment).encode("ascii"))
        partial.replace(self._path)
