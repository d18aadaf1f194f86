"""Intake over HTTP: receive, decide, read texts and contacts with a trace, link and erase."""

from chassis.http.command_routes import CommandRoutes
from chassis.service import Service
from contracts.catalogue import Catalogue
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


def router(service: Service, catalogue: Catalogue, relay: RelayNumbers | None) -> CommandRoutes:
    """Give the routes of intake."""
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
