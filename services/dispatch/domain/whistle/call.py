"""Calling the units: from here on each of them has to report in time."""

from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.dispatch import WhistleBlown, WhistleProposed
from contracts.ids import CaseNo, WhistleNo
from services.dispatch.domain.whistle.stage import at_stage
from services.dispatch.domain.whistle.state import Approved, Begun


@dataclass(frozen=True, slots=True, kw_only=True)
class BlowWhistle:
    """吹哨 (art. 16): from here on the named units must report in time.

    It was approved, so anybody on duty in the street may blow it.
    """

    whistle_no: WhistleNo
    case_no: CaseNo
    meta: Meta


def blow(command: BlowWhistle, state: Begun) -> WhistleBlown:
    """Blow it. Raises: NotTheStreet, WhistleNotReady."""
    fact = at_stage(command.meta.by, state, Approved)
    return blown(fact, command.meta, is_to_confirm=False)


def blown(fact: WhistleProposed, meta: Meta, *, is_to_confirm: bool) -> WhistleBlown:
    """Write down that the units of a proposal are called."""
    return WhistleBlown(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        street=fact.street,
        district=fact.district,
        kind=fact.kind,
        units=fact.units,
        subject=fact.subject,
        catalogue=fact.catalogue,
        is_to_confirm=is_to_confirm,
        blown_by=meta.by.person,
        blown_at=meta.at,
    )
