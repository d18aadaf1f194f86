"""Calling the units, and naming to the district the one that did not come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Meta
from contracts.events.dispatch import WhistleBlown, WhistleEscalated
from contracts.ids import CaseNo, UnitCode, WhistleNo
from services.dispatch.domain.whistle.stage import at_stage
from services.dispatch.domain.whistle.state import Approved, Begun, Blown


@dataclass(frozen=True, slots=True, kw_only=True)
class BlowWhistle:
    """吹哨 (art. 16): from here on the named units must report in time."""

    whistle_no: WhistleNo
    case_no: CaseNo
    meta: Meta


def blow(command: BlowWhistle, state: Begun) -> WhistleBlown:
    """Blow it. Raises: NotTheStreet, WhistleNotReady."""
    fact = at_stage(command.meta.by.unit, state, Approved)
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
        is_to_confirm=False,
        blown_by=command.meta.by.person,
        blown_at=command.meta.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateWhistle:
    """升级 (街道办事处条例 art. 44): the district learns which unit did not report in time."""

    whistle_no: WhistleNo
    late_unit: UnitCode
    due_at: datetime
    meta: Meta


def escalate(command: EscalateWhistle, state: Begun) -> Sequence[WhistleEscalated]:
    """Name the unit to the district, once, while the units are out."""
    if not isinstance(state, Blown) or command.late_unit in state.late_units:
        return []
    return [
        WhistleEscalated(
            whistle_no=state.fact.whistle_no,
            case_no=state.fact.case_no,
            round=state.fact.round,
            district=state.fact.district,
            unit=command.late_unit,
            ground="not_reported",
            due_at=command.due_at,
            reason=None,
            answer=None,
            escalated_by="",
            escalated_at=command.meta.at,
        )
    ]
