"""A domain so small that it costs nothing, to measure what carries it: a counter is opened, once.

Written twice, for this chassis and for `eventsourcing`, each as its documentation would have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from bench.append import ACTOR
from chassis.decider import Decider
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.work import Origin
from contracts.event import Event

__all__ = ["COUNTERS", "Counters", "opening"]

_LABEL = "小区西门到三号楼之间"


class CounterOpened(Event):
    """A counter begins."""

    wire: ClassVar[str] = "bench.counter_opened.v1"

    label: str


@dataclass(frozen=True, slots=True)
class Open:
    """Open a counter under a label."""

    label: str


def _decide(command: Open, state: str) -> Sequence[CounterOpened]:
    return [] if state else [CounterOpened(label=command.label)]


def _evolve(_state: str, event: CounterOpened) -> str:
    return event.label


COUNTER: Decider[Open, str, CounterOpened] = Decider("", _decide, _evolve)
COUNTERS = ServiceModel("counters", {"counter": COUNTER})


def opening(number: UUID) -> CommandRequest:
    """Make the command, with a digest, so that it is remembered like one over HTTP."""
    stream = f"counter-{number}"

    def run(session: Session) -> None:
        session.execute(Open(_LABEL), stream)

    origin = Origin(number, ACTOR, number, number)
    return CommandRequest(origin, run, number.bytes, streams=(stream,))


class _Counter(Aggregate):  # type: ignore[misc]  # its types are not there when this is checked
    def __init__(self, label: str) -> None:
        self.label = label


class Counters(Application):  # type: ignore[misc,type-arg,unused-ignore]  # as above
    """The other one."""

    def open(self, _number: UUID) -> Any:  # noqa: ANN401  # untyped here
        """Make a counter and save it; its id is its own."""
        return self.save(_Counter(_LABEL))
