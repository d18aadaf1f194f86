"""Dispatch over HTTP: cases and whistles, what is read and what is commanded."""

from collections.abc import Sequence

from fastapi import APIRouter

from chassis.service import Service
from contracts.catalogue import Catalogue
from services.dispatch.api.assists import assist_commands, assist_reads
from services.dispatch.api.case_reads import case_reads
from services.dispatch.api.cases import case_commands
from services.dispatch.api.claims import claim_commands
from services.dispatch.api.conflicts import conflict_commands, conflict_reads
from services.dispatch.api.queues import queue_reads
from services.dispatch.api.timing import timing_commands
from services.dispatch.api.transfer_reads import transfer_reads
from services.dispatch.api.transfers import transfer_commands
from services.dispatch.api.whistle_reads import whistle_reads
from services.dispatch.api.whistles import whistle_commands


def routers(service: Service, catalogue: Catalogue) -> Sequence[APIRouter]:
    """Give the routes of dispatch."""
    return [
        queue_reads(service, catalogue),
        case_reads(service, catalogue),
        case_commands(catalogue),
        timing_commands(catalogue),
        claim_commands(),
        conflict_reads(service),
        conflict_commands(),
        transfer_reads(service),
        transfer_commands(catalogue),
        assist_reads(service),
        assist_commands(catalogue),
        whistle_commands(catalogue),
        whistle_reads(service),
    ]
