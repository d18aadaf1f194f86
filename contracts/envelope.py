"""The envelope every event travels in, and the record of an event as a log stores it.

`meta` are the canonical bytes of the envelope, `data` those of the event. The position is not part
of either: it is the index at which both stand in the log (and in its Merkle tree), so a log can
be verified without trusting what it says of itself.
"""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.canonical import canonical_bytes
from contracts.instant import Instant

__all__ = ["Actor", "Envelope", "Recorded"]


class Actor(BaseModel):
    """Who acted: a staff pseudonym, the unit acted for, the role acted in. Never a name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str
    unit: str
    role: str


class Envelope(BaseModel):
    """What is true of every event, whatever it says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: UUID
    type: str
    stream: str
    version: int
    """1 for the first event of the stream, without gaps."""
    key: str
    """Orders everything about one case of one service; fixed by the stream's first event."""
    log_id: UUID
    """Names the log. A log restored from a backup gets a new one (epoch)."""
    recorded_at: Instant
    actor: Actor
    correlation_id: UUID
    """The command from outside that everything in this conversation goes back to."""
    causation_id: UUID
    """The command, or the event reacted to, that directly led here."""

    def to_bytes(self) -> bytes:
        """Give the canonical bytes that are stored, hashed and published."""
        return canonical_bytes(self.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as it stands in a log: its position (from 1, no gaps) and its two byte strings."""

    position: int
    meta: bytes
    data: bytes

    @property
    def envelope(self) -> Envelope:
        """Parse `meta`; fields of later envelopes are ignored."""
        return Envelope.model_validate_json(self.meta, extra="ignore")

    @property
    def type(self) -> str:
        """Read the wire name alone, for a small part of what parsing all of `meta` takes.

        In canonical bytes a quote within a text is escaped, so that only the key itself matches.
        """
        return self.meta.partition(b'"type":"')[2].partition(b'"')[0].decode()

    @classmethod
    def of(cls, position: int, envelope: Envelope, data: bytes) -> Self:
        """Build a record from a parsed envelope."""
        return cls(position, envelope.to_bytes(), data)
