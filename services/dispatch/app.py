"""Dispatch, wired: the only place that puts its parts together."""

from chassis.hosting.definition import ServiceDefinition
from chassis.readings.aggregate import reading_aggregate
from chassis.readings.view import readings_view
from chassis.unit_of_work.definition import ServiceModel
from contracts.catalogue import Catalogue
from contracts.events.dispatch import ReadingNoted, ReadingRefused
from contracts.wording.names import names_in
from services.dispatch.api import routers
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.reactions import reactions
from services.dispatch.views.assists import ASSISTS
from services.dispatch.views.callers import CALLERS
from services.dispatch.views.cases import CASES
from services.dispatch.views.conflicts import CONFLICTS
from services.dispatch.views.escalations import ESCALATIONS
from services.dispatch.views.transfers import TRANSFERS
from services.dispatch.views.whistles import WHISTLES

__all__ = ["definition"]


def definition(catalogue: Catalogue) -> ServiceDefinition:
    """Define the service."""
    return ServiceDefinition(
        model=ServiceModel(
            name="dispatch",
            aggregates={
                "case": CASE,
                "whistle": WHISTLE,
                "reading": reading_aggregate(ReadingNoted, ReadingRefused),
            },
            views=(
                CASES,
                CALLERS,
                CONFLICTS,
                ESCALATIONS,
                WHISTLES,
                TRANSFERS,
                ASSISTS,
                readings_view(ReadingNoted, ReadingRefused),
            ),
            sources=("intake", "enforcement", "feedback"),
            reactions=reactions(catalogue),
            names=names_in(catalogue),
        ),
        routers=lambda service: routers(service, catalogue),
        title="吹哨报到 · 派单 dispatch",
    )
