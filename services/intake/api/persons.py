"""Persons over HTTP: link, correct and show them."""

from typing import Annotated

from fastapi import Depends
from pydantic import Field, field_validator

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.identity import Role, allow
from chassis.http.texts import Reason, storable
from chassis.unit_of_work.session import Session
from contracts.envelope import Actor
from contracts.ids import SUBJECT_ID, SubjectId, subject_stream
from services.intake.api.parts import Intake, SubjectPath, person
from services.intake.domain.subject.correcting import CorrectSubject, PhoneUnreadable
from services.intake.domain.subject.linking import LinkSubjects, SubjectsAreOne, UnlinkSubjects
from services.intake.domain.subject.policies import must_be_processed
from services.intake.persons import index, unindex
from services.intake.phone import read_phone
from services.intake.views.persons import Person, person_of

AGENTS: tuple[Role, ...] = ("agent",)
READERS: tuple[Role, ...] = ("agent", "operator", "auditor")

SubjectField = Annotated[SubjectId, Field(pattern=SUBJECT_ID)]


class OtherRecord(Body):
    other: SubjectField
    reason: Reason


OTHER = OtherRecord(other=SubjectId("0" * 32), reason="来电人确认两次均为本人来电。")


class Correction(Body):
    """What is right instead; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    phone: str | None = Field(default=None, min_length=1, max_length=40)
    reason: Reason

    @field_validator("name", "phone")
    @classmethod
    def _storable(cls, text: str | None) -> str | None:
        return None if text is None else storable(text)


def persons(routes: CommandRoutes, intake: Intake) -> None:
    """Add the routes about persons."""
    service = intake.service

    @routes.get("/subjects/{subject}")
    def get_subject(
        subject: SubjectPath, _actor: Annotated[Actor, Depends(allow(*READERS))]
    ) -> Person:
        """Show a person's record without name and phone: its appeals, links and requests."""
        with service.store.reading() as connection:
            return person_of(connection, lambda stream: service.load(stream).state, subject)

    @routes.command(
        "/subjects/{subject}/link", roles=AGENTS, on=person, gives=LinkSubjects, sample=OTHER
    )
    def link_subjects(session: Session, subject: SubjectPath, body: OtherRecord) -> None:
        """Say that two records are of one person (合并当事人)."""
        if subject == body.other:
            raise SubjectsAreOne
        _on_both(session, LinkSubjects, subject, body)

    @routes.command(
        "/subjects/{subject}/unlink", roles=AGENTS, on=person, gives=UnlinkSubjects, sample=OTHER
    )
    def unlink_subjects(session: Session, subject: SubjectPath, body: OtherRecord) -> None:
        """Undo a link (撤销合并)."""
        _on_both(session, UnlinkSubjects, subject, body)

    @routes.command(
        "/subjects/{subject}/correction",
        roles=AGENTS,
        on=person,
        gives=CorrectSubject,
        sample=Correction(name="李四", reason="来电人更正姓名。"),
    )
    def correct_subject(session: Session, subject: SubjectPath, body: Correction) -> None:
        """Correct name or phone at the person's wish (更正); they are found by the new one."""
        stream = subject_stream(subject)
        known = must_be_processed(subject, session.state(stream))
        number = read_phone(body.phone) if body.phone else None
        if body.phone and number is None:
            raise PhoneUnreadable
        seal = session.texts.seal
        command = CorrectSubject(
            subject=subject,
            name=seal(body.name, stream) if body.name else None,
            phone=seal(number, stream) if number else None,
            reason=seal(body.reason, stream),
            meta=session.meta,
        )
        session.execute(command, stream)
        unindex(session, stream)
        name = body.name or session.texts.open(known.name)
        phone = number or session.texts.open(known.phone)
        index(session, stream, name, read_phone(phone) if phone else None)


def _on_both(
    session: Session,
    command: type[LinkSubjects] | type[UnlinkSubjects],
    subject: SubjectId,
    body: OtherRecord,
) -> None:
    """Let both records decide; each keeps the reason under its own key."""
    pairs = ((subject, body.other), (body.other, subject))
    for one, _ in pairs:
        must_be_processed(one, session.state(subject_stream(one)))
    for one, other in pairs:
        stream = subject_stream(one)
        reason = session.texts.seal(body.reason, stream)
        session.execute(command(subject=one, other=other, reason=reason, meta=session.meta), stream)
