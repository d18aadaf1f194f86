"""Routes that show an operator how the views stand, and rebuild one."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chassis.http.commands import REPLAYED, Commands, Reply, commanding
from chassis.http.identity import allow
from chassis.service import Service
from chassis.unit_of_work.operator_actions import note
from chassis.unit_of_work.session import Session
from chassis.views.rebuild_jobs import ViewStatus
from contracts.envelope import Actor

__all__ = ["views_router"]


class RebuildReason(BaseModel):
    """Why an operator does it."""

    reason: str = Field(min_length=1, max_length=500)


class ViewList(BaseModel):
    """All views of a service."""

    items: list[ViewStatus]
    total: int


def views_router(service: Service) -> APIRouter:
    """Give the routes."""
    router = APIRouter(prefix="/views")

    @router.get("")
    def list_views(
        _actor: Annotated[Actor, Depends(allow("operator", "auditor"))],
    ) -> ViewList:
        """Say how each view stands: what it was built with, and how far a rebuild is."""
        items = service.rebuild_jobs.status()
        return ViewList(items=items, total=len(items))

    @router.post("/{view}/rebuild")
    async def rebuild_view(
        view: str, body: RebuildReason, commands: Annotated[Commands, commanding("operator")]
    ) -> Reply:
        """Rebuild a view beside the one in use, in the background; the status tells how far."""

        def run(session: Session) -> None:
            service.rebuild_jobs.check(view)
            note(session, "rebuild", f"view/{view}", body.reason)

        reply = await commands.execute(run)
        if REPLAYED not in commands.response.headers:
            service.rebuild_jobs.begin(view)
        return reply

    return router
