"""裁定: dispatcher or district decide on an objection, and whose time it was until then."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chassis.decider import Meta
from chassis.errors import Forbidden, Refusal
from contracts.events.dispatch import CaseRedispatched, DistrictCopied, ObjectionRuled
from contracts.ids import CaseNo
from contracts.sealed import Sealed
from services.dispatch.domain.case.policies import must_not_be_reported
from services.dispatch.domain.case.redispatching import hand_over
from services.dispatch.domain.case.state import CaseFacts, OpenCase
from services.dispatch.domain.routing import CatalogueRows, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOnObjection:
    """裁定 (art. 14, 潍坊 12345 条例 art. 22): upheld, another unit leads; rejected, it goes on.

    After an upheld one the time from the dispatch on was the dispatcher's, and what the unit missed
    is not its own (our default).
    """

    case_no: CaseNo
    outcome: Literal["upheld", "rejected"]
    reason: Sealed
    target: Target | None
    """The new lead, if upheld."""
    rows: CatalogueRows
    meta: Meta


def rule(
    command: RuleOnObjection, state: OpenCase
) -> Sequence[ObjectionRuled | CaseRedispatched | DistrictCopied]:
    """Rule on the objection that waits.

    What is reported stays with the unit that reported: it can be rejected then, or upheld in the
    next round, if a caller wants one.

    Raises: NotYoursToRule, ObjectorCannotRule, NoObjection, NewLeadMissing, CaseAlreadyReported,
    UnitLeadsAlready, LeadRefused.
    """
    facts, meta = state.facts, command.meta
    _must_rule(command, facts)
    is_upheld = command.outcome == "upheld"
    ruled = ObjectionRuled(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        outcome=command.outcome,
        time_of="dispatcher" if is_upheld else "unit",
        reason=command.reason,
        ruled_by=meta.by.person,
        ruled_at=meta.at,
    )
    if not is_upheld:
        return [ruled]
    if command.target is None:
        raise NewLeadMissing
    must_not_be_reported(state)
    return [ruled, *hand_over(facts, command.target, command.rows, "objection_upheld", meta)]


class NoObjection(Refusal):
    """无待裁定异议 (our default): a ruling answers an objection that waits."""

    code = "no_objection"
    zh = "工单 {case_no} 没有待裁定的退单异议；请核对编号。"
    en = "No objection to case {case_no} waits for a ruling; check the number."


class NotYoursToRule(Forbidden):
    """无权裁定 (our default, after 9.3 (3)): a dispatcher or the district of the place rules."""

    code = "not_yours_to_rule"
    zh = "工单 {case_no} 的异议由派单员或 {district} 裁定；请联系他们。"
    en = "A dispatcher or {district} rules on the objection to case {case_no}; ask one of them."


class ObjectorCannotRule(Forbidden):
    """异议方不得裁定 (our default): neither who objected nor anybody of that unit."""

    code = "objector_cannot_rule"
    zh = "提出异议的单位和个人不得裁定工单 {case_no}；请由派单员或区里裁定。"
    en = "Who objects does not rule on case {case_no}; a dispatcher or the district does."


class NewLeadMissing(Refusal):
    """缺少新的承办单位 (art. 14): a case never stays without the one unit that leads."""

    code = "new_lead_missing"
    zh = "异议成立的，须指定新的承办单位；请填写 unit。"
    en = "An upheld objection needs the unit that leads from now on; give `unit`."


def _must_rule(command: RuleOnObjection, facts: CaseFacts) -> None:
    by = command.meta.by
    if by.role != "dispatcher" and by.unit not in {facts.district, facts.unit}:
        raise NotYoursToRule(case_no=facts.case_no, district=facts.district)
    if facts.objection is None:
        raise NoObjection(case_no=facts.case_no)
    if by.unit == facts.unit or by.person == facts.objection.objected_by:
        raise ObjectorCannotRule(case_no=facts.case_no)
