"""A whistle opens an operation: one task per unit it calls, each with two deadlines (art. 16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chassis.decider import Meta
from contracts.calendar import Calendar, Deadline, Limit, compute
from contracts.catalogue import CatalogueVersion
from contracts.events.dispatch import SummonedUnit
from contracts.events.enforcement import OperationOpened, UnitTask
from contracts.ids import CaseNo, OperationNo, SubjectId, UnitCode
from contracts.values import WhistleKind
from services.enforcement.domain.operation.state import NoOperation, OperationState

Step = Literal["acknowledge", "report"]


@dataclass(frozen=True, slots=True)
class Terms:
    """How long the units have, by one version of the catalogue."""

    acknowledge: Limit
    report: Limit
    calendar: Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOperation:
    """启动联合执法 (art. 16): a street called these units; the clocks start at `blown_at`."""

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    street: UnitCode
    district: UnitCode
    kind: WhistleKind
    blown_at: datetime
    units: tuple[SummonedUnit, ...]
    subject: SubjectId | None
    terms: Terms
    meta: Meta


def open_once(command: OpenOperation, state: OperationState) -> Sequence[OperationOpened]:
    """Open the operation, unless the whistle has opened it already."""
    return [_opened(command)] if isinstance(state, NoOperation) else []


def terms_of(kind: WhistleKind, version: CatalogueVersion) -> Terms:
    """Look up how long a kind of whistle gives. Raises: UnknownLimit."""
    return Terms(
        acknowledge=version.limit(_rule(kind, "acknowledge")),
        report=version.limit(_rule(kind, "report")),
        calendar=version.calendar,
    )


def _rule(kind: WhistleKind, step: Step) -> str:
    return f"whistle.{kind}.{step}"


def _opened(command: OpenOperation) -> OperationOpened:
    return OperationOpened(
        operation_no=command.operation_no,
        case_no=command.case_no,
        round=command.round,
        street=command.street,
        district=command.district,
        kind=command.kind,
        subject=command.subject,
        tasks=tuple(_owed(command, summoned) for summoned in command.units),
        blown_at=command.blown_at,
        opened_at=command.meta.at,
    )


def _owed(command: OpenOperation, summoned: SummonedUnit) -> UnitTask:
    terms = command.terms
    return UnitTask(
        unit=summoned.unit,
        role=summoned.role,
        acknowledge=_deadline(command, summoned, "acknowledge", terms.acknowledge),
        report=_deadline(command, summoned, "report", terms.report),
    )


def _deadline(command: OpenOperation, summoned: SummonedUnit, step: Step, limit: Limit) -> Deadline:
    return compute(
        milestone=f"{step}/{summoned.unit}",
        round=command.round,
        rule=_rule(command.kind, step),
        start=command.blown_at,
        limit=limit,
        calendar=command.terms.calendar,
    )
