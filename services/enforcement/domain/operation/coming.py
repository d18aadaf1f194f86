"""A called unit comes: it acknowledges the whistle (签哨), then reports in on the spot (报到)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.enforcement import OperationOpened, UnitAcknowledged, UnitReported
from contracts.ids import OperationNo, UnitCode
from contracts.values import WhistleKind
from services.enforcement.domain.operation.policies import local_time, own_task
from services.enforcement.domain.operation.state import OperationState, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeWhistle:
    """签哨 (art. 16): the acting unit knows of the whistle."""

    operation_no: OperationNo
    recused: frozenset[str]
    meta: Meta


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIn:
    """报到 (art. 16): the acting unit is on the spot, with so many officers."""

    operation_no: OperationNo
    officer_count: int
    recused: frozenset[str]
    meta: Meta


def acknowledge(command: AcknowledgeWhistle, state: OperationState) -> Sequence[UnitAcknowledged]:
    """Acknowledge once, late or not.

    Raises: AlreadyAcknowledged, NamedAbsent, and what `own_task` raises.
    """
    operation, task = own_task(command.operation_no, command.meta.by, state)
    if task.acknowledged:
        at = local_time(task.acknowledged.acknowledged_at)
        raise AlreadyAcknowledged(unit=task.owed.unit, at=at)
    if task.absent:
        raise NamedAbsent(unit=task.owed.unit, at=local_time(task.absent.named_at))
    return [_acknowledged(operation.fact, task.owed.unit, command.meta)]


def report_in(
    command: ReportIn, state: OperationState
) -> Sequence[UnitAcknowledged | UnitReported]:
    """Report in once, late or not, also after being named absent: the unit is there from then on.

    A unit that comes unannounced acknowledges by coming, and one that contested accepts the call.
    Raises: AlreadyReported, OfficersTooFew, ReportBeforeCall, and what `own_task` raises.
    """
    operation, task = own_task(command.operation_no, command.meta.by, state)
    if task.reported:
        at = local_time(task.reported.reported_at)
        raise AlreadyReported(unit=task.owed.unit, at=at)
    _must_be_enough(command.officer_count, operation.fact.kind)
    _must_be_called(task, command.meta.at)
    reported = _reported(operation.fact, task.owed.unit, command)
    if task.acknowledged:
        return [reported]
    return [_acknowledged(operation.fact, task.owed.unit, command.meta), reported]


_OFFICERS_MIN = 1
_OFFICERS_MIN_ENFORCING = 2
"""行政处罚法 art. 42: enforcement takes no fewer than two officers."""


def _must_be_enough(officer_count: int, kind: WhistleKind) -> None:
    needed = _OFFICERS_MIN_ENFORCING if kind == "enforcement" else _OFFICERS_MIN
    if officer_count < needed:
        raise OfficersTooFew(needed=needed, given=officer_count)


def _must_be_called(task: Task, now: datetime) -> None:
    called_at = task.owed.report.started_at
    if now < called_at:
        raise ReportBeforeCall(
            unit=task.owed.unit, at=local_time(now), called=local_time(called_at)
        )


class ReportBeforeCall(Refusal):
    """报到早于吹哨 (domain 9.3 (5)): the clocks of two machines differ, and one is wrong."""

    code = "report_before_call"
    zh = (
        "{unit} 于 {called} 被召集，系统记录的报到时间却是 {at}；"
        "请稍后重试，仍不成功的请联系运维员校准时钟。"
    )
    en = (
        "{unit} was called at {called} (UTC+8), but it is {at} here; try again in a moment, and if "
        "that does not help ask the operator to set the clocks right."
    )


class OfficersTooFew(Refusal):
    """到场人数不足 (行政处罚法 art. 42): enforcement takes two officers, anything other one."""

    code = "officers_too_few"
    zh = (
        "报到至少需 {needed} 人到场，填报的是 {given} 人；请待人员到齐后再报到"
        "（综合执法哨须有两名以上执法人员：行政处罚法第四十二条）。"
    )
    en = (
        "Reporting in takes at least {needed} officers on the spot, you sent {given}; report in "
        "once they are there (an enforcement whistle takes two: Administrative Penalty Law "
        "art. 42)."
    )


class AlreadyAcknowledged(Refusal):
    """已签哨: once is enough."""

    code = "already_acknowledged"
    zh = "{unit} 已于 {at} 签哨，无需重复；尚未报到的，请到场后报到。"
    en = (
        "{unit} acknowledged at {at} (UTC+8) already; if it has not reported in yet, do that on "
        "arrival."
    )


class NamedAbsent(Refusal):
    """已被认定未报到 (our default): what helps now is to come."""

    code = "named_absent"
    zh = "{unit} 已于 {at} 被认定未报到，签哨已无意义；请尽快到场并直接报到。"
    en = (
        "{unit} was named absent at {at} (UTC+8), so acknowledging changes nothing; come, and "
        "report in on the spot."
    )


class AlreadyReported(Refusal):
    """已报到: once is enough."""

    code = "already_reported"
    zh = "{unit} 已于 {at} 报到，无需重复；任务完成后请提交处置结果。"
    en = "{unit} reported in at {at} (UTC+8) already; send the result once the task is done."


def _acknowledged(fact: OperationOpened, unit: UnitCode, meta: Meta) -> UnitAcknowledged:
    return UnitAcknowledged(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        unit=unit,
        acknowledged_by=meta.by.person,
        acknowledged_at=meta.at,
    )


def _reported(fact: OperationOpened, unit: UnitCode, command: ReportIn) -> UnitReported:
    return UnitReported(
        operation_no=fact.operation_no,
        case_no=fact.case_no,
        round=fact.round,
        unit=unit,
        officer_count=command.officer_count,
        reported_by=command.meta.by.person,
        reported_at=command.meta.at,
    )
