"""An event of another service on its way in."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID, uuid5

from contracts.envelope import Envelope, Recorded

__all__ = ["InboundEvent", "reaction_id"]


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """An event of another service, and the held row it comes from if it was held before."""

    source: str
    recorded: Recorded
    envelope: Envelope
    held_id: int | None = None

    @classmethod
    def of(cls, source: str, recorded: Recorded, held_id: int | None = None) -> Self:
        """Parse the envelope of a record."""
        return cls(source, recorded, recorded.envelope, held_id)

    @property
    def key(self) -> tuple[str, str]:
        """What orders it: events of one source and key are dealt with one after another."""
        return (self.source, self.envelope.key)


def reaction_id(envelope: Envelope, service: str) -> UUID:
    """Name a service's reaction to an event: the same one whenever it hears of it."""
    return uuid5(envelope.event_id, service)
