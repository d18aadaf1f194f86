"""Everything that a service holds on a person, as they may ask for it: events with their texts.

    POST /<service>/v1/held/{subject}    {"reason": …, "after": 0}

walks the log in pages, from the position `after` on. An event belongs to the answer when it names
the person or refers to a text that is sealed under the person's key. The bytes are searched first;
only what is found is parsed.
"""

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool
from typing_extensions import TypeAliasType

from chassis.http.body import Body
from chassis.http.readings import Reads, as_asked
from chassis.http.readings import reading as reading_by
from chassis.http.texts import Reason
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.store.reading import head_position, read_after
from chassis.store.tables import vault_items
from chassis.unit_of_work.session import Session
from contracts.envelope import Recorded
from contracts.ids import SUBJECT_ID, SubjectId, subject_stream
from contracts.instant import format_instant
from contracts.sealed import Sealed

__all__ = ["HeldOnPerson", "HeldRecord", "held_router"]

SCANNED_MAX = 20_000
"""Events of the log that one request looks at."""
FOUND_MAX = 500
"""Records after which an answer ends; a page of the log may bring more."""
_PAGE = 1_000
_REF = re.compile(rb'"ref":"([0-9a-f-]{36})"')

EventValue = TypeAliasType(
    "EventValue", "bool | int | str | list[EventValue] | dict[str, EventValue] | None"
)
"""Any value that an event may hold."""

_Subject = Annotated[SubjectId, Path(pattern=SUBJECT_ID)]


class Asking(Body):
    """Why, and from which position on."""

    reason: Reason
    after: int = Field(default=0, ge=0, le=2**63 - 1)


class HeldRecord(BaseModel):
    """One event about the person."""

    position: int
    stream: str
    type: str
    recorded_at: str
    event: dict[str, EventValue]
    """Texts that are kept for the person stand in the place of their references."""


class HeldOnPerson(BaseModel):
    """A part of what a service holds. `next` is the `after` of the following part."""

    service: str
    subject: SubjectId
    items: list[HeldRecord]
    head: int
    """How far the log goes."""
    next: int | None


async def _asked(subject: _Subject) -> Reading:
    return Reading(what="export", about=subject_stream(subject), subjects=(subject,))


_Exports = Annotated[Reads, reading_by(_asked, as_asked, "agent")]


def held_router(service: Service) -> APIRouter:
    """Give the route."""
    router = APIRouter(prefix="/held")

    @router.post("/{subject}")
    async def export_held(subject: _Subject, body: Asking, exports: _Exports) -> HeldOnPerson:
        """Give what is held on a person (个人信息保护法 art. 45), for a reason; it is noted."""

        def noted(session: Session) -> tuple[Reading, None]:
            return exports.found(session, "events", "texts", reason=body.reason), None

        await exports.answer(noted)
        return await run_in_threadpool(_walk, service, subject, body.after)

    return router


def _walk(service: Service, subject: SubjectId, after: int) -> HeldOnPerson:
    with service.store.reading() as connection:
        head = head_position(connection)
        refs = _refs(connection, subject)
        found: list[Recorded] = []
        until = after
        while until < min(head, after + SCANNED_MAX) and len(found) < FOUND_MAX:
            page = read_after(connection, until, _PAGE)
            found += [one for one in page if _concerns(one.data, subject.encode(), refs)]
            until = page[-1].position
        items = [_record(service, connection, one, refs) for one in found]
    return HeldOnPerson(
        service=service.name,
        subject=subject,
        items=items,
        head=head,
        next=until if until < head else None,
    )


def _refs(connection: Connection, subject: SubjectId) -> frozenset[bytes]:
    query = select(vault_items.c.ref).where(vault_items.c.owner == subject_stream(subject))
    return frozenset(ref.encode() for ref in connection.execute(query).scalars())


def _concerns(data: bytes, subject: bytes, refs: frozenset[bytes]) -> bool:
    return subject in data or any(ref in refs for ref in _REF.findall(data))


def _record(
    service: Service, connection: Connection, one: Recorded, refs: frozenset[bytes]
) -> HeldRecord:
    def opened(value: dict[str, Any]) -> object:
        if value.keys() != Sealed.model_fields.keys() or value["ref"].encode() not in refs:
            return value
        return service.vault.open(connection, Sealed.model_validate(value).ref)

    envelope = one.envelope
    return HeldRecord(
        position=one.position,
        stream=envelope.stream,
        type=envelope.type,
        recorded_at=format_instant(envelope.recorded_at),
        event=json.loads(one.data, object_hook=opened),
    )
