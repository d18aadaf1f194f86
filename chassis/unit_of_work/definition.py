"""What makes one service different from another, as data for the chassis.

A service hands over its aggregates by stream prefix, its read models, and its reactions to the
events of others; the chassis does the rest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, MetaData

from chassis.decider import Aggregates
from chassis.errors import Refusal
from chassis.unit_of_work.session import Session
from contracts.envelope import Envelope
from contracts.event import Event, event_name, wires_of
from contracts.said import Names, by_code

__all__ = ["Projector", "Reaction", "ServiceModel", "View"]

Projector = Callable[[Connection, Any], None]
"""Applies one event to the tables of a view. Called once per event, in the order of its stream."""


@dataclass(frozen=True, kw_only=True)
class View:
    """A read model: its tables, and what each event it reads does to them.

    Each column belongs to one service's events, and a row that is missing becomes a stub, so that
    the order in which different services' events arrive does not show in the result.
    """

    name: str
    tables: MetaData
    revision: int
    """Raised when the same events give other rows; then the view is built again."""
    on: Mapping[type[Event], Projector]

    @cached_property
    def reads(self) -> frozenset[str]:
        """The wire names it reads, older versions included."""
        return frozenset[str]().union(*map(wires_of, self.on))

    def project(self, connection: Connection, event: Event) -> None:
        """Apply one event. Raises: KeyError for one that is not in `on`."""
        self.on[type(event)](connection, event)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a service does about an event of another, and the refusals that are expected.

    An `Unknown` makes the event wait for the stream that is missing; a refusal named here is
    recorded; anything else parks the case.
    """

    run: Callable[[Session, Any, Envelope], None]
    refusals: tuple[type[Refusal], ...] = ()


@dataclass(frozen=True)
class ServiceModel:
    """One service."""

    name: str
    aggregates: Aggregates
    views: tuple[View, ...] = ()
    sources: tuple[str, ...] = ()
    """The services whose whole feed is read."""
    reactions: Mapping[type[Event], Reaction] = field(default_factory=dict)
    names: Names = by_code
    """What its refusals call units and matters."""

    @cached_property
    def receives(self) -> frozenset[str]:
        """The wire names, older versions included, that a reaction or a view of it needs."""
        reacted = frozenset[str]().union(*map(wires_of, self.reactions))
        return reacted.union(*(view.reads for view in self.views))

    @cached_property
    def _names_received(self) -> frozenset[str]:
        return frozenset(map(event_name, self.receives))

    def is_later_version(self, wire: str) -> bool:
        """Say whether a wire name is an unknown version of an event that the service receives."""
        return wire not in self.receives and event_name(wire) in self._names_received

    def views_of(self, event: type[Event]) -> list[View]:
        """Give the read models that read an event."""
        return [view for view in self.views if event in view.on]
