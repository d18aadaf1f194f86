"""Persons over HTTP: read a contact for a reason, erase a person."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from chassis.http.commands import Commands, Reply, commanding
from chassis.unit_of_work.session import Session
from services.intake.api.parts import Intake, SubjectId
from services.intake.api.rights import must_serve
from services.intake.domain.subject import EraseSubject, ReadPersonalData, SubjectState

__all__ = ["persons"]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Reading(Body):
    reason: str = Field(min_length=2, max_length=500)
    fields: tuple[Literal["name", "phone"], ...] = Field(("name", "phone"), min_length=1)
    case_no: str | None = Field(default=None, pattern=r"^[0-9]{12}$")


class Erasure(Body):
    ground: Literal["request", "retention"]


def persons(routes: APIRouter, intake: Intake) -> None:
    """Add the routes about persons."""
    service = intake.service

    @routes.post("/subjects/{subject}/reads")
    async def read_contact(
        subject: SubjectId,
        body: Reading,
        commands: Annotated[Commands, commanding("agent", "visitor", "officer", "leader")],
    ) -> dict[str, str | None]:
        """Read a contact, for a reason. The reading is an event."""
        stream, shown = f"subject-{subject}", dict[str, str | None]()

        def read(session: Session) -> None:
            must_serve(session, subject, body.case_no)
            session.execute(
                ReadPersonalData(
                    subject=subject,
                    fields=body.fields,
                    case_no=body.case_no,
                    reason=session.seal(body.reason, stream, "appeal-readings"),
                    by=session.actor.person,
                    unit=session.actor.unit,
                    at=session.now,
                ),
                stream,
            )

        def show(session: Session) -> None:
            # Asked again under a key that was used, there is no new event, but a trace and a check.
            must_serve(session, subject, body.case_no)
            session.note_access(stream, *body.fields)
            state: SubjectState = session.state(stream)
            for field in body.fields:
                shown[field] = session.open(getattr(state, field, None))

        await commands.execute(read, stream)
        await service.ask(commands.actor, show)
        return shown

    @routes.post("/subjects/{subject}/erasure")
    async def erase_subject(
        subject: SubjectId, body: Erasure, commands: Annotated[Commands, commanding("operator")]
    ) -> Reply:
        """Erase a person everywhere: the key is destroyed, and every service told."""
        stream = f"subject-{subject}"

        def erase(session: Session) -> None:
            session.execute(
                EraseSubject(
                    subject=subject, ground=body.ground, by=session.actor.person, at=session.now
                ),
                stream,
            )
            session.destroy_key(stream)
            session.unclaim("phone", stream)

        return await commands.execute(erase, stream)
