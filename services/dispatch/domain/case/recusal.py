"""回避: who has a conflict of interest in a case keeps out of it, as declared and until lifted.

济南 12345 条例 art. 32; for enforcement also 行政处罚法 art. 43. The check itself is in `policies`.
"""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Forbidden, Refusal
from contracts.events.dispatch import ConflictDeclared, ConflictLifted
from contracts.ids import CaseNo, UnitCode
from contracts.sealed import Sealed
from services.dispatch.domain.case.policies import LEADERS
from services.dispatch.domain.case.state import CaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareConflict:
    """申报回避 (济南 12345 条例 art. 32): a person is to keep out of the case.

    An officer for themself, a leader for anybody of the own unit, an agent for anybody, because the
    caller asked for it.
    """

    case_no: CaseNo
    officer: str
    unit: UnitCode
    """The unit that the person acts for."""
    called: frozenset[UnitCode]
    """The units that whistles have called to the case."""
    reason: Sealed
    meta: Meta


def declare(command: DeclareConflict, facts: CaseFacts) -> ConflictDeclared:
    """Recuse a person.

    Raises: UnitNotOnCase, ConflictNotYoursToDeclare, AlreadyRecused.
    """
    by = command.meta.by
    if by.role != "agent":
        asked = {one.unit for one in facts.assists}
        concerned = {facts.unit, facts.street, facts.district, *command.called, *asked}
        if by.unit not in concerned:
            raise UnitNotOnCase(case_no=facts.case_no, unit=by.unit)
        is_own_unit, is_own_person = by.unit == command.unit, by.person == command.officer
        if not is_own_unit or not (is_own_person or by.role in LEADERS):
            raise ConflictNotYoursToDeclare
    if command.officer in facts.recused:
        raise AlreadyRecused(case_no=facts.case_no)
    return ConflictDeclared(
        case_no=facts.case_no,
        round=facts.round,
        unit=command.unit,
        officer=command.officer,
        reason=command.reason,
        declared_by=by.person,
        declared_at=command.meta.at,
    )


class UnitNotOnCase(Forbidden):
    """非承办或协办单位 (our default): a unit declares conflicts in cases that it works on."""

    code = "unit_not_on_case"
    zh = "{unit} 没有承办或协办工单 {case_no}，无需申报回避；请核对编号。"
    en = "{unit} does not work on case {case_no}, so nobody of it can be recused; check the number."


class ConflictNotYoursToDeclare(Forbidden):
    """无权申报他人回避 (our default): officers speak for themselves, leaders for their own unit."""

    code = "conflict_not_yours_to_declare"
    zh = "只能为本人申报回避，领导可为本单位人员申报；其他人员的回避请由话务员登记。"
    en = (
        "Declare your own conflict, or as a leader that of somebody of your unit; an agent records "
        "those of others."
    )


class AlreadyRecused(Refusal):
    """已申报回避 (our default): once is enough."""

    code = "already_recused"
    zh = "该人员已在工单 {case_no} 中回避，无需重复申报。"
    en = "That person is recused from case {case_no} already; once is enough."


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftConflict:
    """解除回避 (our default): another leader of the unit, or an agent, finds that there is none."""

    case_no: CaseNo
    officer: str
    meta: Meta


def lift(command: LiftConflict, facts: CaseFacts) -> ConflictLifted:
    """Let a person act again; who is recused is kept out before.

    Raises: NotRecused, ConflictNotYoursToLift.
    """
    by = command.meta.by
    conflict = next((one for one in facts.conflicts if one.officer == command.officer), None)
    if conflict is None:
        raise NotRecused(case_no=facts.case_no)
    if by.role != "agent" and not (by.role in LEADERS and by.unit == conflict.unit):
        raise ConflictNotYoursToLift(unit=conflict.unit)
    return ConflictLifted(
        case_no=facts.case_no,
        round=facts.round,
        unit=conflict.unit,
        officer=conflict.officer,
        lifted_by=by.person,
        lifted_at=command.meta.at,
    )


class NotRecused(Refusal):
    """未申报回避 (our default): there is nothing to lift."""

    code = "not_recused"
    zh = "该人员没有在工单 {case_no} 中回避，无需解除；请核对。"
    en = "That person is not recused from case {case_no}, so there is nothing to lift; check it."


class ConflictNotYoursToLift(Forbidden):
    """无权解除回避 (our default): another leader of the unit lifts it, or an agent."""

    code = "conflict_not_yours_to_lift"
    zh = "只有该人员所在单位（{unit}）的其他领导或话务员可以解除回避；请联系他们。"
    en = "Another leader of that person's unit ({unit}) or an agent lifts it; ask one of them."
