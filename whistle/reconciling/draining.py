"""Waiting until every service has heard everything that was said, and nobody says more.

Services are asked one after the other, so one look proves nothing: only when two looks in a row
show the same heads and nobody behind was everything heard in between.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from whistle.connection import SERVICES
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["Look", "heads", "in_the_way", "look", "wait_until_drained"]

_PAUSE_S = 0.1
_SETTLE_S = 1.0
"""How long held events must stay the same: one whose wait is over is released within that."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one service said of itself at one moment."""

    service: str
    head: int
    behind: Mapping[str, int]
    """Events still to come, per source; -1 when it cannot be reached."""
    held: Mapping[str, int]
    fault: str
    next_due: str | None = None


def wait_until_drained(client: "Client", until_s: float) -> dict[str, int]:
    """Wait, and give the heads at which everything has been heard.

    `until_s` is on the monotonic clock. Raises: Failure (exit 7) when it has not come by then.
    """
    before, same_since = look(client), time.monotonic()
    while True:
        time.sleep(_PAUSE_S)
        now = look(client)
        if heads(now) != heads(before) or _held(now) != _held(before):
            same_since = time.monotonic()
        waits = _SETTLE_S if any(_held(now).values()) else 0.0
        obstacles = in_the_way(before, now)
        if not obstacles and time.monotonic() - same_since >= waits:
            return heads(now)
        if time.monotonic() > until_s:
            raise _not_drained(obstacles)
        before = now


def look(client: "Client") -> list[Look]:
    """Ask every service how far it is. Raises: Failure."""
    found = []
    for service in SERVICES:
        said = client.get(f"/{service}/v1/status")
        found.append(
            Look(
                service,
                said["head"],
                said["behind"],
                said["held"],
                said.get("fault", ""),
                said.get("next_due"),
            )
        )
    return found


def heads(looks: Sequence[Look]) -> dict[str, int]:
    """Give the last position of every log."""
    return {one.service: one.head for one in looks}


def in_the_way(before: Sequence[Look], now: Sequence[Look]) -> list[str]:
    """Say what two looks in a row show of news under way; nothing when everything was heard."""
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
                found.append(f"{one.service} has yet to hear {missing} events of {source}")
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
