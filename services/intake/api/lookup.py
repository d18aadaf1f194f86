"""Looking a person up by phone over HTTP, for a right of theirs; every look is noted."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.readings import Reads, as_asked
from chassis.http.readings import reading as reading_by
from chassis.http.texts import Reason
from chassis.readings.reading import Reading
from chassis.unit_of_work.session import Session
from contracts.ids import CaseNo, SubjectId
from services.intake.api.parts import Intake
from services.intake.persons import PHONE, everyone, phone_digest
from services.intake.phone import read_phone
from services.intake.views.persons import Person, person_of

PERSONS_MAX = 500
"""Records of one phone that are shown; a phone that more have is a switchboard."""


class Lookup(Body):
    """By which phone, for which of the person's rights (个人信息保护法 art. 45 to 47)."""

    phone: str = Field(min_length=1, max_length=40)
    purpose: Literal["access", "correction", "export", "erasure"]
    reason: Reason


class PersonsFound(BaseModel):
    """The records that have the phone, and those that are linked to them."""

    items: list[Person]
    total: int
    """Also those that are not shown."""


async def _asked() -> Reading:
    return Reading(what="lookup", about="lookup")


Looks = Annotated[Reads, reading_by(_asked, as_asked, "agent", "operator")]


def lookup(routes: CommandRoutes, _intake: Intake) -> None:
    """Add the route by which a person is found."""

    @routes.post("/persons/lookup")
    async def look_up_person(body: Lookup, looks: Looks) -> PersonsFound:
        """Find the records of a phone, in whatever writing; nobody is found by a name alone."""

        def found(session: Session) -> tuple[Reading, PersonsFound]:
            subjects = _subjects(session, body.phone)
            connection = session.transaction.reading
            items = [person_of(connection, session.state, one) for one in subjects[:PERSONS_MAX]]
            cases = sorted(
                {CaseNo(one.case_no) for item in items for one in item.appeals if one.case_no}
            )
            # Each look has an object of its own: the phone must not be, not even as a digest.
            asked = replace(
                looks.asked,
                about=f"lookup-{session.origin.command_id.hex}",
                fields=(body.purpose,),
                reason=body.reason,
            )
            answer = PersonsFound(items=items, total=len(subjects))
            return asked.of([item.subject for item in items], *cases), answer

        return await looks.answer(found)


def _subjects(session: Session, phone: str) -> list[SubjectId]:
    """Give the records of a phone, and of the same person.

    Records of 0.1.0 are found by the phone as it was written then.
    """
    writings = {phone, read_phone(phone) or phone}
    streams = {
        stream
        for writing in writings
        for stream in session.names.tagged(PHONE, phone_digest(session, writing))
    }
    found = {
        one
        for stream in streams
        for one in everyone(session.state, SubjectId(stream.partition("-")[2]))
    }
    return sorted(found)
