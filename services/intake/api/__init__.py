"""Intake over HTTP: receive, decide, read texts and contacts with a trace, link and erase."""

from collections.abc import Sequence

from fastapi import APIRouter

from chassis.http.command_routes import CommandRoutes
from chassis.http.objects import Kind, objects
from chassis.service import Service
from contracts.catalogue import Catalogue
from contracts.ids import appeal_stream
from contracts.wording import wording
from services.intake.api.appeal_reads import appeal_reads
from services.intake.api.appeal_texts import appeal_texts
from services.intake.api.appeals import deciding, linking, receiving
from services.intake.api.codes import codes
from services.intake.api.contacts import contacts
from services.intake.api.erasures import erasures
from services.intake.api.lookup import lookup
from services.intake.api.parts import Intake
from services.intake.api.persons import persons
from services.intake.api.titles import titles
from services.intake.relay_numbers import RelayNumbers

OBJECTS = (Kind("/intake/v1/appeals/{appeal_no}", appeal_stream),)


def routers(
    service: Service, catalogue: Catalogue, relay: RelayNumbers | None
) -> Sequence[APIRouter]:
    """Give the routes of intake."""
    own = router(service, catalogue, relay)
    return [own, objects(service, [own], OBJECTS, wording(catalogue))]


def router(service: Service, catalogue: Catalogue, relay: RelayNumbers | None) -> CommandRoutes:
    """Give its own routes, without those that every object has."""
    routes = CommandRoutes("/intake/v1", "intake")
    intake = Intake(service, catalogue, relay)
    for add in (
        receiving,
        deciding,
        linking,
        appeal_reads,
        appeal_texts,
        contacts,
        titles,
        persons,
        lookup,
        erasures,
        codes,
    ):
        add(routes, intake)
    return routes
