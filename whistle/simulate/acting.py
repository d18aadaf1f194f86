"""What the people of a simulation have in common: they act over HTTP, each act once."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from whistle.simulate.choices import Choices
from whistle.simulate.wire import Wire

__all__ = [
    "AGENT",
    "DISPATCHER",
    "OPERATOR",
    "VISITOR",
    "Row",
    "Town",
    "all_of",
    "director",
    "leader",
    "officer",
]

AGENT = "agent.hotline.seat-1"
DISPATCHER = "dispatcher.hotline.dispatcher-1"
OPERATOR = "operator.hotline.night-shift"
VISITOR = "visitor.callback-centre.visitor-1"

Row = dict[str, Any]


@dataclass
class Town:
    """The people of one run: what they know, and what they have done."""

    wire: Wire
    choices: Choices
    now: datetime
    external: dict[str, str] = field(default_factory=dict)
    """Appeal number to the caller's own number, on which the choices depend."""
    appointments: dict[str, datetime] = field(default_factory=dict)
    """When somebody has to look at a case again."""
    done: set[str] = field(default_factory=set)
    """Keys of what was done in this run; a resumed run sends a thing again, and the key keeps it
    from being done twice."""

    async def act(
        self, who: str, path: str, key: str, body: Mapping[str, Any] | None = None
    ) -> int:
        """Do something, and count it."""
        await self.wire.act(who, path, key, body)
        self.done.add(key)
        return 1

    async def once(
        self, who: str, path: str, key: str, body: Mapping[str, Any] | None = None
    ) -> int | None:
        """Do something unless it was done in this run; None if it was."""
        return None if key in self.done else await self.act(who, path, key, body)

    def key(self, no: str, act: str, round_no: int) -> str:
        """Give the key of an action, the same in a resumed run."""
        return f"simulate/{self.choices.seed}/{no}/{act}/{round_no}"


def officer(unit: str) -> str:
    """Name somebody on duty in a unit."""
    return f"officer.{unit}.{unit}-duty"


def leader(unit: str) -> str:
    """Name a leader of a unit."""
    return f"leader.{unit}.{unit}-leader"


def director(unit: str) -> str:
    """Name the director of a unit."""
    return f"director.{unit}.{unit}-director"


async def all_of(steps: Iterable[Awaitable[int]]) -> int:
    """Take steps at once; count what was done."""
    return sum(await asyncio.gather(*steps))
