"""Contacts over HTTP: whom to call about an appeal, for a reason; every reading is an event."""

from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.http.body import Body
from chassis.http.readings import Reads, reading
from chassis.http.texts import Reason
from chassis.readings.reading import Reading
from chassis.unit_of_work.session import Session
from contracts.envelope import Actor
from contracts.ids import appeal_stream, subject_stream
from services.intake.access import CallerAnonymous, case_of, must_serve, recorded
from services.intake.api.parts import AppealPath, Intake
from services.intake.domain.appeal.state import RecordedAppeal
from services.intake.domain.subject.state import Known, SubjectState
from services.intake.relay_numbers import LEASE, Lease, RelayNotConnected, RelayNumber

ContactField = Literal["name", "phone", "relay_number"]


class ContactReading(Body):
    """Why the caller is to be called, and what is needed for it."""

    reason: Reason
    fields: tuple[ContactField, ...] | None = Field(default=None, min_length=1, max_length=3)
    """None: name and phone for the hotline, name and relay number for a unit, and the relay number
    alone where the caller asked for confidence."""


class Contact(BaseModel):
    """The fields that were asked for; None where nothing is known."""

    name: str | None = None
    phone: str | None = None
    relay_number: RelayNumber | None = None


async def contact_asked(appeal_no: AppealPath) -> Reading:
    """Name what is asked for."""
    return Reading(what="contact", about=appeal_stream(appeal_no))


def contacts(routes: APIRouter, intake: Intake) -> None:
    """Add the route by which a contact is read."""

    @routes.post("/appeals/{appeal_no}/contact", response_model_exclude_unset=True)
    async def read_contact(
        appeal_no: AppealPath,
        body: ContactReading,
        reads: Annotated[Reads, reading(contact_asked, "agent", "visitor", "officer", "leader")],
    ) -> Contact:
        """Read whom to call, for a reason; the reading is an event.

        Units get a relay number: neither side learns the other's. A contact ends with the task.
        """

        def found(session: Session) -> tuple[Reading, tuple[Contact, str | None]]:
            appeal = recorded(session, appeal_no)
            fields = body.fields or _usual(session.actor, appeal)
            must_serve(session, appeal, fields)
            name, phone = _person(session, appeal)
            known = {"name": name, "phone": phone, "relay_number": None}
            shown = Contact.model_validate({field: known[field] for field in fields})
            dialled = phone if "relay_number" in fields else None
            if dialled and intake.relay is None:
                raise RelayNotConnected
            return _reading(appeal, fields, body.reason), (shown, dialled)

        contact, dialled = await reads.answer(found)
        if dialled and intake.relay is not None:
            until = intake.service.clock.now() + LEASE
            wanted = Lease(appeal_no, reads.actor.unit, dialled, until)
            contact.relay_number = await to_thread.run_sync(intake.relay.lease, wanted)
        return contact


def _usual(actor: Actor, appeal: RecordedAppeal) -> tuple[ContactField, ...]:
    if actor.role in {"agent", "visitor"}:
        return ("name", "phone")
    return ("relay_number",) if appeal.fact.confidential else ("name", "relay_number")


def _person(session: Session, appeal: RecordedAppeal) -> tuple[str | None, str | None]:
    """Give name and phone; None for what is not known or erased. Raises: CallerAnonymous."""
    fact = appeal.fact
    if fact.subject is None:
        raise CallerAnonymous(appeal_no=fact.appeal_no)
    state: SubjectState = session.state(subject_stream(fact.subject))
    if not isinstance(state, Known):
        return None, None
    return session.texts.open(state.name), session.texts.open(state.phone)


def _reading(appeal: RecordedAppeal, fields: tuple[ContactField, ...], reason: str) -> Reading:
    case_no, subject = case_of(appeal), appeal.fact.subject
    return Reading(
        what="contact",
        about=appeal_stream(appeal.fact.appeal_no),
        cases=(case_no,) if case_no else (),
        subjects=(subject,) if subject else (),
        fields=fields,
        reason=reason,
    )
