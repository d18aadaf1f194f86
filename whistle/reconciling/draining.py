"""Waits until every service has processed all events and no new ones come.

Services are asked one after the other, so one look proves nothing. Two looks in a row must show the
same heads and no service behind: then all events were processed in between.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.services import SERVICES
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["Look", "heads", "look", "under_way", "wait_until_drained"]

_PAUSE_S = 0.1
_SETTLE_S = 1.0
"""How long held events must stay the same: an event that can be released is within that time."""


@dataclass(frozen=True, slots=True)
class Look:
    """The status of one service at one moment."""

    service: str
    head: int
    behind: Mapping[str, int]
    """Events still to come, per source; -1 when it cannot be reached."""
    held: Mapping[str, int]
    fault: str
    next_due: str | None = None


def wait_until_drained(client: "Client", until_s: float) -> dict[str, int]:
    """Wait; give the heads at which all events are processed.

    `until_s` is on the monotonic clock. Raises: Failure (exit 7) when that does not happen by then.
    """
    before, same_since = look(client), time.monotonic()
    while True:
        time.sleep(_PAUSE_S)
        now = look(client)
        if heads(now) != heads(before) or _held(now) != _held(before):
            same_since = time.monotonic()
        waits = _SETTLE_S if any(_held(now).values()) else 0.0
        obstacles = under_way(before, now)
        if not obstacles and time.monotonic() - same_since >= waits:
            return heads(now)
        if time.monotonic() > until_s:
            raise _not_drained(obstacles)
        before = now


def look(client: "Client") -> list[Look]:
    """Read the status of every service. Raises: Failure."""
    found = []
    for service in SERVICES:
        status = client.get(f"/{service}/v1/status")
        found.append(
            Look(
                service,
                status["head"],
                status["behind"],
                status["held"],
                status.get("fault", ""),
                status.get("next_due"),
            )
        )
    return found


def heads(looks: Sequence[Look]) -> dict[str, int]:
    """Give the last position of every log."""
    return {one.service: one.head for one in looks}


def under_way(before: Sequence[Look], now: Sequence[Look]) -> list[str]:
    """Name what two looks in a row show of events under way; empty when all are processed."""
    found = [
        f"{one.service} has grown from {earlier.head} to {one.head}"
        for earlier, one in zip(before, now, strict=True)
        if earlier.head != one.head
    ]
    for one in now:
        if one.fault:
            found.append(f"{one.service} cannot follow: {one.fault}")
        for source, count in sorted(one.behind.items()):
            if count:
                missing = "an unknown number of" if count < 0 else str(count)
                found.append(f"{one.service} has yet to process {missing} events of {source}")
    return found


def _held(looks: Sequence[Look]) -> dict[str, int]:
    return {one.service: sum(one.held.values()) for one in looks}


def _not_drained(obstacles: Sequence[str]) -> Failure:
    return Failure(
        "the feeds are not drained",
        "; ".join(obstacles or ["held events keep changing"]) + ".",
        "wait longer with --timeout, or look at `whistle parked list` and the server's log",
        Exit.UNAVAILABLE,
    )
