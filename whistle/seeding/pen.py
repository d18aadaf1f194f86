"""Writes down what happened to one case, once; the same then happened to many, under other numbers.

Whatever differs between them follows from the case's number: its streams, the person, every id.
So a life is written once with `MARK` for a number, and every other one by putting its number there.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.store.bulk import EventRow
from contracts.envelope import Actor, Envelope
from contracts.event import Event
from contracts.sealed import Sealed

__all__ = ["MARK", "SERVICES", "SUBJECT", "Pen", "renumber"]

MARK = "990101000000"
"""Stands for a case's number; of the same length, and of no real day."""

SERVICES = ("intake", "dispatch", "enforcement", "feedback")
SUBJECT = f"{MARK}{'5eed' * 5}"
_ID_MARK = f"{MARK[:8]}-{MARK[8:]}-"
"""How an id begins: the number again, as the first twelve digits of a UUID."""


@dataclass
class Pen:
    """Events as they are said, each with an envelope as the door would have made it."""

    log_ids: dict[str, UUID]
    rows: dict[str, list[EventRow]] = field(default_factory=lambda: {one: [] for one in SERVICES})
    _versions: Counter[str] = field(default_factory=Counter)
    _id_count: int = 0

    def say(
        self, event: Event, stream: str, actor: Actor, at: datetime, cause: Envelope | None = None
    ) -> Envelope:
        """Let an actor, or a service that heard `cause`, say something."""
        service = event.wire.partition(".")[0]
        self._versions[stream] += 1
        command = cause.event_id if cause else self._new_id()
        envelope = Envelope(
            event_id=self._new_id(),
            type=event.wire,
            stream=stream,
            version=self._versions[stream],
            key=SUBJECT if stream.startswith("subject-") else MARK,
            log_id=self.log_ids[service],
            recorded_at=at,
            actor=actor,
            correlation_id=cause.correlation_id if cause else command,
            causation_id=command,
        )
        row = (stream, envelope.version, event.wire, envelope.key)
        self.rows[service].append((*row, envelope.to_bytes(), event.to_bytes()))
        return envelope

    def seal(self) -> Sealed:
        """Refer to a text that no vault holds: it reads as one that was erased."""
        ref = self._new_id()
        return Sealed(ref=ref, commitment=hashlib.sha256(ref.bytes).hexdigest())

    def last_versions(self, service: str) -> list[tuple[str, int]]:
        """Give the streams of a service and where they ended."""
        return list({row[0]: row[1] for row in self.rows[service]}.items())

    def _new_id(self) -> UUID:
        self._id_count += 1
        return UUID(f"{_ID_MARK}5000-8000-{self._id_count:012x}")


def renumber(rows: list[EventRow], number: str) -> list[EventRow]:
    """Let the same happen to the case of another number."""
    mark, no = MARK.encode(), number.encode()
    id_mark, own_id = _ID_MARK.encode(), f"{number[:8]}-{number[8:]}-".encode()
    return [
        (
            stream.replace(MARK, number),
            version,
            wire,
            key.replace(MARK, number),
            meta.replace(id_mark, own_id).replace(mark, no),
            data.replace(id_mark, own_id).replace(mark, no),
        )
        for stream, version, wire, key, meta, data in rows
    ]
