"""Feedback, wired: the only place that puts its parts together."""

from chassis.hosting.definition import ServiceDefinition
from chassis.readings.aggregate import reading_aggregate
from chassis.readings.view import readings_view
from chassis.unit_of_work.definition import ServiceModel
from contracts.catalogue import Catalogue
from contracts.events.feedback import ReadingNoted, ReadingRefused
from contracts.wording.names import names_in
from services.feedback.api import routers
from services.feedback.domain.callback.decider import CALLBACK
from services.feedback.reactions import REACTIONS
from services.feedback.views.callbacks import CALLBACKS
from services.feedback.views.conflicts import CONFLICTS
from services.feedback.views.participants import PARTICIPANTS
from services.feedback.views.scores import SCORES
from services.feedback.views.whistle_scores import WHISTLE_SCORES

__all__ = ["definition"]


def definition(catalogue: Catalogue) -> ServiceDefinition:
    """Define the service."""
    return ServiceDefinition(
        model=ServiceModel(
            name="feedback",
            aggregates={
                "callback": CALLBACK,
                "reading": reading_aggregate(ReadingNoted, ReadingRefused),
            },
            views=(
                CALLBACKS,
                CONFLICTS,
                PARTICIPANTS,
                SCORES,
                WHISTLE_SCORES,
                readings_view(ReadingNoted, ReadingRefused),
            ),
            sources=("dispatch", "enforcement", "intake"),
            reactions=REACTIONS,
            names=names_in(catalogue),
        ),
        routers=lambda service: routers(service, catalogue),
        title="吹哨报到 · 回访评价 feedback",
    )
