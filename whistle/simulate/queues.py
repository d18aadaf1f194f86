"""What is to be done just now; it is read before anybody acts, who then does one thing."""

import asyncio
from dataclasses import dataclass
from functools import cached_property

from whistle.simulate.acting import AGENT, OPERATOR, VISITOR, Row
from whistle.simulate.wire import Wire

__all__ = ["Queues", "read_queues"]


@dataclass(frozen=True)
class Queues:
    """Every queue of the city."""

    callbacks: list[Row]
    cases: list[Row]
    assists: list[Row]
    whistles: list[Row]
    tasks: list[Row]
    escalations: list[Row]

    @cached_property
    def being_called(self) -> frozenset[str]:
        """Cases whose callers are asked: what they say may begin another round."""
        return frozenset(row["case_no"] for row in self.callbacks)

    @cached_property
    def waiting_for_assists(self) -> frozenset[str]:
        """Cases whose lead has asked another unit."""
        return frozenset(row["case_no"] for row in self.assists)


async def read_queues(wire: Wire) -> Queues:
    """Read all of them at once."""
    whistles = "/dispatch/v1/whistles"
    escalations = "/dispatch/v1/escalations"
    found = await asyncio.gather(
        wire.rows(VISITOR, "/feedback/v1/callbacks", status="open"),
        wire.rows(AGENT, "/dispatch/v1/cases", status="open"),
        wire.rows(AGENT, "/dispatch/v1/assists", is_open="true"),
        wire.rows(AGENT, whistles, status="proposed"),
        wire.rows(AGENT, whistles, status="approved"),
        wire.rows(AGENT, whistles, status="blown"),
        wire.rows(AGENT, whistles, status="concluded"),
        wire.rows(OPERATOR, "/enforcement/v1/queue"),
        wire.rows(AGENT, escalations, status="open"),
        wire.rows(AGENT, escalations, status="missed"),
    )
    callbacks, cases, assists, *of_whistles, tasks, unanswered, late = found
    open_whistles = [row for rows in of_whistles for row in rows]
    return Queues(callbacks, cases, assists, open_whistles, tasks, [*unanswered, *late])
