"""Reading from intake: lists, one appeal, and its texts with a trace."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from chassis.http.commands import etag
from chassis.http.identity import Role, allow
from chassis.http.paging import Cursor, Limit
from chassis.readings.noting import note
from chassis.readings.reading import Reading
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.envelope import Actor
from contracts.event import Event
from contracts.events.intake import AppealAnswered, AppealDeclined
from contracts.ids import AppealNo, appeal_stream
from contracts.sealed import Sealed
from services.intake.access import CaseNotYours, fact_of, must_work_on
from services.intake.api.parts import AppealPath, Intake
from services.intake.domain.appeal.policies import AppealUnknown
from services.intake.views.appeals import (
    AppealFilter,
    AppealItem,
    find_appeal,
    list_appeals,
    may_work_on,
)

READERS: tuple[Role, ...] = ("agent", "integrator", "auditor", "operator", "visitor")


class AppealDetail(AppealItem):
    """One appeal without its texts."""

    version: int


class AppealTexts(BaseModel):
    """The texts of an appeal; None for what was never given, and for all that was erased."""

    appeal_no: AppealNo
    title: str | None
    text: str | None
    address: str | None
    reply: str | None
    erased: bool


def reading(routes: APIRouter, intake: Intake) -> None:
    """Add the routes that show appeals."""
    service = intake.service

    @routes.get("/appeals")
    def get_appeals(  # noqa: PLR0913  # one parameter per query field
        actor: Annotated[Actor, Depends(allow(*READERS))],
        status: str | None = None,
        source: str | None = None,
        external_no: str | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[AppealItem]:
        """List appeals; an integrator sees its own."""
        own = actor.unit if actor.role == "integrator" else source
        wanted = AppealFilter(status, own, external_no)
        with service.store.reading() as connection:
            return list_appeals(connection, wanted, after, limit)

    @routes.get("/appeals/{appeal_no}")
    def get_appeal(
        appeal_no: AppealPath,
        response: Response,
        actor: Annotated[Actor, Depends(allow(*READERS, "officer", "leader"))],
    ) -> AppealDetail:
        """Show one appeal without its texts; its ETag is the version."""
        version = service.load(appeal_stream(appeal_no)).version
        with service.store.reading() as connection:
            found = find_appeal(connection, appeal_no)
            if found is None:
                raise AppealUnknown(appeal_no=appeal_no)
            allowed = actor.role in READERS or may_work_on(connection, found.case_no, actor.unit)
        if not allowed or (actor.role == "integrator" and found.source != actor.unit):
            raise CaseNotYours(unit=actor.unit)
        response.headers["ETag"] = etag(version)
        return AppealDetail(**dict(found), version=version)

    @routes.get("/appeals/{appeal_no}/text")
    async def read_text(
        appeal_no: AppealPath,
        actor: Annotated[Actor, Depends(allow("agent", "visitor", "officer", "leader"))],
    ) -> AppealTexts:
        """Read title, text, address and our reply in order to work on it; the access is noted."""
        reply = _reply_in(service.history(appeal_stream(appeal_no)))

        def texts(session: Session) -> AppealTexts:
            fact = fact_of(session, appeal_no)
            must_work_on(session, appeal_no)
            text = session.texts.open(fact.text)
            found = AppealTexts(
                appeal_no=appeal_no,
                title=session.texts.open(fact.title),
                text=text,
                address=session.texts.open(fact.address),
                reply=session.texts.open(reply),
                erased=text is None,
            )
            note(
                session,
                Reading(
                    what="text",
                    about=appeal_stream(appeal_no),
                    subjects=(fact.subject,) if fact.subject else (),
                    fields=("title", "text", "address", "reply"),
                ),
            )
            return found

        return await service.ask(actor, texts)


def _reply_in(history: Sequence[Event]) -> Sealed | None:
    """Give our answer or explanation to the caller; None for an appeal that has neither."""
    for event in history:
        if isinstance(event, AppealAnswered):
            return event.answer
        if isinstance(event, AppealDeclined):
            return event.explanation
    return None
