"""加派、免责: one more unit is called, and one that a ruling excused owes nothing any more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.dispatch import WhistleUnitAdded, WhistleUnitExcused
from contracts.ids import CaseNo, UnitCode, WhistleNo
from services.dispatch.domain.whistle.stage import WhistleNotReady, must_be_street
from services.dispatch.domain.whistle.state import Begun, Blown, call_of
from services.dispatch.domain.whistle.units import NamedUnit, OneUnitLeads, summon_one


@dataclass(frozen=True, slots=True, kw_only=True)
class AddUnit:
    """加派 (泰安 2025, our default): the street calls one more unit, with a reason.

    It assists, or leads where the unit that led was excused and nobody leads.
    """

    whistle_no: WhistleNo
    case_no: CaseNo
    unit: NamedUnit
    """Its part follows from the whistle, whatever is said here."""
    catalogue: str
    meta: Meta


class UnitCalledAlready(Refusal):
    """单位已被吹哨 (our default): a unit is called once; who does not come is chased."""

    code = "unit_called_already"
    zh = "{unit} 已在哨 {whistle_no} 中，无需加派；未报到的请催哨。"
    en = "{unit} was called by whistle {whistle_no} already; chase it if it does not come."


def add(command: AddUnit, state: Begun) -> WhistleUnitAdded:
    """Call one more unit.

    Raises: NotTheStreet, WhistleNotReady, UnitCalledAlready, OneUnitLeads, UnitCannotReport,
    UnitNeedsReason.
    """
    must_be_street(command.meta.by, state.fact)
    if not isinstance(state, Blown):
        raise WhistleNotReady(whistle_no=state.fact.whistle_no, stage=state.stage)
    fact, call = state.fact, state.call
    code = UnitCode(command.unit.row.code)
    if code == fact.street:
        raise OneUnitLeads
    if any(one.unit == code for one in call.units):
        raise UnitCalledAlready(whistle_no=fact.whistle_no, unit=code)
    named = replace(command.unit, role="assisting" if call.lead else "lead")
    return WhistleUnitAdded(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        summoned=summon_one(named, fact.district),
        kind=fact.kind,
        catalogue=command.catalogue,
        added_by=command.meta.by.person,
        added_at=command.meta.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcuseUnit:
    """免责 (art. 14, 先办后议): the district found that the unit has no part in this."""

    whistle_no: WhistleNo
    unit: UnitCode
    meta: Meta


def excuse(command: ExcuseUnit, state: Begun) -> Sequence[WhistleUnitExcused]:
    """Note, once, that a unit has no part in it, also after the end: what it missed is void."""
    call = call_of(state)
    if call is None or command.unit not in call.owing:
        return []
    return [
        WhistleUnitExcused(
            whistle_no=state.fact.whistle_no,
            case_no=state.fact.case_no,
            round=state.fact.round,
            unit=command.unit,
            excused_at=command.meta.at,
        )
    ]
