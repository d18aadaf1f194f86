"""Contacts over HTTP: read one, for a reason."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.commands import Commands, commanding
from chassis.http.identity import Role
from chassis.readings import reading as noting
from chassis.readings.noting import note
from chassis.unit_of_work.session import Session
from contracts.ids import subject_stream
from services.intake.access import must_serve
from services.intake.api.parts import CaseField, Intake, SubjectPath
from services.intake.domain.subject.reading import ReadPersonalData
from services.intake.domain.subject.state import Known, SubjectState

READERS: tuple[Role, ...] = ("agent", "visitor", "officer", "leader")


class Reading(Body):
    reason: str = Field(min_length=2, max_length=500)
    fields: tuple[Literal["name", "phone"], ...] = Field(("name", "phone"), min_length=1)
    case_no: CaseField | None = None


class Contact(BaseModel):
    """The fields that were asked for; None where nothing is known."""

    name: str | None = None
    phone: str | None = None


def contacts(routes: CommandRoutes, intake: Intake) -> None:
    """Add the route by which a contact is read."""
    service = intake.service

    @routes.post("/subjects/{subject}/reads", response_model_exclude_unset=True)
    async def read_contact(
        subject: SubjectPath,
        body: Reading,
        commands: Annotated[Commands, commanding(*READERS)],
    ) -> Contact:
        """Read a contact, for a reason. The reading is an event."""
        stream = subject_stream(subject)

        def read(session: Session) -> None:
            must_serve(session, subject, body.case_no)
            command = ReadPersonalData(
                subject=subject,
                fields=body.fields,
                case_no=body.case_no,
                reason=session.texts.seal(body.reason, stream, "appeal-readings"),
                meta=session.meta,
            )
            session.execute(command, stream)

        def contact(session: Session) -> Contact:
            # A key that was used before gives no new event, but a trace and a check.
            must_serve(session, subject, body.case_no)
            note(
                session,
                noting.Reading(
                    what="contact",
                    about=stream,
                    cases=(body.case_no,) if body.case_no else (),
                    subjects=(subject,),
                    fields=body.fields,
                ),
            )
            state: SubjectState = session.state(stream)
            sealed = {"name": state.name, "phone": state.phone} if isinstance(state, Known) else {}
            opened = {field: session.texts.open(sealed.get(field)) for field in body.fields}
            return Contact.model_validate(opened)

        await commands.execute(read, stream)
        return await service.ask(commands.actor, contact)
