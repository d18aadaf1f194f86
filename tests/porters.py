"""The other half of the invented domain: porters keep a tag for every lamp they hear of.

They follow two services, the lamps and the guests who praise them. Praise may come before the lamp
is known; no stars at all is refused; and a `Trouble` makes reactions poisonous or faulty at will.
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
from tests.lamps import LampHung, LampLit


class LampPraised(Event):
    """A guest liked a lamp."""

    wire: ClassVar[str] = "feedback.lamp_praised.v1"

    case_no: str
    stars: int


class TagMade(Event):
    """A lamp got its tag."""

    wire: ClassVar[str] = "dispatch.tag_made.v1"

    lamp: str


class TagMarked(Event):
    """A tag was marked."""

    wire: ClassVar[str] = "dispatch.tag_marked.v1"

    mark: Literal["lit", "praised"]
    amount: int


@dataclass(frozen=True, slots=True)
class PraiseLamp:
    """Praise a lamp."""

    lamp: str
    stars: int


def _praise(command: PraiseLamp, _state: int) -> Sequence[Event]:
    return [LampPraised(case_no=command.lamp, stars=command.stars)]


GUEST: Decider[PraiseLamp, int] = Decider(0, _praise, lambda count, _event: count + 1)


@dataclass(frozen=True, slots=True)
class MakeTag:
    """Make the tag of a lamp."""

    lamp: str


@dataclass(frozen=True, slots=True)
class MarkTag:
    """Mark a tag."""

    mark: Literal["lit", "praised"]
    amount: int


class TagUnknown(Unknown):
    """No tag yet."""

    code = "tag_unknown"
    zh = "还没有标签。"
    en = "There is no tag yet."


class PraiseEmpty(Refusal):
    """No stars."""

    code = "praise_empty"
    zh = "没有星的表扬不算。"
    en = "Praise without stars does not count."


class TagSpent(Refusal):
    """A refusal that no reaction names."""

    code = "tag_spent"
    zh = "标签已用完。"
    en = "The tag is spent."


@dataclass(frozen=True, slots=True)
class NoTag:
    """Before it is made."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What was counted."""

    lit: int = 0
    praised: int = 0


SPENT = 99


def _decide(command: MakeTag | MarkTag, state: NoTag | Tag) -> Sequence[Event]:
    match command, state:
        case MakeTag(lamp), NoTag():
            return [TagMade(lamp=lamp)]
        case MarkTag("praised", 0), Tag():
            raise PraiseEmpty
        case MarkTag("praised", amount), Tag() if amount == SPENT:
            raise TagSpent
        case MarkTag(mark, amount), Tag():
            return [TagMarked(mark=mark, amount=amount)]
        case MarkTag(), NoTag():
            raise TagUnknown
        case _:
            return []


def _evolve(state: NoTag | Tag, event: Event) -> NoTag | Tag:
    match event, state:
        case TagMade(), NoTag():
            return Tag()
        case TagMarked(mark="lit"), Tag():
            return replace(state, lit=state.lit + event.amount)
        case TagMarked(mark="praised"), Tag():
            return replace(state, praised=state.praised + event.amount)
        case _:
            return state


TAG: Decider[MakeTag | MarkTag, NoTag | Tag] = Decider(NoTag(), _decide, _evolve)


class Tallies:
    """A view fed by three services; counting makes every double application visible."""

    name = "tallies"
    tables = MetaData()
    rows = Table(
        "tallies",
        tables,
        Column("lamp", Text, primary_key=True),
        Column("room", Text),
        Column("lit", Integer, nullable=False, default=0),
        Column("praise_count", Integer, nullable=False, default=0),
        Column("stars", Integer, nullable=False, default=0),
        Column("tagged", Integer, nullable=False, default=0),
    )
    reads = frozenset({LampHung.wire, LampLit.wire, LampPraised.wire, TagMade.wire})

    def project(self, connection: Connection, event: Event, envelope: Envelope) -> None:
        """Apply one event."""
        match event:
            case LampHung():
                put(connection, self.rows, {"lamp": envelope.key}, room=event.room)
            case LampLit():
                self._add(connection, envelope.key, lit=1)
            case LampPraised():
                self._add(connection, envelope.key, praise_count=1, stars=event.stars)
            case TagMade():
                self._add(connection, event.lamp, tagged=1)
            case _:
                pass

    def _add(self, connection: Connection, lamp: str, **amounts: int) -> None:
        row = connection.execute(select(self.rows).where(self.rows.c.lamp == lamp)).first()
        old = {} if row is None else row._mapping
        sums = {name: old.get(name, 0) + amount for name, amount in amounts.items()}
        put(connection, self.rows, {"lamp": lamp}, **sums)


@dataclass
class Trouble:
    """What goes wrong in reactions at the moment."""

    poison: set[str] = field(default_factory=set)
    """Lamps whose praise makes the reaction raise something unexpected."""
    fault_count: int = 0
    """So many times a reaction finds its neighbour away."""
    run_count: int = 0
    """How often a reaction ran."""


def porters_blueprint(trouble: Trouble, *views: View) -> ServiceModel:
    """The service of porters."""

    def meet_trouble(envelope: Envelope) -> None:
        trouble.run_count += 1
        if trouble.fault_count > 0:
            trouble.fault_count -= 1
            raise Fault("the neighbour is away")
        if envelope.key in trouble.poison and envelope.type == LampPraised.wire:
            raise ZeroDivisionError

    def on_hung(session: Session, _event: LampHung, envelope: Envelope) -> None:
        meet_trouble(envelope)
        session.execute(MakeTag(envelope.key), f"tag-{envelope.key}")

    def on_lit(session: Session, _event: LampLit, envelope: Envelope) -> None:
        meet_trouble(envelope)
        session.execute(MarkTag("lit", 1), f"tag-{envelope.key}")

    def on_praised(session: Session, event: LampPraised, envelope: Envelope) -> None:
        session.execute(MarkTag("praised", event.stars), f"tag-{envelope.key}")
        meet_trouble(envelope)

    return ServiceModel(
        "porters",
        {"tag": TAG},
        views=views or (Tallies(),),
        sources=("lamps", "guests"),
        reactions={
            LampHung.wire: Reaction(on_hung),
            LampLit.wire: Reaction(on_lit),
            LampPraised.wire: Reaction(on_praised, refusals=(PraiseEmpty,)),
        },
    )


def guests_blueprint() -> ServiceModel:
    """The service of guests."""
    return ServiceModel("guests", {"praise": GUEST})
