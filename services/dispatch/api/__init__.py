"""Dispatch over HTTP: cases and whistles, what is read and what is commanded."""

from collections.abc import Sequence

from fastapi import APIRouter

from chassis.http.objects import Kind, objects
from chassis.service import Service
from contracts.catalogue import Catalogue
from contracts.ids import case_stream, whistle_stream
from contracts.wording import wording
from services.dispatch.api.addresses import PREFIX
from services.dispatch.api.case_reads import case_reads
from services.dispatch.api.cases import case_commands
from services.dispatch.api.conflicts import conflict_commands, conflict_reads
from services.dispatch.api.whistle_reads import whistle_reads
from services.dispatch.api.whistles import whistle_commands

OBJECTS = (
    Kind(f"{PREFIX}/cases/{{case_no}}", case_stream),
    Kind(f"{PREFIX}/whistles/{{whistle_no}}", whistle_stream),
)


def routers(service: Service, catalogue: Catalogue) -> Sequence[APIRouter]:
    """Give the routes of dispatch."""
    own = [
        case_reads(service),
        case_commands(),
        conflict_reads(service),
        conflict_commands(),
        whistle_commands(catalogue),
        whistle_reads(service),
    ]
    return [*own, objects(service, own, OBJECTS, wording(catalogue))]
