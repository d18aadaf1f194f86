"""The four acts: acknowledge, report in, complete, release.

A unit acts for itself: which one is acting stands in the token, never in the request.
"""

from collections.abc import Sequence

from pydantic import Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.texts import LongText
from chassis.unit_of_work.session import Session
from contracts.ids import (
    OperationNo,
    UnitCode,
    case_of_whistle,
    case_stream,
    operation_stream,
    whistle_of_operation,
)
from services.enforcement.access import UNIT_ROLES
from services.enforcement.api.parts import OperationPath, UnitPath
from services.enforcement.domain.operation.coming import AcknowledgeWhistle, ReportIn
from services.enforcement.domain.operation.completing import CompleteTask
from services.enforcement.domain.operation.policies import existing
from services.enforcement.domain.operation.releasing import ReleaseUnit
from services.enforcement.views.cases import recused_from

OFFICERS_MAX = 1_000
"""Officers of one unit on one spot; more is a slip of the hand."""

ACTS = CommandRoutes("/enforcement/v1", "enforcement")


class Report(Body):
    officer_count: int = Field(ge=1, le=OFFICERS_MAX, description="officers on the spot")


class Completion(Body):
    result: LongText


def _stream(operation_no: OperationNo) -> tuple[str]:
    return (operation_stream(operation_no),)


def called(session: Session, operation_no: OperationNo) -> Sequence[UnitCode]:
    """Give the units of an operation."""
    return list(existing(operation_no, session.state(operation_stream(operation_no))).tasks)


def _recused(session: Session, operation_no: OperationNo) -> frozenset[str]:
    case_no = case_of_whistle(whistle_of_operation(operation_no))
    return recused_from(session.transaction.reading, case_no)


@ACTS.command("/operations/{operation_no}/acknowledgement", roles=UNIT_ROLES, on=_stream)
def acknowledge_whistle(session: Session, operation_no: OperationPath) -> AcknowledgeWhistle:
    """Acknowledge the whistle for the own unit (签哨)."""
    recused = _recused(session, operation_no)
    return AcknowledgeWhistle(operation_no=operation_no, recused=recused, meta=session.meta)


@ACTS.command(
    "/operations/{operation_no}/report",
    roles=UNIT_ROLES,
    on=_stream,
    sample=Report(officer_count=2),
)
def report_in(session: Session, operation_no: OperationPath, body: Report) -> ReportIn:
    """Report in on the spot for the own unit (报到); it counts as acknowledging, too."""
    return ReportIn(
        operation_no=operation_no,
        officer_count=body.officer_count,
        recused=_recused(session, operation_no),
        meta=session.meta,
    )


@ACTS.command(
    "/operations/{operation_no}/completion",
    roles=UNIT_ROLES,
    on=_stream,
    sample=Completion(result="已责令当场改正。"),
)
def complete_task(session: Session, operation_no: OperationPath, body: Completion) -> CompleteTask:
    """Say that the own unit's task is done, and how (处置结果); the unit stays."""
    fact = existing(operation_no, session.state(operation_stream(operation_no))).fact
    result = session.texts.seal_for(fact.subject, case_stream(fact.case_no), body.result)
    recused = _recused(session, operation_no)
    return CompleteTask(
        operation_no=operation_no, result=result, recused=recused, meta=session.meta
    )


@ACTS.command(
    "/operations/{operation_no}/releases/{unit}", roles=UNIT_ROLES, on=_stream, candidates=called
)
def release_unit(session: Session, operation_no: OperationPath, unit: UnitPath) -> ReleaseUnit:
    """Release a unit, for the street that whistled (放行); the last one ends the operation."""
    recused = _recused(session, operation_no)
    return ReleaseUnit(operation_no=operation_no, unit=unit, recused=recused, meta=session.meta)
