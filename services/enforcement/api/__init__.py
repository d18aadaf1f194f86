"""Enforcement over HTTP: what is read, and every act from the call to the release."""

from collections.abc import Sequence

from fastapi import APIRouter

from chassis.http.objects import Kind, objects
from chassis.service import Service
from contracts.catalogue import Catalogue
from contracts.ids import operation_stream
from contracts.wording import wording
from services.enforcement.api.acts import acts
from services.enforcement.api.reads import reads
from services.enforcement.api.texts import texts

OBJECTS = (Kind("/enforcement/v1/operations/{operation_no}", operation_stream),)


def routers(service: Service, catalogue: Catalogue) -> Sequence[APIRouter]:
    """Give the routes of enforcement."""
    own = [reads(service, catalogue), texts(catalogue), acts(catalogue)]
    return [*own, objects(service, own, OBJECTS, wording(catalogue))]
