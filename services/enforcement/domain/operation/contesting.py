"""A called unit contests the whistle (哨单异议), and the district rules on it (异议裁定).

A contest stops no clock: the unit has to come all the same (先办后议).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chassis.decider import Meta
from chassis.errors import Forbidden, Refusal
from contracts.events.enforcement import ContestRuled, UnitContested
from contracts.ids import OperationNo, UnitCode
from contracts.sealed import Sealed
from services.enforcement.domain.operation.concluding import and_its_end
from services.enforcement.domain.operation.policies import (
    existing,
    local_time,
    own_task,
    task_named,
)
from services.enforcement.domain.operation.state import OperationEvent, OperationState

Outcome = Literal["upheld", "rejected"]
"""成立, 不成立."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestCall:
    """哨单异议 (art. 12 (3)): the acting unit says, with its basis, that it has no part in this."""

    operation_no: OperationNo
    basis: Sealed
    recused: frozenset[str]
    meta: Meta


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOnContest:
    """异议裁定 (art. 12 (1), (3)): the district says whether the unit has a part in this."""

    operation_no: OperationNo
    unit: UnitCode
    outcome: Outcome
    reason: Sealed
    recused: frozenset[str]
    meta: Meta


def contest(command: ContestCall, state: OperationState) -> Sequence[UnitContested]:
    """Contest once, before reporting in, acknowledged or not.

    Raises: ContestAfterReporting, AlreadyContested, and what `own_task` raises.
    """
    operation, task = own_task(command.operation_no, command.meta.by, state)
    unit = task.owed.unit
    if task.contested:
        raise AlreadyContested(unit=unit, at=local_time(task.contested.contested_at))
    if task.reported:
        raise ContestAfterReporting(unit=unit, at=local_time(task.reported.reported_at))
    return [
        UnitContested(
            operation_no=operation.fact.operation_no,
            case_no=operation.fact.case_no,
            round=operation.fact.round,
            unit=unit,
            basis=command.basis,
            contested_by=command.meta.by.person,
            contested_at=command.meta.at,
        )
    ]


def rule(command: RuleOnContest, state: OperationState) -> Sequence[OperationEvent]:
    """Rule on a contest that waits, even after the operation is over: it voids what was missed.

    Upheld, the unit is excused; rejected, it cannot contest again.
    Raises: NotTheRulingDistrict, RulingInOwnCause, UnitHasNoTask, NoContestWaiting.
    """
    found = existing(command.operation_no, state)
    acting, district = command.meta.by.unit, found.fact.district
    if acting != district:
        raise NotTheRulingDistrict(unit=acting, district=district)
    if acting == command.unit:
        raise RulingInOwnCause(unit=command.unit)
    if task_named(command.unit, found).contest != "waiting":
        raise NoContestWaiting(unit=command.unit, operation_no=command.operation_no)
    ruled = ContestRuled(
        operation_no=found.fact.operation_no,
        case_no=found.fact.case_no,
        round=found.fact.round,
        unit=command.unit,
        outcome=command.outcome,
        reason=command.reason,
        ruled_by=command.meta.by.person,
        ruled_at=command.meta.at,
    )
    return and_its_end(found, ruled, command.meta.at)


class AlreadyContested(Refusal):
    """已提出异议 (潍坊条例 art. 22): once; what was ruled is not contested again."""

    code = "already_contested"
    zh = "{unit} 已于 {at} 提出异议，每次应哨只能提出一次；裁定前及裁定不成立的，请按时报到。"
    en = (
        "{unit} contested at {at} (UTC+8) already, and may do so once; until it is upheld, report "
        "in on time."
    )


class ContestAfterReporting(Refusal):
    """报到后不得异议 (our default): who reports in accepts the call."""

    code = "contest_after_reporting"
    zh = "{unit} 已于 {at} 报到，视为接受哨单，不能再提异议；请完成任务，意见可写入处置结果。"
    en = (
        "{unit} reported in at {at} (UTC+8) and so accepted the call; complete the task, and put "
        "what you disagree with into its result."
    )


class NotTheRulingDistrict(Forbidden):
    """非裁定机关 (art. 12 (1), (3)): the district of the street rules, nobody else."""

    code = "not_the_ruling_district"
    zh = "异议由 {district} 裁定，{unit} 不能裁定；请联系该区。"
    en = "The district {district} rules on contests, not {unit}; ask the district."


class RulingInOwnCause(Forbidden):
    """不得裁定本单位异议 (domain 9.3: 监管分离): nobody rules on what it contests itself."""

    code = "ruling_in_own_cause"
    zh = "{unit} 不能裁定本单位提出的异议；请按时报到。"
    en = "{unit} cannot rule on its own contest; report in on time."


class NoContestWaiting(Refusal):
    """无待裁定异议: the unit has not contested, has come, or was ruled on."""

    code = "no_contest_waiting"
    zh = "联合执法 {operation_no} 中 {unit} 没有待裁定的异议；请重新读取待裁定列表。"
    en = (
        "No contest of {unit} waits for a ruling in operation {operation_no}; read the list of "
        "contests again."
    )
