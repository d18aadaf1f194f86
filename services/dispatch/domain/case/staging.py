"""阶段: a matter with staged limits gets on, such as from stopping to punishing to demolishing."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal, Unknown
from contracts.events.dispatch import StageReached
from contracts.ids import CaseNo
from services.dispatch.domain.case.policies import must_be_at_work, must_handle
from services.dispatch.domain.case.state import OpenCase
from services.dispatch.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachStage:
    """阶段完成 (staged limits of the catalogue): the unit says that a stage is done."""

    case_no: CaseNo
    stage: str
    terms: Terms
    meta: Meta


class StageUnknown(Unknown):
    """无此阶段 (staged limits of the catalogue): the matter of the case has no such stage."""

    code = "stage_unknown"
    zh = "工单 {case_no} 的事项没有这个阶段；请在工单的时限中查看阶段代码。"
    en = "The matter of case {case_no} has no such stage; the clocks of the case name its stages."


class StageAlreadyReached(Refusal):
    """阶段已完成 (our default): a stage is reached once in each round."""

    code = "stage_already_reached"
    zh = "工单 {case_no} 本轮已完成阶段 {stage}，无需重复登记。"
    en = "Case {case_no} reached the stage {stage} in this round already; go on with the next."


def reach(command: ReachStage, state: OpenCase) -> StageReached:
    """Record that a stage is done; its clock ends, the others run on.

    Raises: CaseNotYours, CaseNotSigned, CaseAlreadyReported, StageUnknown, StageAlreadyReached.
    """
    facts = state.facts
    must_handle(command.meta.by.unit, facts)
    must_be_at_work(state)
    if command.stage not in {stage.code for stage in command.terms.stages}:
        raise StageUnknown(case_no=facts.case_no)
    if command.stage in facts.timing.stages:
        raise StageAlreadyReached(case_no=facts.case_no, stage=command.stage)
    return StageReached(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        stage=command.stage,
        reached_by=command.meta.by.person,
        reached_at=command.meta.at,
    )
