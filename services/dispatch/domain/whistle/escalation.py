"""升级: the district learns that a unit does not come, and answers in time (街道条例 art. 44).

Nothing waits for the answer: a whistle goes on without it, and its clock runs on after the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chassis.decider import Meta
from chassis.errors import Forbidden, Refusal
from contracts.calendar import Calendar, Deadline, Limit, compute
from contracts.catalogue import CatalogueVersion
from contracts.events.dispatch import EscalationAnswered, WhistleEscalated
from contracts.ids import CaseNo, UnitCode, WhistleNo
from contracts.sealed import Sealed
from services.dispatch.domain.whistle.stage import WhistleNotReady, must_be_street
from services.dispatch.domain.whistle.state import Begun, Blown, call_of

Ground = Literal["not_reported", "absent", "asked"]
ANSWER_RULE = "policies.escalation_answer"


@dataclass(frozen=True, slots=True)
class AnswerTerms:
    """By when the district answers, as the catalogue has it that the whistle was proposed under."""

    limit: Limit
    calendar: Calendar
    yellow_at_per_cent: int

    def deadline(self, unit: UnitCode, round_no: int, start: datetime) -> Deadline:
        """Compute the deadline of an answer about a unit."""
        return compute(
            milestone=f"answer/{unit}",
            round=round_no,
            rule=ANSWER_RULE,
            start=start,
            limit=self.limit,
            calendar=self.calendar,
            yellow_at_per_cent=self.yellow_at_per_cent,
        )


def answer_terms(version: CatalogueVersion, *, is_erased: bool) -> AnswerTerms | None:
    """Look up the district's time to answer; None while the callers of the case are erased."""
    policies = version.policies
    if is_erased:
        return None
    return AnswerTerms(policies.escalation_answer, version.calendar, policies.yellow_at_per_cent)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateWhistle:
    """升级 (街道办事处条例 art. 44): a unit did not report in time, or was named absent."""

    whistle_no: WhistleNo
    unit: UnitCode
    ground: Literal["not_reported", "absent"]
    due_at: datetime | None
    """What the unit missed; of an absent one it is known from before."""
    escalated_by: str
    """Who named it absent; empty where a deadline passed."""
    terms: AnswerTerms | None
    """None while the callers are erased: no clock may run."""
    meta: Meta


def escalate(command: EscalateWhistle, state: Begun) -> Sequence[WhistleEscalated]:
    """Tell the district of a called unit, once on each ground, while the units are out."""
    if not isinstance(state, Blown):
        return []
    is_called = any(one.unit == command.unit for one in state.call.units)
    if not is_called or state.call.was_told(command.unit, command.ground):
        return []
    earlier = [one.due_at for one in state.call.escalations if one.unit == command.unit]
    due_at = command.due_at or next((one for one in earlier if one), None)
    by = command.escalated_by
    return [_told(state, command.unit, command.ground, due_at, None, by, command)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDistrict:
    """提请督办 (街道办事处条例 art. 44): the street asks about a unit, with a reason."""

    whistle_no: WhistleNo
    case_no: CaseNo
    unit: UnitCode
    reason: Sealed
    terms: AnswerTerms | None
    meta: Meta


class UnitNotCalled(Refusal):
    """单位未被吹哨 (our default): a step about a unit is about one that the whistle calls."""

    code = "unit_not_called"
    zh = "哨 {whistle_no} 没有呼叫 {unit}；请核对单位代码。"
    en = "Whistle {whistle_no} does not call {unit}; check the code of the unit."


class AnswerAwaited(Refusal):
    """等待区里答复 (our default): what was asked is answered before it is asked again."""

    code = "answer_awaited"
    zh = "已就 {unit} 提请区里，正在等待答复；答复或超期后可再次提请。"
    en = "The district was asked about {unit} and its time runs; ask again after the answer or due."


def ask(command: AskDistrict, state: Begun) -> WhistleEscalated:
    """Ask the district. Raises: NotTheStreet, WhistleNotReady, UnitNotCalled, AnswerAwaited."""
    must_be_street(command.meta.by, state.fact)
    if not isinstance(state, Blown):
        raise WhistleNotReady(whistle_no=state.fact.whistle_no, stage=state.stage)
    unit, call = command.unit, state.call
    if all(one.unit != unit for one in call.units):
        raise UnitNotCalled(whistle_no=state.fact.whistle_no, unit=unit)
    told = [one.ground for one in call.escalations if one.unit == unit]
    clock = call.clocks.get(unit)
    if clock and command.meta.at < clock.due_at and told[-1] == "asked":
        raise AnswerAwaited(unit=unit)
    by = command.meta.by.person
    return _told(state, unit, "asked", None, command.reason, by, command)


def _told(  # noqa: PLR0913  # what the three grounds have in common
    state: Blown,
    unit: UnitCode,
    ground: Ground,
    due_at: datetime | None,
    reason: Sealed | None,
    escalated_by: str,
    command: EscalateWhistle | AskDistrict,
) -> WhistleEscalated:
    """Write the escalation; one clock about a unit runs at a time."""
    fact, at, terms = state.fact, command.meta.at, command.terms
    has_clock = terms is not None and unit not in state.call.clocks
    return WhistleEscalated(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        district=fact.district,
        unit=unit,
        ground=ground,
        due_at=due_at,
        reason=reason,
        answer=terms.deadline(unit, fact.round, at) if terms and has_clock else None,
        escalated_by=escalated_by,
        escalated_at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEscalation:
    """督办答复 (街道办事处条例 art. 44): the district says what it does about the unit."""

    whistle_no: WhistleNo
    case_no: CaseNo
    unit: UnitCode
    answer: Sealed
    meta: Meta


class NotTheDistrict(Forbidden):
    """非本区 (街道办事处条例 art. 44): the district of the place investigates and answers."""

    code = "not_the_whistles_district"
    zh = "哨 {whistle_no} 由 {district} 督办，{acting} 不能答复；请联系该区。"
    en = "{district} answers for whistle {whistle_no}, not {acting}; ask that district."


class NothingToAnswer(Refusal):
    """无待答复事项 (our default): each escalation is answered once."""

    code = "nothing_to_answer"
    zh = "哨 {whistle_no} 没有关于 {unit} 的待答复升级；请重新读取。"
    en = "Nothing about {unit} in whistle {whistle_no} waits for an answer; read it again."


def answer(command: AnswerEscalation, state: Begun) -> EscalationAnswered:
    """Answer, late or not, at any stage. Raises: NotTheDistrict, NothingToAnswer."""
    fact, unit, by = state.fact, command.unit, command.meta.by
    if by.unit != fact.district:
        raise NotTheDistrict(whistle_no=fact.whistle_no, district=fact.district, acting=by.unit)
    call = call_of(state)
    if call is None or unit not in call.unanswered:
        raise NothingToAnswer(whistle_no=fact.whistle_no, unit=unit)
    return EscalationAnswered(
        whistle_no=fact.whistle_no,
        case_no=fact.case_no,
        round=fact.round,
        district=fact.district,
        unit=unit,
        answer=command.answer,
        answered_by=by.person,
        answered_at=command.meta.at,
    )
