"""What makes one service different from another, as data for the chassis.

A service hands over its aggregates by stream prefix, its read models, and its reactions to the
events of others; the chassis does the rest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection, MetaData

from chassis.decider import Decider
from chassis.errors import Refusal
from contracts.envelope import Envelope
from contracts.event import Event

if TYPE_CHECKING:
    from chassis.unit_of_work.session import Session

__all__ = ["Reaction", "ServiceModel", "View"]


class View(Protocol):
    """A read model: its tables, the wire names it reads, and how one event changes it.

    Each column belongs to one service's events, and a row that is missing becomes a stub, so that
    the order in which different services' events arrive does not show in the result.
    """

    @property
    def name(self) -> str: ...
    @property
    def tables(self) -> MetaData: ...
    @property
    def reads(self) -> frozenset[str]: ...
    def project(self, connection: Connection, event: Event, envelope: Envelope) -> None:
        """Apply one event. Called once per event; never for an event already applied."""
        ...


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a service does when another one says something, and the refusals that are expected.

    An `Unknown` makes the event wait for the stream that is missing; a refusal named here is
    recorded; anything else parks the case.
    """

    run: Callable[["Session", Any, Envelope], None]
    refusals: tuple[type[Refusal], ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceModel:
    """One service."""

    name: str
    deciders: Mapping[str, Decider[Any, Any]]
    """By the part of a stream's name before the first `-`."""
    views: tuple[View, ...] = ()
    sources: tuple[str, ...] = ()
    """The services whose whole feed is read."""
    reactions: Mapping[str, Reaction] = field(default_factory=dict)
    """By wire name."""

    def decider(self, stream: str) -> Decider[Any, Any]:
        """Give the aggregate a stream belongs to."""
        return self.deciders[stream.partition("-")[0]]

    def hears(self, wire: str) -> bool:
        """Say whether anything here depends on a wire name."""
        return wire in self.reactions or bool(self.views_of(wire))

    def views_of(self, wire: str) -> list[View]:
        """Give the read models that read a wire name."""
        return [view for view in self.views if wire in view.reads]
