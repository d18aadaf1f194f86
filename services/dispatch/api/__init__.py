"""Dispatch over HTTP: cases and whistles."""

from fastapi import APIRouter

from chassis.service import Service
from contracts.catalogue import Catalogue
from services.dispatch.api.cases import case_routes
from services.dispatch.api.whistles import whistle_routes

__all__ = ["routers"]


def routers(service: Service, catalogue: Catalogue) -> list[APIRouter]:
    """Give the routes of dispatch."""
    return [case_routes(service), whistle_routes(service, catalogue)]
