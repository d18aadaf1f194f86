"""An invented domain for tests of the chassis: a counter is opened, counts once, and is reset.

`counters_model` is a service that takes commands. A counter may have to count before certain
moments (its checks), and a count may come with a note, which is sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, assert_never

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, update

from chassis.decider import Decider
from chassis.errors import Forbidden, Refusal, Unknown
from chassis.store.rows import put
from chassis.unit_of_work.definition import ServiceModel, View
from contracts.event import Event
from contracts.instant import Instant
from contracts.sealed import Sealed


class CounterOpened(Event):
    """A counter begins."""

    wire: ClassVar[str] = "counters.counter_opened.v1"

    counter: str
    label: str
    checks: tuple[Instant, ...]
    opened_at: Instant


class CounterCounted(Event):
    """It counted."""

    wire: ClassVar[str] = "counters.counter_counted.v1"

    counter: str
    amount: int
    note: Sealed | None
    counted_at: Instant


class CounterReset(Event):
    """It is back at zero."""

    wire: ClassVar[str] = "counters.counter_reset.v1"

    counter: str
    reset_at: Instant


class CheckMissed(Event):
    """It had not counted in time."""

    wire: ClassVar[str] = "counters.check_missed.v1"

    counter: str
    due_at: Instant
    noticed_at: Instant


CounterFact = CounterOpened | CounterCounted | CounterReset | CheckMissed


@dataclass(frozen=True, slots=True)
class Open:
    """Make a counter that has to count before each of these moments."""

    counter: str
    label: str
    at: datetime
    checks: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """Count an amount."""

    at: datetime
    amount: int = 1
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """Go back to zero."""

    at: datetime


CounterCommand = Open | Count | Reset


class CounterUnknown(Unknown):
    """No such counter was opened."""

    code = "counter_unknown"
    zh = "没有这个计数器；请核对编号。"
    en = "There is no such counter; check its number."


class CounterOpenAlready(Refusal):
    """Its number is taken."""

    code = "counter_open_already"
    zh = "计数器已开在 {label}；请换一个编号。"
    en = "This counter is open as {label} already; take another number."


class CounterNotAtZero(Refusal):
    """It has counted already."""

    code = "counter_not_at_zero"
    zh = "计数器已计数；请先清零。"
    en = "This counter has counted; reset it first."


class CounterAtZero(Refusal):
    """It has counted nothing."""

    code = "counter_at_zero"
    zh = "计数器为零；不必清零。"
    en = "This counter is at zero; there is nothing to do."


class WrongUnit(Forbidden):
    """Only one unit counts."""

    code = "wrong_unit"
    zh = "只有路灯管理中心可以操作。"
    en = "Only street lighting may do this."


@dataclass(frozen=True, slots=True)
class Check:
    """An open deadline."""

    due_at: datetime
    milestone: str = "check"
    round: int = 1


@dataclass(frozen=True, slots=True)
class NoCounter:
    """Before it is opened."""


@dataclass(frozen=True, slots=True)
class Counter:
    """An open counter; it stands at zero or at one amount."""

    number: str
    label: str
    checks: tuple[Check, ...] = ()
    amount: int = 0


CounterState = NoCounter | Counter


def decide(command: CounterCommand, state: CounterState) -> Sequence[CounterFact]:
    """Give what a command leads to."""
    if isinstance(state, NoCounter):
        if not isinstance(command, Open):
            raise CounterUnknown
        return [
            CounterOpened(
                counter=command.counter,
                label=command.label,
                checks=command.checks,
                opened_at=command.at,
            )
        ]
    match command:
        case Open():
            raise CounterOpenAlready(label=state.label)
        case Count(at, amount, note):
            if state.amount:
                raise CounterNotAtZero
            counted = CounterCounted(counter=state.number, amount=amount, note=note, counted_at=at)
            return [counted]
        case Reset(at):
            if not state.amount:
                raise CounterAtZero
            return [CounterReset(counter=state.number, reset_at=at)]
        case _:
            assert_never(command)


def evolve(state: CounterState, event: CounterFact) -> CounterState:
    """Fold one event."""
    match event, state:
        case CounterOpened(), NoCounter():
            return Counter(event.counter, event.label, tuple(map(Check, event.checks)))
        case CounterCounted(), Counter():
            return replace(state, checks=(), amount=event.amount)
        case CounterReset(), Counter():
            return replace(state, amount=0)
        case CheckMissed(), Counter():
            left = list(state.checks)
            left.remove(Check(event.due_at))
            return replace(state, checks=tuple(left))
        case _:
            return state


def open_checks(state: CounterState) -> Sequence[Check]:
    """Give the deadlines that a state holds open."""
    return state.checks if isinstance(state, Counter) else ()


def missed(state: CounterState, now: datetime) -> Sequence[CounterFact]:
    """Give the misses that are due."""
    number = state.number if isinstance(state, Counter) else ""
    return [
        CheckMissed(counter=number, due_at=one.due_at, noticed_at=now)
        for one in open_checks(state)
        if one.due_at <= now
    ]


COUNTER: Decider[CounterCommand, CounterState, CounterFact] = Decider(
    NoCounter(), decide, evolve, open_checks, missed
)


_tables = MetaData()
LABEL_ROWS = Table(
    "labels",
    _tables,
    Column("counter", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("counted", Integer, nullable=False),
)


def _opened(connection: Connection, event: CounterOpened) -> None:
    put(connection, LABEL_ROWS, {"counter": event.counter}, label=event.label, counted=0)


def _counted(connection: Connection, event: CounterCounted) -> None:
    more = {"counted": LABEL_ROWS.c.counted + 1}
    matches = LABEL_ROWS.c.counter == event.counter
    connection.execute(update(LABEL_ROWS).where(matches).values(more))


LABELS = View(
    name="labels",
    tables=_tables,
    revision=1,
    on={CounterOpened: _opened, CounterCounted: _counted},
)
"""The label of each counter, and how often it counted."""


def counters_model(*views: View) -> ServiceModel:
    """Give the service of counters, with the view of labels unless others are given."""
    return ServiceModel("counters", {"counter": COUNTER}, views=views or (LABELS,))
