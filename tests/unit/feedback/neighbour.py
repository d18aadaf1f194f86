"""Another service's log as feedback hears it: numbered, enveloped, and readable as a feed."""

from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from chassis.inbox.inbox import InboundEvent
from chassis.unit_of_work.unit_of_work import system_actor
from contracts.envelope import Envelope, Recorded
from contracts.event import Event, ordering_key
from tests.unit.feedback.facts import NOON

__all__ = ["Neighbour"]


@dataclass
class Neighbour:
    """A log in memory that is also its own feed."""

    service: str
    records: list[Recorded] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    def says(self, event: Event, stream: str) -> InboundEvent:
        """Append an event to a stream and give it as it arrives elsewhere."""
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        identity = uuid5(NAMESPACE_URL, f"{self.service}/{stream}/{version}")
        envelope = Envelope(
            event_id=identity,
            type=event.wire,
            stream=stream,
            version=version,
            key=ordering_key(event, stream),
            log_id=uuid5(NAMESPACE_URL, self.service),
            recorded_at=NOON,
            actor=system_actor(self.service),
            correlation_id=identity,
            causation_id=identity,
        )
        recorded = Recorded.of(len(self.records) + 1, envelope, event.to_bytes())
        self.records.append(recorded)
        return InboundEvent(self.service, recorded, envelope)

    def read(self, after: int, limit: int) -> list[Recorded]:
        """Read as any feed is read."""
        return self.records[after : after + limit]

    def head(self) -> int:
        """Give the last position."""
        return len(self.records)
