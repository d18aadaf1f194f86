"""Reading from intake: lists, one appeal, its texts with a trace, and the codes in force."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from chassis.http.commands import etag
from chassis.http.identity import Role, allow
from chassis.http.paging import Cursor, Limit, Page
from chassis.unit_of_work.session import Session
from contracts.envelope import Actor
from contracts.event import Event
from contracts.events.intake import AppealAnswered, AppealDeclined
from contracts.sealed import Sealed
from services.intake.api.parts import AppealNo, Intake
from services.intake.api.rights import CaseNotYours, fact_of, must_work_on
from services.intake.domain.appeal import AppealUnknown
from services.intake.views.appeals import AppealFilter, find_appeal, list_appeals, may_work_on

__all__ = ["codes", "reading"]

READERS: tuple[Role, ...] = ("agent", "integrator", "auditor", "operator", "visitor")


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
    ) -> Page[dict[str, Any]]:
        """List appeals; an integrator sees its own."""
        own = actor.unit if actor.role == "integrator" else source
        with service.store.reading() as connection:
            wanted = AppealFilter(status, own, external_no)
            items, total, following = list_appeals(connection, wanted, after, limit)
        return Page(items=items, total=total, next=following)

    @routes.get("/appeals/{appeal_no}")
    def get_appeal(
        appeal_no: AppealNo,
        response: Response,
        actor: Annotated[Actor, Depends(allow(*READERS, "officer", "leader"))],
    ) -> dict[str, Any]:
        """Show one appeal without its texts; its ETag is the version."""
        version = service.load(f"appeal-{appeal_no}").version
        with service.store.reading() as connection:
            row = find_appeal(connection, appeal_no)
            if row is None:
                raise AppealUnknown(appeal_no=appeal_no)
            allowed = actor.role in READERS or may_work_on(connection, row["case_no"], actor.unit)
        if not allowed or (actor.role == "integrator" and row["source"] != actor.unit):
            raise CaseNotYours(unit=actor.unit)
        response.headers["ETag"] = etag(version)
        return {**row, "version": version}

    @routes.get("/appeals/{appeal_no}/text")
    async def read_text(
        appeal_no: AppealNo,
        actor: Annotated[Actor, Depends(allow("agent", "visitor", "officer", "leader"))],
    ) -> dict[str, Any]:
        """Read title, text, address and our reply in order to work on it; the access is noted."""
        found: dict[str, str | None] = {}
        history = service.history(f"appeal-{appeal_no}")

        def read(session: Session) -> None:
            fact = fact_of(session, appeal_no)
            must_work_on(session, appeal_no)
            found.update(
                title=session.open(fact.title),
                text=session.open(fact.text),
                address=session.open(fact.address),
                reply=session.open(_reply_in(history)),
            )
            session.note_access(f"appeal-{appeal_no}", "title", "text", "address", "reply")

        await service.ask(actor, read)
        return {"appeal_no": appeal_no, **found, "erased": found["text"] is None}


def _reply_in(history: Sequence[Event]) -> Sealed | None:
    """Find what the caller was told, if the appeal ended with an answer or was declined."""
    for event in history:
        if isinstance(event, AppealAnswered):
            return event.answer
        if isinstance(event, AppealDeclined):
            return event.explanation
    return None


def codes(routes: APIRouter, intake: Intake) -> None:
    """Add the route that gives the catalogue in force."""

    @routes.get("/catalogue")
    def get_catalogue(
        _actor: Annotated[
            Actor,
            Depends(allow("agent", "integrator", "officer", "leader", "visitor", "auditor")),
        ],
    ) -> dict[str, Any]:
        """Give the codes in force: streets, matters and units."""
        version = intake.in_force()
        return {
            "version": version.version,
            "streets": [street.model_dump(mode="json") for street in version.streets()],
            "matters": [matter.model_dump(mode="json") for matter in version.matters()],
            "units": [unit.model_dump(mode="json") for unit in version.units()],
        }
