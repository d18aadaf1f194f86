"""Proposing a whistle, and a leader's decision on it: two people of the street stand behind it."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Forbidden, Refusal
from contracts.events.dispatch import (
    SummonedUnit,
    WhistleApproved,
    WhistleProposed,
    WhistleRefused,
)
from contracts.ids import CaseNo, SubjectId, UnitCode, WhistleNo
from contracts.sealed import Sealed
from contracts.values import WhistleGround, WhistleKind
from services.dispatch.domain.whistle.stage import at_stage
from services.dispatch.domain.whistle.state import Begun, Proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeWhistle:
    """拟哨 (art. 16, 街道办事处条例 art. 17): the street names the units it cannot do without."""

    whistle_no: WhistleNo
    case_no: CaseNo
    round: int
    district: UnitCode
    kind: WhistleKind
    ground: WhistleGround
    evidence: Sealed
    units: tuple[SummonedUnit, ...]
    subject: SubjectId | None
    request: Sealed
    catalogue: str
    meta: Meta


class OneUnitLeads(Refusal):
    """主责单位须唯一 (our default, after 平谷 一门主责、其他配合): one leads, others assist."""

    code = "one_unit_leads"
    zh = "吹哨须指定一个主责单位，其他单位为配合，且不能重复或包含本街道；请调整名单。"
    en = "Name one lead unit, the others assisting, none twice and not the street itself."


def propose(command: ProposeWhistle) -> WhistleProposed:
    """Take a proposal down. Raises: OneUnitLeads."""
    street = UnitCode(command.meta.by.unit)
    units = [summoned.unit for summoned in command.units]
    lead_count = sum(summoned.role == "lead" for summoned in command.units)
    if lead_count != 1 or len(set(units)) < len(units) or street in units:
        raise OneUnitLeads
    return WhistleProposed(
        whistle_no=command.whistle_no,
        case_no=command.case_no,
        round=command.round,
        street=street,
        district=command.district,
        unit=street,
        kind=command.kind,
        ground=command.ground,
        evidence=command.evidence,
        plan=None,
        is_cross_district=False,
        units=command.units,
        subject=command.subject,
        request=command.request,
        catalogue=command.catalogue,
        proposed_by=command.meta.by.person,
        proposed_at=command.meta.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveWhistle:
    """准哨 (our default, after 鼓楼 and 宜黄, against 乱吹哨): a leader of the street allows it."""

    whistle_no: WhistleNo
    case_no: CaseNo
    meta: Meta


class ProposerCannotApprove(Forbidden):
    """拟哨人不得自批 (our default): one person alone does not call the departments out."""

    code = "proposer_cannot_approve"
    zh = "拟哨人不能审批自己的哨；请由街道另一位领导审批。"
    en = "Who proposed a whistle cannot approve it; another leader of the street has to."


def approve(command: ApproveWhistle, state: Begun) -> WhistleApproved:
    """Approve. Raises: NotTheStreet, WhistleNotReady, ProposerCannotApprove."""
    fact = at_stage(command.meta.by.unit, state, Proposed)
    if command.meta.by.person == fact.proposed_by:
        raise ProposerCannotApprove
    return WhistleApproved(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        approved_by=command.meta.by.person,
        approved_at=command.meta.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseWhistle:
    """不准吹哨 (our default): a leader refuses, with a reason; the case goes on without it."""

    whistle_no: WhistleNo
    case_no: CaseNo
    reason: Sealed
    meta: Meta


def refuse(command: RefuseWhistle, state: Begun) -> WhistleRefused:
    """Refuse. Raises: NotTheStreet, WhistleNotReady."""
    fact = at_stage(command.meta.by.unit, state, Proposed)
    return WhistleRefused(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        reason=command.reason,
        refused_by=command.meta.by.person,
        refused_at=command.meta.at,
    )
