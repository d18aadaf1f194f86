"""Feedback over HTTP: the visitors' queue, what a caller answers, and the scores made of it."""

from collections.abc import Sequence

from fastapi import APIRouter

from chassis.http.objects import Kind, objects
from chassis.service import Service
from contracts.catalogue import Catalogue
from contracts.ids import callback_stream
from contracts.wording import wording
from services.feedback.api.callbacks import ACTS, reads
from services.feedback.api.scores import scores
from services.feedback.api.whistle_scores import whistle_scores

OBJECTS = (Kind("/feedback/v1/callbacks/{callback_no}", callback_stream),)


def routers(service: Service, catalogue: Catalogue) -> Sequence[APIRouter]:
    """Give the routes of feedback."""
    own = [
        reads(service),
        ACTS,
        scores(service, catalogue),
        whistle_scores(service, catalogue),
    ]
    return [*own, objects(service, own, OBJECTS, wording(catalogue))]
