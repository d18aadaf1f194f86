"""What a command works with: who asked, a stream as folded, an event not yet appended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.decider import Aggregates, decider_of
from contracts.envelope import Actor, Envelope, Recorded
from contracts.event import Event, parse_event

__all__ = ["Loaded", "Origin", "Pending", "fold", "system_actor"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Which command is decided, by whom, and what led to it; event ids follow from `command_id`."""

    command_id: UUID
    actor: Actor
    correlation_id: UUID
    causation_id: UUID


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream as folded so far."""

    state: Any
    version: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """An event decided on and not yet appended."""

    event: Event
    event_id: UUID
    stream: str
    version: int
    key: str
    origin: Origin

    def envelope(self, log_id: UUID, now: datetime) -> Envelope:
        """Give the envelope it will be recorded in."""
        return Envelope.model_construct(
            event_id=self.event_id,
            type=self.event.wire,
            stream=self.stream,
            version=self.version,
            key=self.key,
            log_id=log_id,
            recorded_at=now,
            actor=self.origin.actor,
            correlation_id=self.origin.correlation_id,
            causation_id=self.origin.causation_id,
        )


def system_actor(service: str) -> Actor:
    """Name a service as the one who acts: in reactions and ticks."""
    return Actor(person=f"system:{service}", unit="system", role="service")


def fold(aggregates: Aggregates, stream: str, recorded: Sequence[Recorded]) -> Loaded:
    """Fold what a log holds of a stream."""
    decider = decider_of(aggregates, stream)
    if not recorded:
        return Loaded(decider.initial)
    envelopes = [one.envelope for one in recorded]
    events = [
        parse_event(envelope.type, one.data)
        for envelope, one in zip(envelopes, recorded, strict=True)
    ]
    return Loaded(decider.fold(decider.initial, events), len(recorded), envelopes[0].key)
