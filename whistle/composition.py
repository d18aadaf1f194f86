"""The services of an installation: the only place that names all four."""

from collections.abc import Sequence

from chassis.hosting.definition import ServiceDefinition
from contracts.catalogue import Catalogue
from services.dispatch.app import definition as dispatch
from services.enforcement.app import definition as enforcement
from services.feedback.app import definition as feedback
from services.intake.app import definition as intake
from services.intake.relay_numbers import RelayNumbers

__all__ = ["definitions"]


def definitions(
    catalogue: Catalogue, relay: RelayNumbers | None = None
) -> Sequence[ServiceDefinition]:
    """Define every service, in the order in which a complaint meets them."""
    others = [define(catalogue) for define in (dispatch, enforcement, feedback)]
    return [intake(catalogue, relay), *others]
