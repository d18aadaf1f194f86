"""Persons over HTTP: erase one."""

from typing import Literal

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.identity import Role
from chassis.unit_of_work.session import Session
from contracts.ids import subject_stream
from services.intake.api.parts import Intake, SubjectPath, person
from services.intake.domain.subject.erasing import EraseSubject

OPERATORS: tuple[Role, ...] = ("operator",)


class Erasure(Body):
    ground: Literal["request", "retention"]


def persons(routes: CommandRoutes, _intake: Intake) -> None:
    """Add the routes about persons."""

    @routes.command("/subjects/{subject}/erasure", roles=OPERATORS, on=person, gives=EraseSubject)
    def erase_subject(session: Session, subject: SubjectPath, body: Erasure) -> None:
        """Erase a person everywhere: the key is destroyed, here and then by every service."""
        stream = subject_stream(subject)
        command = EraseSubject(subject=subject, ground=body.ground, meta=session.meta)
        session.execute(command, stream)
        session.texts.destroy_key(stream)
        session.names.unclaim("phone", stream)
