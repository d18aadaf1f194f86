"""A domain so small that it costs nothing, to measure what carries it: a lamp is hung, once.

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
from chassis.unit_of_work.session import CommandRequest, Session
from contracts.event import Event

__all__ = ["LAMPS", "Lamps", "hanging"]

_ROOM = "小区西门到三号楼之间"


class LampHung(Event):
    """A lamp begins. Its wire name is registered and nothing else uses it."""

    wire: ClassVar[str] = "intake.lamp_hung.v1"

    room: str


@dataclass(frozen=True, slots=True)
class Hang:
    """Hang a lamp in a room."""

    room: str


def _decide(command: Hang, state: str) -> Sequence[Event]:
    return [] if state else [LampHung(room=command.room)]


def _evolve(state: str, event: Event) -> str:
    return event.room if isinstance(event, LampHung) else state


LAMPS = ServiceModel("lamps", {"lamp": Decider("", _decide, _evolve)})


def hanging(number: UUID) -> CommandRequest:
    """Make the command, with a digest, so that it is remembered like one over HTTP."""
    stream = f"lamp-{number}"

    def run(session: Session) -> None:
        session.execute(Hang(_ROOM), stream)

    return CommandRequest(number, run, ACTOR, number, number, number.bytes, streams=(stream,))


class _Lamp(Aggregate):  # type: ignore[misc]  # its types are not there when this is checked
    def __init__(self, room: str) -> None:
        self.room = room


class Lamps(Application):  # type: ignore[misc,type-arg,unused-ignore]  # as above
    """The other one."""

    def hang(self, _number: UUID) -> Any:  # noqa: ANN401  # untyped here
        """Make a lamp and save it; its id is its own."""
        return self.save(_Lamp(_ROOM))
