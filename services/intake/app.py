"""Intake, wired: the only place that puts its parts together."""

from chassis.hosting.definition import ServiceDefinition
from chassis.readings.aggregate import reading_aggregate
from chassis.unit_of_work.definition import ServiceModel
from contracts.catalogue import Catalogue
from contracts.events.intake import ReadingNoted, ReadingRefused
from contracts.wording.names import names_in
from services.intake.api import routers
from services.intake.calendar_watch import CalendarWatch
from services.intake.domain.appeal.decider import APPEAL
from services.intake.domain.subject.decider import SUBJECT
from services.intake.relay_numbers import RelayNumbers
from services.intake.views.appeals import APPEALS
from services.intake.views.erasures import ERASURES
from services.intake.views.readings import READINGS
from services.intake.views.rights import RIGHTS

__all__ = ["definition"]


def definition(catalogue: Catalogue, relay: RelayNumbers | None = None) -> ServiceDefinition:
    """Define the service; `relay` leases numbers by which units reach callers."""
    return ServiceDefinition(
        model=ServiceModel(
            name="intake",
            aggregates={
                "appeal": APPEAL,
                "subject": SUBJECT,
                "reading": reading_aggregate(ReadingNoted, ReadingRefused),
            },
            views=(APPEALS, RIGHTS, ERASURES, READINGS),
            sources=("dispatch",),
            names=names_in(catalogue),
        ),
        routers=lambda service: routers(service, catalogue, relay),
        title="吹哨报到 · 受理 intake",
        watches=(CalendarWatch(catalogue),),
    )
