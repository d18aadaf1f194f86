"""挂哨、摘哨: a whistle hangs on its case from the proposal until it has ended, however it ends."""

from collections.abc import Sequence

from chassis.errors import Forbidden
from contracts.catalogue import Unit
from contracts.events.dispatch import WhistleAttached, WhistleDetached
from services.dispatch.domain.case.policies import CaseAlreadyReported, WhistleStillOpen
from services.dispatch.domain.case.state import CaseFacts, OpenCase, Reported
from services.dispatch.domain.whistle.adding import AddUnit
from services.dispatch.domain.whistle.approval import ApproveWhistle, RefuseWhistle
from services.dispatch.domain.whistle.call import BlowWhistle
from services.dispatch.domain.whistle.cancelling import CancelWhistle
from services.dispatch.domain.whistle.emergency import BlowEmergencyWhistle, ConfirmWhistle
from services.dispatch.domain.whistle.escalation import AnswerEscalation, AskDistrict
from services.dispatch.domain.whistle.proposing import ProposeWhistle
from services.dispatch.domain.whistle.settlement import SettleWhistle

Attaching = ProposeWhistle | BlowEmergencyWhistle
Detaching = RefuseWhistle | CancelWhistle | SettleWhistle
WhistleStep = (
    Attaching
    | Detaching
    | ApproveWhistle
    | BlowWhistle
    | ConfirmWhistle
    | AddUnit
    | AskDistrict
    | AnswerEscalation
)
"""Decided by the whistle as well; the case keeps out who is recused."""


def hang(command: WhistleStep, state: OpenCase) -> Sequence[WhistleAttached | WhistleDetached]:
    """Hang the whistle on the case, take it off, or leave it where it is.

    Raises: WhistleNotYoursToPropose, CaseAlreadyReported, WhistleStillOpen.
    """
    if isinstance(command, Attaching):
        return [_attach(command, state)]
    if isinstance(command, Detaching):
        return [_detach(command, state)]
    return []


class WhistleNotYoursToPropose(Forbidden):
    """无权提请吹哨 (街道办事处条例 art. 11, 17): who is concerned asks the street of the place."""

    code = "whistle_not_yours_to_propose"
    zh = (
        "{acting} 不能为工单 {case_no} 提请吹哨；请由属地街道、承办单位、该街道的社区、区级部门、"
        "公共服务企业或区城市运行管理中心提请。"
    )
    en = (
        "{acting} cannot propose a whistle for case {case_no}; ask the street of the place, the "
        "leading unit, a community of that street, a department, a company or the operations "
        "centre of the district to."
    )


def _attach(command: Attaching, state: OpenCase) -> WhistleAttached:
    """Hang the whistle on the case, which cannot close now, signed for or not.

    Raises: WhistleNotYoursToPropose, CaseAlreadyReported, WhistleStillOpen.
    """
    facts = state.facts
    if isinstance(command, ProposeWhistle):
        acting = command.meta.by.unit
        if not _may_propose(acting, command.proposer, facts):
            raise WhistleNotYoursToPropose(case_no=facts.case_no, acting=acting)
    if isinstance(state, Reported):
        raise CaseAlreadyReported(case_no=facts.case_no)
    for whistle_no in facts.open_whistles:
        raise WhistleStillOpen(case_no=facts.case_no, whistle_no=whistle_no)
    return WhistleAttached(
        case_no=facts.case_no,
        round=facts.round,
        whistle_no=command.whistle_no,
        attached_at=command.meta.at,
    )


def _may_propose(acting: str, row: Unit | None, facts: CaseFacts) -> bool:
    """Say whether a unit is the street of the place, leads, or may ask that street."""
    if acting in {facts.street, facts.unit}:
        return True
    match row:
        case Unit(kind="department" | "company"):
            return True
        case Unit(kind="community", parent=above):
            return above == facts.street
        case Unit(kind="centre", parent=above):
            return above == facts.district
        case _:
            return False


def _detach(command: Detaching, state: OpenCase) -> WhistleDetached:
    """Take the whistle off the case."""
    return WhistleDetached(
        case_no=state.facts.case_no,
        round=state.facts.round,
        whistle_no=command.whistle_no,
        detached_at=command.meta.at,
    )
