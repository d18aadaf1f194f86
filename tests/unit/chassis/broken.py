"""Ways in which one command of a batch can be bad, from a plain refusal to a view that breaks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, insert
from sqlalchemy.exc import OperationalError

from chassis.errors import Fault
from chassis.unit_of_work.names import Claim
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.session import Session
from tests.counters.counter import LABEL_ROWS, LABELS, Count, CounterCounted, counters_model
from tests.counters.services import Counters
from tests.harness.service import START

__all__ = ["BREAKAGES", "break_with", "fussy_counters"]

_BUG, _DUPLICATE, _LOCKED = 13, 14, 15


def _fussy(connection: Connection, event: CounterCounted) -> None:
    """Break at certain amounts, after something was written."""
    LABELS.project(connection, event)
    if event.amount == _BUG:
        raise ValueError("a bug of the view")
    if event.amount == _DUPLICATE:
        row = {"counter": event.counter, "label": "x", "counted": 0}
        connection.execute(insert(LABEL_ROWS).values(row))
    if event.amount == _LOCKED:
        raise OperationalError("locked", None, Exception())


@contextmanager
def fussy_counters(folder: Path) -> Iterator[Counters]:
    """Open counters whose view can break."""
    fussy = replace(LABELS, on={**LABELS.on, CounterCounted: _fussy})
    opened = Counters(folder, counters_model(fussy))
    yield opened
    opened.close()


def _count(amount: int) -> Callable[[Counters, str], CommandRequest]:
    return lambda counters, counter: counters.count(counter, amount=amount)


def _running(run: Callable[[Session, str], None]) -> Callable[[Counters, str], CommandRequest]:
    def make(counters: Counters, counter: str) -> CommandRequest:
        def count_then_run(session: Session) -> None:
            session.execute(Count(START), f"counter-{counter}")
            session.names.claim("scope", counter, Claim(f"counter-{counter}", b"d"))
            session.names.next_number("scope")
            session.texts.seal("a text", f"subject-{counter}")
            run(session, f"counter-{counter}")

        return counters.command(count_then_run, body=b"")

    return make


def _bug(_session: Session, _stream: str) -> None:
    raise ZeroDivisionError


def _fault(_session: Session, _stream: str) -> None:
    raise Fault("a neighbour is away")


def _bad_sql(session: Session, _stream: str) -> None:
    session.connection.exec_driver_sql("SELECT nonsense FROM nowhere")


def _twice_claimed(session: Session, stream: str) -> None:
    session.names.claim("scope", stream.partition("-")[2], Claim(stream, b"d"))


def _refused(session: Session, stream: str) -> None:
    session.execute(Count(START), stream)


BREAKAGES: dict[str, Callable[[Counters, str], CommandRequest]] = {
    "a refusal": _running(_refused),
    "a bug": _running(_bug),
    "a fault": _running(_fault),
    "bad SQL": _running(_bad_sql),
    "a name claimed twice": _running(_twice_claimed),
    "a bug of a view": _count(_BUG),
    "a constraint in a view": _count(_DUPLICATE),
    "a locked database in a view": _count(_LOCKED),
}


def break_with(breakage: str, counters: Counters, counter: str) -> CommandRequest:
    """Make a bad command on a counter."""
    return BREAKAGES[breakage](counters, counter)
