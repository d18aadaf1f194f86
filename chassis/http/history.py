"""What happened to an object: its events in words, who, when, and by which rule and version.

    GET /dispatch/v1/cases/{case_no}/history

A service brings the words (`contracts.wording`). No text that somebody wrote is opened, and no
event names the person who called.
"""

from pydantic import BaseModel

from chassis.service import Service
from chassis.store.reading import read_streams
from contracts.envelope import Envelope, Recorded
from contracts.event import parse_event
from contracts.instant import Instant
from contracts.said import AppliedLimit, Wording

__all__ = ["By", "Happened", "History", "history_of"]


class By(BaseModel):
    """Who did it: a pseudonym, the unit acted for, and the role acted in."""

    person: str
    unit: str
    role: str


class Happened(BaseModel):
    """One event."""

    version: int
    position: int
    recorded_at: Instant
    type: str
    """The wire name that it is recorded under."""
    zh: str
    en: str
    by: By | None
    """None for what nobody did: the service acted by itself, or a time passed."""
    catalogue: str | None
    """The version that was applied, where the event names one."""
    limits: list[AppliedLimit]
    """The deadlines that it gave."""


class History(BaseModel):
    """Everything that is recorded of an object, in order."""

    items: list[Happened]
    total: int


def history_of(service: Service, stream: str, wording: Wording) -> History:
    """Tell the events of a stream."""
    with service.store.reading() as connection:
        recorded = read_streams(connection, [stream])[stream]
    items = [_happened(one, wording) for one in recorded]
    return History(items=items, total=len(items))


def _happened(recorded: Recorded, wording: Wording) -> Happened:
    envelope = recorded.envelope
    told = wording(parse_event(envelope.type, recorded.data))
    return Happened(
        version=envelope.version,
        position=recorded.position,
        recorded_at=envelope.recorded_at,
        type=envelope.type,
        zh=told.zh,
        en=told.en,
        by=None if told.is_nobodys else _by(envelope),
        catalogue=told.catalogue,
        limits=told.limits,
    )


def _by(envelope: Envelope) -> By | None:
    actor = envelope.actor
    if actor.role == "service":
        return None
    return By(person=actor.person, unit=actor.unit, role=actor.role)
