"""派单: the one unit that answers for a case, and the clocks of its first round."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.dispatch import CaseDispatched, DistrictCopied
from contracts.ids import CaseNo, UnitCode
from contracts.values import AppealKind, Caller
from services.dispatch.domain.routing import CatalogueRows, assisting, route

FIRST_ROUND = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchCase:
    """派单 (art. 11 to 14): give a case to its unit, which answers for it from then on."""

    case_no: CaseNo
    caller: Caller
    kind: AppealKind
    confidential: bool
    rows: CatalogueRows
    meta: Meta


def dispatch(command: DispatchCase) -> Sequence[CaseDispatched | DistrictCopied]:
    """Choose the unit, start both clocks, and copy to the district what goes to a street."""
    chosen, rows, at = route(command.rows), command.rows, command.meta.at
    dispatched = CaseDispatched(
        case_no=command.case_no,
        round=FIRST_ROUND,
        unit=chosen.unit,
        street=UnitCode(rows.street.code),
        district=UnitCode(rows.district.code),
        assisting=assisting(rows, chosen.unit),
        matter=rows.matter.code,
        kind=command.kind,
        callers=(command.caller,),
        confidential=command.confidential,
        routed_by=chosen.routed_by,
        catalogue=rows.version,
        deadlines=rows.terms.deadlines(FIRST_ROUND, at, (command.caller,)),
        dispatched_at=at,
    )
    if chosen.district is None:
        return [dispatched]
    copied = DistrictCopied(
        case_no=command.case_no, round=FIRST_ROUND, district=chosen.district, copied_at=at
    )
    return [dispatched, copied]
