"""What a whistle is about, whether it waits for an approval or is blown at once."""

from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.dispatch import KeyPlan, WhistleProposed
from contracts.ids import CaseNo, SubjectId, UnitCode, WhistleNo
from contracts.sealed import Sealed
from contracts.values import WhistleGround, WhistleKind
from services.dispatch.domain.whistle.units import NamedUnit, is_cross_district, summon


@dataclass(frozen=True, slots=True, kw_only=True)
class Summons:
    """What follows from the case, and what the one who proposes says."""

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    street: UnitCode
    district: UnitCode
    ground: WhistleGround
    evidence: Sealed
    units: tuple[NamedUnit, ...]
    subject: SubjectId | None
    request: Sealed
    catalogue: str


def proposal(
    summons: Summons, kind: WhistleKind, plan: KeyPlan | None, meta: Meta
) -> WhistleProposed:
    """Write a proposal. Raises: OneUnitLeads, UnitCannotReport, UnitNeedsReason."""
    return WhistleProposed(
        whistle_no=summons.whistle_no,
        case_no=summons.case_no,
        round=summons.round,
        street=summons.street,
        district=summons.district,
        unit=UnitCode(meta.by.unit),
        kind=kind,
        ground=summons.ground,
        evidence=summons.evidence,
        plan=plan,
        is_cross_district=is_cross_district(summons.units, summons.district),
        units=summon(summons.units, summons.street, summons.district),
        subject=summons.subject,
        request=summons.request,
        catalogue=summons.catalogue,
        proposed_by=meta.by.person,
        proposed_at=meta.at,
    )
