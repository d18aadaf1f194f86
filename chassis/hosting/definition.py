"""A service as its `app.py` defines it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from chassis.observability.health import Watch
from chassis.service import Service
from chassis.unit_of_work.definition import ServiceModel

__all__ = ["ServiceDefinition"]


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """What a process needs to run a service."""

    model: ServiceModel
    routers: Callable[[Service], Sequence[APIRouter]]
    title: str
    watches: Sequence[Watch] = ()
    """What looks for things that a person should know of (`/health/ready`, `attention`)."""

    @property
    def name(self) -> str:
        """The service's name."""
        return self.model.name
