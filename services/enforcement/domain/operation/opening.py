"""A whistle opens an operation: one task per unit it calls, each with two deadlines (art. 16)."""

from collections.abc import Iterable, Sequence
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
    around_the_clock: frozenset[UnitCode]
    """The called units that work day and night (art. 19): office hours do not stop their clocks."""
    yellow_at_per_cent: int
    """Of the time, 1 to 100: from there on a lamp is yellow."""


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


def terms_of(kind: WhistleKind, units: Iterable[UnitCode], version: CatalogueVersion) -> Terms:
    """Look up how long a kind of whistle gives these units. Raises: UnknownLimit, UnknownUnit."""
    return Terms(
        acknowledge=version.limit(_rule(kind, "acknowledge")),
        report=version.limit(_rule(kind, "report")),
        calendar=version.calendar,
        around_the_clock=frozenset(one for one in units if version.unit(one).around_the_clock),
        yellow_at_per_cent=version.policies.yellow_at_per_cent,
    )


def _rule(kind: WhistleKind, step: Step) -> str:
    return f"whistle.{kind}.{step}"


def _opened(command: OpenOperation) -> OperationOpened:
    kind, number, start, terms = command.kind, command.round, command.blown_at, command.terms
    return OperationOpened(
        operation_no=command.operation_no,
        case_no=command.case_no,
        round=number,
        street=command.street,
        district=command.district,
        kind=kind,
        subject=command.subject,
        tasks=tuple(task_owed(one, kind, number, start, terms) for one in command.units),
        blown_at=start,
        opened_at=command.meta.at,
    )


def task_owed(
    summoned: SummonedUnit,
    kind: WhistleKind,
    round: int,  # noqa: A002  # the word of every event
    start: datetime,
    terms: Terms,
) -> UnitTask:
    """Give what a called unit owes, its clocks running from `start`."""

    def by(step: Step, limit: Limit) -> Deadline:
        return compute(
            milestone=f"{step}/{summoned.unit}",
            round=round,
            rule=_rule(kind, step),
            start=start,
            limit=limit,
            calendar=terms.calendar,
            around_the_clock=summoned.unit in terms.around_the_clock,
            yellow_at_per_cent=terms.yellow_at_per_cent,
        )

    return UnitTask(
        unit=summoned.unit,
        role=summoned.role,
        acknowledge=by("acknowledge", terms.acknowledge),
        report=by("report", terms.report),
    )
