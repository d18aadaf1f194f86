"""An authorised person's decision on a proposal: two people stand behind a whistle."""

from collections.abc import Collection
from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Forbidden
from contracts.events.dispatch import WhistleApproved, WhistleRefused
from contracts.ids import CaseNo, WhistleNo
from contracts.policies import Approver
from contracts.sealed import Sealed
from services.dispatch.domain.whistle.stage import at_stage, must_be_approver
from services.dispatch.domain.whistle.state import Begun, Proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveWhistle:
    """准哨 (our default, after 鼓楼 and 宜黄, against 乱吹哨): an authorised person allows it."""

    whistle_no: WhistleNo
    case_no: CaseNo
    approvers: Collection[Approver]
    """Of the kind of this whistle."""
    meta: Meta


class ProposerCannotApprove(Forbidden):
    """拟哨人不得自批 (our default): one person alone does not call the departments out."""

    code = "proposer_cannot_approve"
    zh = "拟哨人不能审批自己的哨；请由街道另一位领导审批。"
    en = "Who proposed a whistle cannot approve it; another leader of the street has to."


def approve(command: ApproveWhistle, state: Begun) -> WhistleApproved:
    """Approve.

    Raises: NotTheStreet, WhistleNotReady, WhistleNeedsApprover, ProposerCannotApprove.
    """
    fact = at_stage(command.meta.by, state, Proposed)
    must_be_approver(command.meta.by, fact, command.approvers)
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
    """不准吹哨 (our default): refused with a reason; the case goes on without it."""

    whistle_no: WhistleNo
    case_no: CaseNo
    approvers: Collection[Approver]
    reason: Sealed
    meta: Meta


def refuse(command: RefuseWhistle, state: Begun) -> WhistleRefused:
    """Refuse. Raises: NotTheStreet, WhistleNotReady, WhistleNeedsApprover."""
    fact = at_stage(command.meta.by, state, Proposed)
    must_be_approver(command.meta.by, fact, command.approvers)
    return WhistleRefused(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        reason=command.reason,
        refused_by=command.meta.by.person,
        refused_at=command.meta.at,
    )
