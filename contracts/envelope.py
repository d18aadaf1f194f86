"""The envelope every event travels in, and the record of an event as a log stores it.

`meta` are the canonical bytes of the envelope, `data` those of the event. The position is not part
of either: it is the index at which both stand in the log (and in its Merkle tree), so a log can
be verified without trust in its own numbering.
"""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.canonical import canonical_bytes
from contracts.instant import Instant

__all__ = ["Actor", "Envelope", "Recorded"]


class Actor(BaseModel):
    """Who acted: a pseudonym of the person, the unit acted for, the role acted in. Never a name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str
    unit: str
    role: str


class Envelope(BaseModel):
    """What every event carries beside its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: UUID
    type: str
    stream: str
    version: int
    """1 for the first event of the stream, without gaps."""
    key: str
    """Orders all events of one case within a service; fixed by the first event of the stream."""
    log_id: UUID
    """Names the log. A log restored from a backup gets a new one (epoch)."""
    recorded_at: Instant
    actor: Actor
    correlation_id: UUID
    """The command from outside that began the chain of commands and events."""
    causation_id: UUID
    """The command that gave the event; in a reaction, the event reacted to."""

    def to_bytes(self) -> bytes:
        """Give the canonical bytes that are stored, hashed and published."""
        return canonical_bytes(self.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event of a log: its position (from 1, no gaps) and its two byte strings."""

    position: int
    meta: bytes
    data: bytes

    @property
    def envelope(self) -> Envelope:
        """Parse `meta`; fields of later envelopes are ignored."""
        return Envelope.model_validate_json(self.meta, extra="ignore")

    @property
    def type(self) -> str:
        """Read the wire name alone, which takes much less time than parsing `meta`.

        In canonical bytes a quote within a text is escaped, so that only the key itself matches.
        """
        return self.meta.partition(b'"type":"')[2].partition(b'"')[0].decode()

    @classmethod
    def of(cls, position: int, envelope: Envelope, data: bytes) -> Self:
        """Build a record from a parsed envelope."""
        return cls(position, envelope.to_bytes(), data)
