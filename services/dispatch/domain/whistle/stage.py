"""Who may act on a whistle, and at which stage."""

from collections.abc import Collection

from chassis.errors import Forbidden, Refusal
from contracts.envelope import Actor
from contracts.events.dispatch import WhistleProposed
from contracts.policies import Approver
from services.dispatch.domain.whistle.state import Begun


class NotTheStreet(Forbidden):
    """非属地街道 (街道办事处条例 art. 11): the street of the place commands whom it calls."""

    code = "not_the_whistles_street"
    zh = "哨 {whistle_no} 属于 {street}，{acting} 不能操作；请联系该街道。"
    en = "Whistle {whistle_no} belongs to {street}; {acting} cannot act on it, so ask that street."


class WhistleNotReady(Refusal):
    """哨的状态不符 (our default): each step follows one stage and no other."""

    code = "whistle_not_ready"
    zh = "哨 {whistle_no} 当前为 {stage}，不能进行此操作；请重新读取。"
    en = "Whistle {whistle_no} is {stage}, which does not allow this; read it again."


class WhistleNeedsApprover(Forbidden):
    """审批人不符 (南京鼓楼 2023): a key whistle takes the secretary or director of the street."""

    code = "whistle_needs_approver"
    zh = "哨 {whistle_no} 为 {kind} 类，须由街道的 {needed} 办理；请转交其办理。"
    en = (
        "Whistle {whistle_no} is of the kind {kind}, which takes a {needed} of the street; ask one."
    )


def must_be_street(by: Actor, fact: WhistleProposed) -> None:
    """Check that the street of the place acts. Raises: NotTheStreet."""
    if by.unit != fact.street:
        raise NotTheStreet(whistle_no=fact.whistle_no, street=fact.street, acting=by.unit)


def at_stage(by: Actor, state: Begun, *stages: type[Begun]) -> WhistleProposed:
    """Give the proposal if its own street acts and the whistle stands at one of the stages.

    Raises: NotTheStreet, WhistleNotReady.
    """
    must_be_street(by, state.fact)
    if not isinstance(state, stages):
        raise WhistleNotReady(whistle_no=state.fact.whistle_no, stage=state.stage)
    return state.fact


def must_be_approver(by: Actor, fact: WhistleProposed, approvers: Collection[Approver]) -> None:
    """Check that somebody acts whom the city authorises. Raises: WhistleNeedsApprover."""
    if by.role not in approvers:
        needed = ", ".join(sorted(approvers))
        raise WhistleNeedsApprover(whistle_no=fact.whistle_no, kind=fact.kind, needed=needed)
