"""Dispatch over HTTP: cases and whistles, what is read and what is commanded."""

from collections.abc import Sequence

from fastapi import APIRouter

from chassis.http.objects import Kind, objects
from chassis.service import Service
from contracts.catalogue import Catalogue
from contracts.ids import case_stream, whistle_stream
from contracts.wording import wording
from services.dispatch.api.addresses import PREFIX
from services.dispatch.api.assists import assist_commands, assist_reads
from services.dispatch.api.case_reads import case_reads
from services.dispatch.api.cases import case_commands
from services.dispatch.api.claims import claim_commands
from services.dispatch.api.conflicts import conflict_commands, conflict_reads
from services.dispatch.api.escalations import escalation_commands, escalation_reads
from services.dispatch.api.queues import queue_reads
from services.dispatch.api.timing import timing_commands
from services.dispatch.api.transfer_reads import transfer_reads
from services.dispatch.api.transfers import transfer_commands
from services.dispatch.api.whistle_reads import whistle_reads
from services.dispatch.api.whistle_steps import whistle_steps
from services.dispatch.api.whistles import whistle_commands

OBJECTS = (
    Kind(f"{PREFIX}/cases/{{case_no}}", case_stream),
    Kind(f"{PREFIX}/whistles/{{whistle_no}}", whistle_stream),
)


def routers(service: Service, catalogue: Catalogue) -> Sequence[APIRouter]:
    """Give the routes of dispatch."""
    own = [
        queue_reads(service, catalogue),
        case_reads(service, catalogue),
        case_commands(catalogue),
        timing_commands(catalogue),
        claim_commands(),
        conflict_reads(service, catalogue),
        conflict_commands(),
        transfer_reads(service, catalogue),
        transfer_commands(catalogue),
        assist_reads(service),
        assist_commands(catalogue),
        whistle_commands(catalogue),
        whistle_steps(catalogue),
        whistle_reads(service, catalogue),
        escalation_commands(catalogue),
        escalation_reads(service, catalogue),
    ]
    return [*own, objects(service, own, OBJECTS, wording(catalogue))]
