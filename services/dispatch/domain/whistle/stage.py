"""Who may act on a whistle, and at which stage."""

from chassis.errors import Forbidden, Refusal
from contracts.events.dispatch import WhistleProposed
from services.dispatch.domain.whistle.state import Approved, Begun, Concluded, Proposed


class NotTheStreet(Forbidden):
    """非拟哨街道 (街道办事处条例 art. 11): the street that calls the departments commands them."""

    code = "not_the_whistles_street"
    zh = "哨 {whistle_no} 属于 {street}，{acting} 不能操作；请联系该街道。"
    en = "Whistle {whistle_no} belongs to {street}; {acting} cannot act on it, so ask that street."


class WhistleNotReady(Refusal):
    """哨的状态不符 (our default): each step follows one stage and no other."""

    code = "whistle_not_ready"
    zh = "哨 {whistle_no} 当前为 {stage}，不能进行此操作；请重新读取。"
    en = "Whistle {whistle_no} is {stage}, which does not allow this; read it again."


def at_stage(
    unit: str, state: Begun, stage: type[Proposed | Approved | Concluded]
) -> WhistleProposed:
    """Give the proposal if its own street acts and the whistle stands at that stage.

    Raises: NotTheStreet, WhistleNotReady.
    """
    fact = state.fact
    if unit != fact.street:
        raise NotTheStreet(whistle_no=fact.whistle_no, street=fact.street, acting=unit)
    if not isinstance(state, stage):
        raise WhistleNotReady(whistle_no=fact.whistle_no, stage=state.stage)
    return fact
