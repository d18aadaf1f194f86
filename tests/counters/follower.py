"""The other half of the invented domain: followers keep a copy of every counter they know of.

They follow two services: the counters, and the raters, who give a counter stars. A rating may come
before its counter is known; one without stars is refused; and a `Trouble` makes reactions poisonous
or faulty at will.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, select

from chassis.decider import Decider
from chassis.errors import Fault, Refusal, Unknown
from chassis.store.rows import put
from chassis.unit_of_work.definition import Reaction, ServiceModel, View
from chassis.unit_of_work.session import Session
from contracts.envelope import Envelope
from contracts.event import Event
from tests.counters.counter import CounterCounted, CounterOpened


class CounterRated(Event):
    """Somebody gave a counter stars; `case_no` names it, as keys are taken from that field."""

    wire: ClassVar[str] = "raters.counter_rated.v1"

    case_no: str
    stars: int


class CopyMade(Event):
    """A counter got its copy."""

    wire: ClassVar[str] = "followers.copy_made.v1"

    counter: str


class CopyChanged(Event):
    """A copy took something over."""

    wire: ClassVar[str] = "followers.copy_changed.v1"

    what: Literal["counted", "rated"]
    amount: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Give a counter stars."""

    counter: str
    stars: int


@dataclass(frozen=True, slots=True)
class MakeCopy:
    """Make the copy of a counter."""

    counter: str


@dataclass(frozen=True, slots=True)
class ChangeCopy:
    """Take something over."""

    what: Literal["counted", "rated"]
    amount: int


class CopyUnknown(Unknown):
    """No copy yet."""

    code = "copy_unknown"
    zh = "还没有副本。"
    en = "There is no copy yet."


class RatingEmpty(Refusal):
    """No stars."""

    code = "rating_empty"
    zh = "没有星的评价不算。"
    en = "A rating without stars does not count."


class CopyFull(Refusal):
    """A refusal that no reaction names."""

    code = "copy_full"
    zh = "副本已满。"
    en = "The copy is full."


@dataclass(frozen=True, slots=True)
class NoCopy:
    """Before it is made."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What was taken over."""

    counted: int = 0
    rated: int = 0


REFUSED_UNNAMED = 99
"""So many stars are refused in a way that no reaction names."""


def _rate(command: Rate, _state: int) -> Sequence[CounterRated]:
    return [CounterRated(case_no=command.counter, stars=command.stars)]


def _count_ratings(count: int, _event: CounterRated) -> int:
    return count + 1


RATING: Decider[Rate, int, CounterRated] = Decider(0, _rate, _count_ratings)


def _decide(
    command: MakeCopy | ChangeCopy, state: NoCopy | Copy
) -> Sequence[CopyMade | CopyChanged]:
    match command, state:
        case MakeCopy(counter), NoCopy():
            return [CopyMade(counter=counter)]
        case MakeCopy(), Copy():
            return []
        case ChangeCopy(), NoCopy():
            raise CopyUnknown
        case ChangeCopy("rated", 0), Copy():
            raise RatingEmpty
        case ChangeCopy("rated", amount), Copy() if amount == REFUSED_UNNAMED:
            raise CopyFull
        case ChangeCopy(what, amount), Copy():
            return [CopyChanged(what=what, amount=amount)]
        case _:
            raise AssertionError(command)


def _evolve(state: NoCopy | Copy, event: CopyMade | CopyChanged) -> NoCopy | Copy:
    match event, state:
        case CopyMade(), NoCopy():
            return Copy()
        case CopyChanged(what="counted"), Copy():
            return replace(state, counted=state.counted + event.amount)
        case CopyChanged(what="rated"), Copy():
            return replace(state, rated=state.rated + event.amount)
        case _:
            return state


COPY: Decider[MakeCopy | ChangeCopy, NoCopy | Copy, CopyMade | CopyChanged] = Decider(
    NoCopy(), _decide, _evolve
)


_tables = MetaData()
TALLY_ROWS = Table(
    "tallies",
    _tables,
    Column("counter", Text, primary_key=True),
    Column("label", Text),
    Column("counted", Integer, nullable=False, default=0),
    Column("rating_count", Integer, nullable=False, default=0),
    Column("stars", Integer, nullable=False, default=0),
    Column("copied", Integer, nullable=False, default=0),
)


def _add(connection: Connection, counter: str, **amounts: int) -> None:
    columns = [TALLY_ROWS.c[name] for name in amounts]
    row = connection.execute(select(*columns).where(TALLY_ROWS.c.counter == counter)).first()
    old = row or [0] * len(columns)
    sums = {name: one + more for (name, more), one in zip(amounts.items(), old, strict=True)}
    put(connection, TALLY_ROWS, {"counter": counter}, **sums)


def _opened(connection: Connection, event: CounterOpened) -> None:
    put(connection, TALLY_ROWS, {"counter": event.counter}, label=event.label)


def _counted(connection: Connection, event: CounterCounted) -> None:
    _add(connection, event.counter, counted=1)


def _rated(connection: Connection, event: CounterRated) -> None:
    _add(connection, event.case_no, rating_count=1, stars=event.stars)


def _copied(connection: Connection, event: CopyMade) -> None:
    _add(connection, event.counter, copied=1)


TALLIES = View(
    name="tallies",
    tables=_tables,
    revision=1,
    on={
        CounterOpened: _opened,
        CounterCounted: _counted,
        CounterRated: _rated,
        CopyMade: _copied,
    },
)
"""A view fed by three services; counting makes every double application visible."""


@dataclass
class Trouble:
    """What goes wrong in reactions at the moment."""

    poison: set[str] = field(default_factory=set)
    """Counters whose rating makes the reaction raise something unexpected."""
    fault_count: int = 0
    """So many times a reaction finds its neighbour away."""
    fault_met_count: int = 0
    """How often a reaction found it so."""
    run_count: int = 0
    """How often a reaction ran."""

    def meet(self, envelope: Envelope) -> None:
        """Go wrong if it is time to. Raises: Fault, ZeroDivisionError."""
        self.run_count += 1
        if self.fault_count > 0:
            self.fault_count -= 1
            self.fault_met_count += 1
            raise Fault("the neighbour is away")
        if envelope.key in self.poison and envelope.type == CounterRated.wire:
            raise ZeroDivisionError


def followers_model(trouble: Trouble, *views: View) -> ServiceModel:
    """Give the service of followers, with the view of tallies unless others are given."""

    def on_opened(session: Session, event: CounterOpened, envelope: Envelope) -> None:
        trouble.meet(envelope)
        session.execute(MakeCopy(event.counter), f"copy-{event.counter}")

    def on_counted(session: Session, event: CounterCounted, envelope: Envelope) -> None:
        trouble.meet(envelope)
        session.execute(ChangeCopy("counted", 1), f"copy-{event.counter}")

    def on_rated(session: Session, event: CounterRated, envelope: Envelope) -> None:
        session.execute(ChangeCopy("rated", event.stars), f"copy-{event.case_no}")
        trouble.meet(envelope)

    return ServiceModel(
        "followers",
        {"copy": COPY},
        views=views or (TALLIES,),
        sources=("counters", "raters"),
        reactions={
            CounterOpened: Reaction(on_opened),
            CounterCounted: Reaction(on_counted),
            CounterRated: Reaction(on_rated, refusals=(RatingEmpty,)),
        },
    )


def raters_model() -> ServiceModel:
    """Give the service of raters."""
    return ServiceModel("raters", {"rating": RATING})
