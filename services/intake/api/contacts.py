"""Contacts over HTTP: whom to call about an appeal, for a reason; every reading is an event."""

from typing import Literal

from anyio import to_thread
from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.http.body import Body
from chassis.http.texts import Reason
from chassis.readings.reading import Reading
from chassis.unit_of_work.session import Session
from contracts.envelope import Actor
from contracts.ids import subject_stream
from services.intake.access import CallerAnonymous, must_serve, recorded
from services.intake.api.parts import AppealPath, Intake, ReadsContact
from services.intake.domain.appeal.state import RecordedAppeal
from services.intake.domain.subject.policies import must_be_processed
from services.intake.relay_numbers import LEASE, Lease, RelayNotConnected, RelayNumber

ContactField = Literal["name", "phone", "as_given", "relay_number"]


class ContactReading(Body):
    """Why the caller is to be called, and what is needed for it."""

    reason: Reason
    fields: tuple[ContactField, ...] | None = Field(default=None, min_length=1, max_length=4)
    """None: what is usually needed. The hotline: name, phone, and what was given in its place;
    a unit: name and relay number, of one who asked for confidence the relay number alone."""


class Contact(BaseModel):
    """The fields that were asked for; None where nothing is known."""

    name: str | None = None
    phone: str | None = None
    """In its one form (`services.intake.phone`)."""
    as_given: str | None = None
    """What the caller gave where a phone belongs, if it is none."""
    relay_number: RelayNumber | None = None


def contacts(routes: APIRouter, intake: Intake) -> None:
    """Add the route by which a contact is read."""

    @routes.post("/appeals/{appeal_no}/contact", response_model_exclude_unset=True)
    async def read_contact(
        appeal_no: AppealPath,
        body: ContactReading,
        reads: ReadsContact,
    ) -> Contact:
        """Read whom to call, for a reason; the reading is an event.

        Units get a relay number: neither side learns the other's. A contact ends with the task.
        """

        def found(session: Session) -> tuple[Reading, tuple[Contact, str | None]]:
            appeal = recorded(session, appeal_no)
            fields = body.fields or _usual(session.actor, appeal)
            must_serve(session, appeal, fields)
            known = _person(session, appeal)
            shown = Contact.model_validate({field: known[field] for field in fields})
            dialled = known["phone"] if "relay_number" in fields else None
            if dialled and intake.relay is None:
                raise RelayNotConnected
            return reads.found(session, *fields, reason=body.reason), (shown, dialled)

        contact, dialled = await reads.answer(found)
        if dialled and intake.relay is not None:
            until = intake.service.clock.now() + LEASE
            wanted = Lease(appeal_no, reads.actor.unit, dialled, until)
            contact.relay_number = await to_thread.run_sync(intake.relay.lease, wanted)
        return contact


def _usual(actor: Actor, appeal: RecordedAppeal) -> tuple[ContactField, ...]:
    if actor.role in {"agent", "visitor"}:
        return ("name", "phone", "as_given")
    return ("relay_number",) if appeal.fact.confidential else ("name", "relay_number")


def _person(session: Session, appeal: RecordedAppeal) -> dict[ContactField, str | None]:
    """Give what is known of the caller.

    Raises: CallerAnonymous, SubjectAlreadyErased, ErasureUnderWay.
    """
    fact, opened = appeal.fact, session.texts.open
    if fact.subject is None:
        raise CallerAnonymous(appeal_no=fact.appeal_no)
    known = must_be_processed(fact.subject, session.state(subject_stream(fact.subject)))
    return {
        "name": opened(known.name or fact.given_name),
        "phone": opened(known.phone),
        "as_given": opened(fact.given_contact),
        "relay_number": None,
    }
