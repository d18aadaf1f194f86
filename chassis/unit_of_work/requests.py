"""What the writer executes: commands, dry runs of them, events of other services, and tasks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from chassis.inbox.inbound_event import InboundEvent
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.work import Origin

__all__ = ["CommandRequest", "DryRun", "ExclusiveTask", "Request"]


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """One command, the same one whenever its id comes again."""

    origin: Origin
    run: Callable[[Session], object]
    """Decides; what it returns is the value of the outcome."""
    digest: bytes | None = None
    """Keyed digest of the request; None for what is deduplicated by other means."""
    expected: tuple[str, int] | None = None
    """(stream, version) of If-Match."""
    streams: tuple[str, ...] = ()
    """Streams it will surely read: loaded for a whole batch at once."""


@dataclass(frozen=True, slots=True)
class ExclusiveTask:
    """Something the chassis does in a transaction of its own, between batches: no command."""

    run: Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class DryRun:
    """Commands that one person could give now, each decided by itself and undone again.

    It stands between batches, in a transaction that is rolled back: no command waits for another
    attempt because of it.
    """

    origin: Origin
    runs: Iterable[Callable[[Session], object]]
    """Each begins where the log stands; one may find out what those behind it are."""


Request = CommandRequest | InboundEvent | ExclusiveTask | DryRun
