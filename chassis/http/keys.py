"""The route by which an operator rotates a service's master key while it runs."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from chassis.failpoints import failpoint
from chassis.http.commands import Commands, Reply, commanding
from chassis.service import Service
from chassis.unit_of_work.operator_actions import note
from chassis.unit_of_work.session import Session

__all__ = ["keys_router"]


class RotationReason(BaseModel):
    """Why an operator rotates the key."""

    reason: str = Field(min_length=1, max_length=500)


def keys_router(service: Service) -> APIRouter:
    """Give the route."""
    router = APIRouter(prefix="/keys")

    @router.post("/rotate")
    async def rotate_master_key(
        body: RotationReason, commands: Annotated[Commands, commanding("operator")]
    ) -> Reply:
        """Wrap every key under a new master key, in one transaction; texts stay readable."""

        def run(session: Session) -> None:
            session.texts.rotate_master_key()
            note(session, "rotate", f"keys/{service.name}", body.reason)

        reply = await commands.execute(run)
        failpoint("before_key_files_settle")
        await run_in_threadpool(_settle, service)
        return reply

    return router


def _settle(service: Service) -> None:
    # In the writer's lock: no rotation may be half done while the files are put in order.
    with service.store.writing() as connection:
        service.vault.settle(connection)
