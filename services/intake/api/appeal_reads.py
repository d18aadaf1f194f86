"""Appeals as they stand, without their texts: the list, and one of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from chassis.http.commands import etag
from chassis.http.identity import Role, allow
from chassis.http.paging import Cursor, Limit
from chassis.views.keyset import Page
from contracts.envelope import Actor
from contracts.ids import SubjectId, appeal_stream
from services.intake.access import must_not_be_recused, sees_persons
from services.intake.api.parts import AppealPath, Intake
from services.intake.domain.appeal.policies import AppealUnknown
from services.intake.domain.appeal.state import AppealStage
from services.intake.domain.rights import CaseNotYours
from services.intake.views.appeals import AppealFilter, AppealItem, find_appeal, list_appeals
from services.intake.views.rights import tasks_of

READERS: tuple[Role, ...] = (
    "agent",
    "dispatcher",
    "integrator",
    "auditor",
    "operator",
    "visitor",
)


class AppealDetail(AppealItem):
    """One appeal without its texts."""

    version: int
    subject: SubjectId | None
    """The person, told to agents, auditors and operators alone; None for an anonymous caller."""


def appeal_reads(routes: APIRouter, intake: Intake) -> None:
    """Add the routes that show appeals."""
    service = intake.service

    @routes.get("/appeals")
    def get_appeals(  # noqa: PLR0913  # one parameter per query field
        actor: Annotated[Actor, Depends(allow(*READERS))],
        status: AppealStage | None = None,
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
        actor: Annotated[Actor, Depends(allow(*READERS, "officer", "leader", "director"))],
    ) -> AppealDetail:
        """Show one appeal without its texts; its ETag is the version."""
        loaded = service.load(appeal_stream(appeal_no))
        with service.store.reading() as connection:
            found = find_appeal(connection, appeal_no)
            if found is None:
                raise AppealUnknown(appeal_no=appeal_no)
            must_not_be_recused(connection, actor, found.case_no)
            has_task = bool(tasks_of(connection, found.case_no, actor.unit))
        if not (actor.role in READERS or has_task):
            raise CaseNotYours(unit=actor.unit)
        if actor.role == "integrator" and found.source != actor.unit:
            raise CaseNotYours(unit=actor.unit)
        response.headers["ETag"] = etag(loaded.version)
        subject = loaded.state.fact.subject if sees_persons(actor) else None
        return AppealDetail(**dict(found), version=loaded.version, subject=subject)
