"""挂哨、摘哨: a whistle hangs on its case from the proposal until it is refused or settled."""

from chassis.errors import Forbidden
from contracts.events.dispatch import WhistleAttached, WhistleDetached
from services.dispatch.domain.case.policies import must_be_signed
from services.dispatch.domain.case.state import OpenCase
from services.dispatch.domain.whistle.approval import ProposeWhistle, RefuseWhistle
from services.dispatch.domain.whistle.settlement import SettleWhistle


class WhistleNeedsStreet(Forbidden):
    """仅承办街道可吹哨 (art. 16): the street that handles a case calls departments to it."""

    code = "whistle_needs_street"
    zh = "只有承办工单的街道可以吹哨；工单 {case_no} 由 {unit} 承办，请联系该单位。"
    en = "Only a street can whistle for its own case; {unit} handles {case_no}, so ask it to."


def attach(command: ProposeWhistle, state: OpenCase) -> WhistleAttached:
    """Hang the whistle on the case, which cannot close now.

    Raises: WhistleNeedsStreet, CaseNotSigned, CaseAlreadyReported, WhistleStillOpen.
    """
    facts = state.facts
    if not command.meta.by.unit == facts.unit == facts.street:
        raise WhistleNeedsStreet(case_no=facts.case_no, unit=facts.unit)
    must_be_signed(state)
    return WhistleAttached(
        case_no=facts.case_no,
        round=facts.round,
        whistle_no=command.whistle_no,
        attached_at=command.meta.at,
    )


def detach(command: RefuseWhistle | SettleWhistle, state: OpenCase) -> WhistleDetached:
    """Take the whistle off the case."""
    return WhistleDetached(
        case_no=state.facts.case_no,
        round=state.facts.round,
        whistle_no=command.whistle_no,
        detached_at=command.meta.at,
    )
