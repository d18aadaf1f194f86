"""Enforcement, wired: the only place that puts its parts together."""

from chassis.hosting.process import ServiceDefinition
from chassis.unit_of_work.definition import ServiceModel
from contracts.catalogue import Catalogue
from contracts.topics import TOPICS
from services.enforcement.api import router
from services.enforcement.domain.operation import OPERATION
from services.enforcement.reactions import reactions
from services.enforcement.views.operations import OPERATIONS
from services.enforcement.views.tasks import TASKS

__all__ = ["definition"]


def definition(catalogue: Catalogue) -> ServiceDefinition:
    """Define the service."""
    return ServiceDefinition(
        model=ServiceModel(
            name="enforcement",
            deciders={"operation": OPERATION},
            views=(TASKS, OPERATIONS),
            sources=("dispatch", "intake"),
            reactions=reactions(catalogue),
        ),
        routers=lambda service: [router(service)],
        title="吹哨报到 · 联合执法 enforcement",
        topics={name: topic.name for name, topic in TOPICS.items()},
    )
