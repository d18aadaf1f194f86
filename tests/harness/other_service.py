"""The log of another service in memory: numbered, enveloped, and readable as a feed."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from chassis.inbox.inbound_event import InboundEvent
from chassis.unit_of_work.work import system_actor
from contracts.envelope import Envelope, Recorded
from contracts.event import Event, ordering_key
from tests.harness.service import START

__all__ = ["OtherService"]


@dataclass
class OtherService:
    """A log that is also its own feed."""

    name: str
    now: datetime = START
    records: list[Recorded] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    def says(self, event: Event, stream: str, key: str = "") -> InboundEvent:
        """Append an event to a stream and give it as it arrives elsewhere."""
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        identity = uuid5(NAMESPACE_URL, f"{self.name}/{stream}/{version}")
        envelope = Envelope(
            event_id=identity,
            type=event.wire,
            stream=stream,
            version=version,
            key=key or ordering_key(event, stream),
            log_id=uuid5(NAMESPACE_URL, self.name),
            recorded_at=self.now,
            actor=system_actor(self.name),
            correlation_id=identity,
            causation_id=identity,
        )
        recorded = Recorded.of(len(self.records) + 1, envelope, event.to_bytes())
        self.records.append(recorded)
        return InboundEvent.of(self.name, recorded)

    def read(self, after: int, limit: int) -> list[Recorded]:
        """Read as any feed is read."""
        return self.records[after : after + limit]

    def head(self) -> int:
        """Give the last position."""
        return len(self.records)

    def close(self) -> None:
        """Do nothing: it is in memory."""
