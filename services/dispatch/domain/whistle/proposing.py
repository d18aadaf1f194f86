"""拟哨: somebody who cannot settle a case alone asks the street of the place to call units."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.catalogue import Unit
from contracts.events.dispatch import KeyPlan, WhistleProposed
from contracts.ids import CaseNo, WhistleNo
from contracts.values import WhistleKind
from services.dispatch.domain.whistle.summons import Summons, proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeWhistle:
    """拟哨 (art. 16, 街道办事处条例 art. 11, 17): name the units that the place cannot do without.

    The street of the place proposes, or another asks it to; the case knows who may.
    """

    whistle_no: WhistleNo
    case_no: CaseNo
    proposer: Unit | None
    """What the catalogue says of the unit that proposes; None where it does not know it."""
    kind: WhistleKind
    plan: KeyPlan | None
    summons: Summons
    meta: Meta


class KeyPlanMissing(Refusal):
    """重点工作哨缺少计划 (上海一号课题): goal, consultation, responsible person, nodes."""

    code = "key_plan_missing"
    zh = "重点工作（攻坚）哨须附计划：目标、征求意见情况、责任人和至少一个时间节点；请补充 plan。"
    en = (
        "A key whistle takes a plan: goal, consultation, responsible person and at least one node; "
        "add `plan`."
    )


class PlanOnlyForKey(Refusal):
    """仅重点工作哨有计划 (our default): the other kinds are for work that is done at once."""

    code = "plan_only_for_key"
    zh = "只有重点工作（攻坚）哨附计划；请去掉 plan，或将类型改为 key。"
    en = "Only a key whistle has a plan; leave `plan` out, or make the kind `key`."


def propose(command: ProposeWhistle) -> WhistleProposed:
    """Take a proposal down.

    Raises: KeyPlanMissing, PlanOnlyForKey, OneUnitLeads, UnitCannotReport, UnitNeedsReason.
    """
    if command.kind == "key" and (command.plan is None or not command.plan.nodes):
        raise KeyPlanMissing
    if command.kind != "key" and command.plan is not None:
        raise PlanOnlyForKey
    return proposal(command.summons, command.kind, command.plan, command.meta)
