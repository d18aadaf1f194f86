"""The events of one invented case, written once and copied to many cases under other numbers.

Everything that differs between the copies follows from the case's number: streams, person, ids. So
the events are written once with `PLACEHOLDER` for a number, and each copy replaces it by its own.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.store.bulk import EventRow
from contracts.envelope import Actor, Envelope
from contracts.event import Event
from contracts.ids import SubjectId
from contracts.sealed import Sealed
from contracts.services import SERVICES

__all__ = ["PLACEHOLDER", "SUBJECT", "CaseLog", "renumber"]

PLACEHOLDER = "990101000000"
"""In place of a case's number: of the same length, and of no real day."""

SUBJECT = SubjectId(f"{PLACEHOLDER}{'5eed' * 5}")
_ID_PREFIX = f"{PLACEHOLDER[:8]}-{PLACEHOLDER[8:]}-"
"""How every id begins: the number, as the first twelve digits of a UUID."""


@dataclass
class CaseLog:
    """The events by service, each with an envelope as the unit of work would have made it."""

    log_ids: dict[str, UUID]
    rows: dict[str, list[EventRow]] = field(default_factory=lambda: {one: [] for one in SERVICES})
    _versions: Counter[str] = field(default_factory=Counter)
    _id_count: int = 0

    def append(
        self, event: Event, stream: str, actor: Actor, at: datetime, cause: Envelope | None = None
    ) -> Envelope:
        """Append an event of an actor, or of a service that reacts to `cause`."""
        service = event.wire.partition(".")[0]
        self._versions[stream] += 1
        command = cause.event_id if cause else self._new_id()
        envelope = Envelope(
            event_id=self._new_id(),
            type=event.wire,
            stream=stream,
            version=self._versions[stream],
            key=SUBJECT if stream.startswith("subject-") else PLACEHOLDER,
            log_id=self.log_ids[service],
            recorded_at=at,
            actor=actor,
            correlation_id=cause.correlation_id if cause else command,
            causation_id=command,
        )
        row = (stream, envelope.version, event.wire, envelope.key)
        self.rows[service].append((*row, envelope.to_bytes(), event.to_bytes()))
        return envelope

    def sealed(self) -> Sealed:
        """Give a reference to a text that no vault holds: it reads as an erased one."""
        ref = self._new_id()
        return Sealed(ref=ref, commitment=hashlib.sha256(ref.bytes).hexdigest())

    def last_versions(self, service: str) -> list[tuple[str, int]]:
        """Give the streams of a service with their last versions."""
        return list({row[0]: row[1] for row in self.rows[service]}.items())

    def _new_id(self) -> UUID:
        self._id_count += 1
        return UUID(f"{_ID_PREFIX}5000-8000-{self._id_count:012x}")


def renumber(rows: list[EventRow], number: str) -> list[EventRow]:
    """Copy the events to the case of another number."""
    placeholder, no = PLACEHOLDER.encode(), number.encode()
    id_prefix, own_prefix = _ID_PREFIX.encode(), f"{number[:8]}-{number[8:]}-".encode()
    return [
        (
            stream.replace(PLACEHOLDER, number),
            version,
            wire,
            key.replace(PLACEHOLDER, number),
            meta.replace(id_prefix, own_prefix).replace(placeholder, no),
            data.replace(id_prefix, own_prefix).replace(placeholder, no),
        )
        for stream, version, wire, key, meta, data in rows
    ]
