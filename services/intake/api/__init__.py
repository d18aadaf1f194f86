"""Intake over HTTP: receive, decide, read texts and contacts with a trace, erase."""

from fastapi import APIRouter

from chassis.service import Service
from contracts.catalogue import Catalogue
from services.intake.api.appeals import deciding, linking, receiving
from services.intake.api.parts import Intake
from services.intake.api.persons import persons
from services.intake.api.reading import codes, reading

__all__ = ["router"]


def router(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes of intake."""
    routes = APIRouter(prefix="/intake/v1", tags=["intake"])
    intake = Intake(service, catalogue)
    for add in (receiving, deciding, linking, reading, persons, codes):
        add(routes, intake)
    return routes
