"""Dispatch, wired: the only place that puts its parts together."""

from chassis.hosting.process import ServiceDefinition
from chassis.unit_of_work.definition import ServiceModel
from contracts.catalogue import Catalogue
from contracts.topics import TOPICS
from services.dispatch.api import routers
from services.dispatch.domain.case import CASE
from services.dispatch.domain.whistle import WHISTLE
from services.dispatch.reactions import reactions
from services.dispatch.views.cases import CASES
from services.dispatch.views.whistles import WHISTLES

__all__ = ["definition"]


def definition(catalogue: Catalogue) -> ServiceDefinition:
    """Define the service."""
    return ServiceDefinition(
        model=ServiceModel(
            name="dispatch",
            deciders={"case": CASE, "whistle": WHISTLE},
            views=(CASES, WHISTLES),
            sources=("intake", "enforcement", "feedback"),
            reactions=reactions(catalogue),
        ),
        routers=lambda service: routers(service, catalogue),
        title="吹哨报到 · 派单 dispatch",
        topics={name: topic.name for name, topic in TOPICS.items()},
    )
