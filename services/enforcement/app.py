"""Enforcement, wired: the only place that puts its parts together."""

from chassis.hosting.definition import ServiceDefinition
from chassis.readings.aggregate import reading_aggregate
from chassis.readings.view import readings_view
from chassis.unit_of_work.definition import ServiceModel
from contracts.catalogue import Catalogue
from contracts.events.enforcement import ReadingNoted, ReadingRefused
from contracts.wording.names import names_in
from services.enforcement.api import routers
from services.enforcement.domain.operation.decider import OPERATION
from services.enforcement.reactions import reactions
from services.enforcement.views.cases import CASES
from services.enforcement.views.operations import OPERATIONS
from services.enforcement.views.tasks import TASKS

__all__ = ["definition"]


def definition(catalogue: Catalogue) -> ServiceDefinition:
    """Define the service."""
    return ServiceDefinition(
        model=ServiceModel(
            name="enforcement",
            aggregates={
                "operation": OPERATION,
                "reading": reading_aggregate(ReadingNoted, ReadingRefused),
            },
            views=(TASKS, OPERATIONS, CASES, readings_view(ReadingNoted, ReadingRefused)),
            sources=("dispatch", "intake"),
            reactions=reactions(catalogue),
            names=names_in(catalogue),
        ),
        routers=lambda service: routers(service, catalogue),
        title="吹哨报到 · 联合执法 enforcement",
    )
