"""Feedback, wired: the only place that puts its parts together."""

from fastapi import APIRouter

from chassis.hosting.process import ServiceDefinition
from chassis.service import Service
from chassis.unit_of_work.definition import ServiceModel
from contracts.catalogue import Catalogue
from contracts.topics import TOPICS
from services.feedback.api import callbacks_router, scores_router
from services.feedback.domain.callback import CALLBACK
from services.feedback.reactions import REACTIONS
from services.feedback.views.callbacks import CALLBACKS
from services.feedback.views.scores import SCORES

__all__ = ["definition", "model", "routers"]


def definition(catalogue: Catalogue) -> ServiceDefinition:
    """Define the service."""
    return ServiceDefinition(
        model=model(),
        routers=lambda service: routers(service, catalogue),
        title="吹哨报到 · 回访评价 feedback",
        topics={name: topic.name for name, topic in TOPICS.items()},
    )


def model() -> ServiceModel:
    """Say what the chassis has to know of feedback; no catalogue decides any of it."""
    return ServiceModel(
        name="feedback",
        deciders={"callback": CALLBACK},
        views=(CALLBACKS, SCORES),
        sources=("dispatch", "intake"),
        reactions=REACTIONS,
    )


def routers(service: Service, catalogue: Catalogue) -> list[APIRouter]:
    """Give the routes: of call-backs, and of scores by the catalogue's policy."""
    return [callbacks_router(service), scores_router(service, catalogue)]
