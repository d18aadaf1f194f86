"""应急哨: the duty leader blows it alone, and another authorised person confirms it afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Forbidden, Refusal
from contracts.events.dispatch import WhistleBlown, WhistleConfirmed, WhistleProposed
from contracts.ids import CaseNo, WhistleNo
from contracts.policies import Approver
from services.dispatch.domain.whistle.call import blown
from services.dispatch.domain.whistle.stage import at_stage, must_be_approver, must_be_street
from services.dispatch.domain.whistle.state import Begun, Blown, Concluded
from services.dispatch.domain.whistle.summons import Summons, proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class BlowEmergencyWhistle:
    """应急吹哨 (our default): danger does not wait for a second person; the duty leader calls."""

    whistle_no: WhistleNo
    case_no: CaseNo
    summons: Summons
    approvers: Collection[Approver]
    """Of emergency whistles."""
    meta: Meta


def blow_at_once(command: BlowEmergencyWhistle) -> Sequence[WhistleProposed | WhistleBlown]:
    """Propose and blow in one step.

    Raises: NotTheStreet, WhistleNeedsApprover, OneUnitLeads, UnitCannotReport, UnitNeedsReason.
    """
    fact = proposal(command.summons, "emergency", None, command.meta)
    must_be_street(command.meta.by, fact)
    must_be_approver(command.meta.by, fact, command.approvers)
    return [fact, blown(fact, command.meta, is_to_confirm=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmWhistle:
    """补批 (our default): another authorised person stands behind what one blew alone.

    Who does not want to confirm it cancels it.
    """

    whistle_no: WhistleNo
    case_no: CaseNo
    approvers: Collection[Approver]
    meta: Meta


class BlowerCannotConfirm(Forbidden):
    """吹哨人不得自行补批 (our default): it takes a second person."""

    code = "blower_cannot_confirm"
    zh = "应急哨由另一位有权审批的人员补批；请街道其他领导补批，或撤哨。"
    en = "Who blew an emergency whistle cannot confirm it; another leader does, or it is cancelled."


class NothingToConfirm(Refusal):
    """无需补批 (our default): two people stand behind this whistle already."""

    code = "nothing_to_confirm"
    zh = "哨 {whistle_no} 已经审批或补批，无需再补批。"
    en = "Whistle {whistle_no} was approved or confirmed already; there is nothing to confirm."


class WhistleNotConfirmed(Refusal):
    """应急哨未补批 (our default): what one person blew alone is confirmed before it is settled."""

    code = "whistle_not_confirmed"
    zh = "应急哨 {whistle_no} 尚未补批，不能销哨；请街道另一位领导补批，或撤哨。"
    en = "Emergency whistle {whistle_no} is not confirmed; another leader confirms or cancels it."


def confirm(command: ConfirmWhistle, state: Begun) -> WhistleConfirmed:
    """Confirm.

    Raises: NotTheStreet, WhistleNotReady, NothingToConfirm, WhistleNeedsApprover,
    BlowerCannotConfirm.
    """
    fact = at_stage(command.meta.by, state, Blown, Concluded)
    must_be_approver(command.meta.by, fact, command.approvers)
    if is_confirmed(state):
        raise NothingToConfirm(whistle_no=fact.whistle_no)
    if command.meta.by.person == fact.proposed_by:
        raise BlowerCannotConfirm
    return WhistleConfirmed(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        confirmed_by=command.meta.by.person,
        confirmed_at=command.meta.at,
    )


def is_confirmed(state: Begun) -> bool:
    """Say whether nobody has to confirm the whistle any more."""
    return not (isinstance(state, Blown | Concluded) and state.call.is_to_confirm)
