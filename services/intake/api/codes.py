"""The catalogue in force, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from chassis.http.identity import Role, allow
from contracts.catalogue import Matter, Stage, Street, Unit
from contracts.envelope import Actor
from services.intake.api.parts import Intake

READERS: tuple[Role, ...] = (
    "agent",
    "integrator",
    "dispatcher",
    "officer",
    "leader",
    "director",
    "visitor",
    "auditor",
)


class Codes(BaseModel):
    """The codes of one version of the catalogue."""

    version: str
    streets: tuple[Street, ...]
    matters: tuple[Matter, ...]
    units: tuple[Unit, ...]
    stages: tuple[Stage, ...]


def codes(routes: APIRouter, intake: Intake) -> None:
    """Add the route that gives the catalogue in force."""

    @routes.get("/catalogue")
    def get_catalogue(_actor: Annotated[Actor, Depends(allow(*READERS))]) -> Codes:
        """Give the codes in force: streets, matters with their stages, and units."""
        version = intake.in_force(intake.service.clock.now())
        return Codes(
            version=version.version,
            streets=version.streets(),
            matters=version.matters(),
            units=version.units(),
            stages=version.stage_rows,
        )
