"""Ways in which one command of a batch can be bad, from a plain refusal to a view that breaks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, insert
from sqlalchemy.exc import OperationalError

from chassis.errors import Fault
from chassis.unit_of_work.session import Claim, CommandRequest, Session
from contracts.envelope import Envelope
from contracts.event import Event
from tests.house import House
from tests.lamps import START, LampLit, LightLamp, Rooms, lamps_blueprint

__all__ = ["BREAKAGES", "break_with", "fussy_house"]

_BUG, _DUPLICATE, _LOCKED = 13, 14, 15


class Fussy(Rooms):
    """A view that breaks at certain brightnesses, after it has written something."""

    def project(self, connection: Connection, event: Event, envelope: Envelope) -> None:
        """Apply one event, or break."""
        super().project(connection, event, envelope)
        if not isinstance(event, LampLit):
            return
        if event.brightness == _BUG:
            raise ValueError("a bug of the view")
        if event.brightness == _DUPLICATE:
            lamp = envelope.stream.partition("-")[2]
            connection.execute(insert(self.rows).values(lamp=lamp, room="x", lit_count=0))
        if event.brightness == _LOCKED:
            raise OperationalError("locked", None, Exception())


@contextmanager
def fussy_house(folder: Path) -> Iterator[House]:
    """A house whose view can break."""
    opened = House(folder, lamps_blueprint(Fussy()))
    yield opened
    opened.close()


def _light(brightness: int) -> Callable[[House, str], CommandRequest]:
    return lambda house, lamp: house.light(lamp, brightness=brightness)


def _running(run: Callable[[Session, str], None]) -> Callable[[House, str], CommandRequest]:
    def make(house: House, lamp: str) -> CommandRequest:
        def light_then_run(session: Session) -> None:
            session.execute(LightLamp(START), f"lamp-{lamp}")
            session.claim("scope", lamp, Claim(f"lamp-{lamp}", b"d"))
            session.next_number("scope")
            session.seal("a text", f"subject-{lamp}")
            run(session, f"lamp-{lamp}")

        return house.work(light_then_run, body=b"")

    return make


def _bug(_session: Session, _stream: str) -> None:
    raise ZeroDivisionError


def _fault(_session: Session, _stream: str) -> None:
    raise Fault("a neighbour is away")


def _bad_sql(session: Session, _stream: str) -> None:
    session.connection.exec_driver_sql("SELECT nonsense FROM nowhere")


def _twice_claimed(session: Session, stream: str) -> None:
    session.claim("scope", stream.partition("-")[2], Claim(stream, b"d"))


def _refused(session: Session, stream: str) -> None:
    session.execute(LightLamp(START), stream)


BREAKAGES: dict[str, Callable[[House, str], CommandRequest]] = {
    "a refusal": _running(_refused),
    "a bug": _running(_bug),
    "a fault": _running(_fault),
    "bad SQL": _running(_bad_sql),
    "a name claimed twice": _running(_twice_claimed),
    "a bug of a view": _light(_BUG),
    "a constraint in a view": _light(_DUPLICATE),
    "a locked database in a view": _light(_LOCKED),
}


def break_with(breakage: str, house: House, lamp: str) -> CommandRequest:
    """Make a bad command on a lamp."""
    return BREAKAGES[breakage](house, lamp)
