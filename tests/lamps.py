"""An invented domain for tests of the chassis: lamps hang in rooms, are lit, dimmed and inspected.

`lamps_blueprint` is a service that takes commands. Its events carry wire names of a real service
because the register accepts no others; no schema is published for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, select, update

from chassis.decider import Decider
from chassis.errors import Forbidden, Refusal, Unknown
from chassis.store.rows import put
from chassis.unit_of_work.definition import ServiceModel, View
from contracts.envelope import Actor, Envelope
from contracts.event import Event
from contracts.instant import Instant
from contracts.sealed import Sealed

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEEPER = Actor(person="p-keeper", unit="street-lighting", role="officer")


class LampHung(Event):
    """A lamp begins."""

    wire: ClassVar[str] = "intake.lamp_hung.v1"

    room: str
    inspections: tuple[Instant, ...]
    hung_at: Instant


class LampLit(Event):
    """A lamp shines."""

    wire: ClassVar[str] = "intake.lamp_lit.v1"

    brightness: int
    note: Sealed | None
    lit_at: Instant


class LampDimmed(Event):
    """A lamp rests."""

    wire: ClassVar[str] = "intake.lamp_dimmed.v1"

    dimmed_at: Instant


class InspectionMissed(Event):
    """Nobody lit the lamp in time."""

    wire: ClassVar[str] = "intake.inspection_missed.v1"

    due_at: Instant
    noticed_at: Instant


@dataclass(frozen=True, slots=True)
class HangLamp:
    """Make a lamp that has to be lit at each of these moments, at the latest."""

    room: str
    at: datetime
    inspections: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class LightLamp:
    """Light it."""

    at: datetime
    brightness: int = 1
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DimLamp:
    """Put it out."""

    at: datetime


class LampUnknown(Unknown):
    """No such lamp hangs."""

    code = "lamp_unknown"
    zh = "没有这盏灯；请核对编号。"
    en = "There is no such lamp; check its number."


class LampHangsAlready(Refusal):
    """Its number is taken."""

    code = "lamp_hangs_already"
    zh = "这盏灯已挂在 {room}；请换一个编号。"
    en = "This lamp hangs in {room} already; take another number."


class LampNotDark(Refusal):
    """It shines already."""

    code = "lamp_not_dark"
    zh = "这盏灯亮着；不必再点。"
    en = "This lamp shines; there is nothing to do."


class LampNotLit(Refusal):
    """It is out already."""

    code = "lamp_not_lit"
    zh = "这盏灯没有亮；不必再熄。"
    en = "This lamp is out; there is nothing to do."


class WrongUnit(Forbidden):
    """Only the unit of street lighting touches lamps."""

    code = "wrong_unit"
    zh = "只有路灯管理中心可以操作。"
    en = "Only street lighting may do this."


@dataclass(frozen=True, slots=True)
class Inspection:
    """An open deadline."""

    due_at: datetime
    milestone: str = "inspection"
    round: int = 1


@dataclass(frozen=True, slots=True)
class NoLamp:
    """Before it hangs."""


@dataclass(frozen=True, slots=True)
class Dark:
    """Hangs and waits to be lit."""

    room: str
    open: tuple[Inspection, ...] = ()
    lit_count: int = 0
    missed_count: int = 0


@dataclass(frozen=True, slots=True)
class Lit:
    """Shines."""

    dark: Dark
    brightness: int


LampState = NoLamp | Dark | Lit
LampCommand = HangLamp | LightLamp | DimLamp


def decide(command: LampCommand, state: LampState) -> Sequence[Event]:
    """Say what a command leads to."""
    match command, state:
        case HangLamp(), NoLamp():
            moments = command.inspections
            return [LampHung(room=command.room, inspections=moments, hung_at=command.at)]
        case HangLamp(), Dark(room) | Lit(Dark(room)):
            raise LampHangsAlready(room=room)
        case _, NoLamp():
            raise LampUnknown
        case LightLamp(), Dark():
            lit = LampLit(brightness=command.brightness, note=command.note, lit_at=command.at)
            return [lit]
        case LightLamp(), Lit():
            raise LampNotDark
        case DimLamp(), Lit():
            return [LampDimmed(dimmed_at=command.at)]
        case _:
            raise LampNotLit


def evolve(state: LampState, event: Event) -> LampState:
    """Fold one event."""
    match event, state:
        case LampHung(), NoLamp():
            return Dark(event.room, tuple(Inspection(moment) for moment in event.inspections))
        case LampLit(), Dark():
            dark = replace(state, open=(), lit_count=state.lit_count + 1)
            return Lit(dark, event.brightness)
        case LampDimmed(), Lit():
            return state.dark
        case InspectionMissed(), Dark():
            left = list(state.open)
            left.remove(Inspection(event.due_at))
            return replace(state, open=tuple(left), missed_count=state.missed_count + 1)
        case _:
            return state


def open_inspections(state: LampState) -> Sequence[Inspection]:
    """Give the deadlines that a state holds open."""
    return state.open if isinstance(state, Dark) else ()


def lapse(state: LampState, now: datetime) -> Sequence[Event]:
    """Give the misses that are due."""
    return [
        InspectionMissed(due_at=one.due_at, noticed_at=now)
        for one in open_inspections(state)
        if one.due_at <= now
    ]


LAMP: Decider[LampCommand, LampState] = Decider(NoLamp(), decide, evolve, open_inspections, lapse)


class Rooms:
    """A view: which lamp hangs where, and how often it was lit."""

    name = "rooms"
    tables = MetaData()
    rows = Table(
        "rooms",
        tables,
        Column("lamp", Text, primary_key=True),
        Column("room", Text, nullable=False),
        Column("lit_count", Integer, nullable=False),
    )
    reads = frozenset({LampHung.wire, LampLit.wire})

    def project(self, connection: Connection, event: Event, envelope: Envelope) -> None:
        """Apply one event."""
        lamp = envelope.stream.partition("-")[2]
        match event:
            case LampHung():
                put(connection, self.rows, {"lamp": lamp}, room=event.room, lit_count=0)
            case LampLit():
                more = {"lit_count": self.rows.c.lit_count + 1}
                connection.execute(update(self.rows).where(self.rows.c.lamp == lamp).values(more))
            case _:
                pass

    def all(self, connection: Connection) -> list[tuple[str, str, int]]:
        """Give every row."""
        found = connection.execute(select(self.rows).order_by(self.rows.c.lamp))
        return [(row.lamp, row.room, row.lit_count) for row in found]


def lamps_blueprint(*views: View) -> ServiceModel:
    """The service of lamps, with the view of rooms unless others are given."""
    return ServiceModel("lamps", {"lamp": LAMP}, views=views or (Rooms(),))
