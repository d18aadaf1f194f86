"""The acts of an operation: of the called units, of the street, of its district and the centre.

A unit acts for itself: which one is acting stands in the token, never in the request.
"""

from collections.abc import Sequence

from pydantic import Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.texts import LongText
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue
from contracts.ids import (
    OperationNo,
    UnitCode,
    case_of_whistle,
    case_stream,
    operation_stream,
    whistle_of_operation,
)
from contracts.sealed import Sealed
from services.enforcement.access import UNIT_ROLES, watched_by
from services.enforcement.api.parts import OperationPath, UnitPath, in_force
from services.enforcement.domain.operation.absence import NameAbsent
from services.enforcement.domain.operation.chasing import ChaseUnit
from services.enforcement.domain.operation.coming import AcknowledgeWhistle, ReportIn
from services.enforcement.domain.operation.completing import CompleteTask
from services.enforcement.domain.operation.contesting import (
    ContestCall,
    Outcome,
    RuleOnContest,
)
from services.enforcement.domain.operation.leaving import NoteEarlyDeparture
from services.enforcement.domain.operation.policies import existing
from services.enforcement.domain.operation.releasing import ReleaseUnit
from services.enforcement.views.cases import recused_from

OFFICERS_MAX = 1_000
"""Officers of one unit on one spot; more is a slip of the hand."""


class Report(Body):
    officer_count: int = Field(ge=1, le=OFFICERS_MAX, description="officers on the spot")


class Completion(Body):
    result: LongText


class Contest(Body):
    basis: LongText = Field(description="which rule says that the unit has no part in this")


class Ruling(Body):
    outcome: Outcome
    reason: LongText


REPORT = Report(officer_count=2)
DONE = Completion(result="已责令当场改正。")
CONTEST = Contest(basis="《职责清单》：该事项不由本单位负责。")
RULING = Ruling(outcome="rejected", reason="职责清单列有该单位。")


def called(session: Session, operation_no: OperationNo) -> Sequence[UnitCode]:
    """Give the units of an operation."""
    return list(existing(operation_no, session.state(operation_stream(operation_no))).tasks)


def acts(catalogue: Catalogue) -> CommandRoutes:
    """Give the routes that command an operation."""
    routes = CommandRoutes("/enforcement/v1", "enforcement")
    _of_the_unit(routes)
    _of_the_street(routes)
    _of_the_district(routes, catalogue)
    return routes


def _of_the_unit(routes: CommandRoutes) -> None:
    @routes.command("/operations/{operation_no}/acknowledgement", roles=UNIT_ROLES, on=_stream)
    def acknowledge_whistle(session: Session, operation_no: OperationPath) -> AcknowledgeWhistle:
        """Acknowledge the whistle for the own unit (签哨)."""
        recused = _recused(session, operation_no)
        return AcknowledgeWhistle(operation_no=operation_no, recused=recused, meta=session.meta)

    @routes.command(
        "/operations/{operation_no}/contest", roles=UNIT_ROLES, on=_stream, sample=CONTEST
    )
    def contest_call(session: Session, operation_no: OperationPath, body: Contest) -> ContestCall:
        """Contest the whistle for the own unit (哨单异议); it has to come all the same."""
        return ContestCall(
            operation_no=operation_no,
            basis=_sealed(session, operation_no, body.basis),
            recused=_recused(session, operation_no),
            meta=session.meta,
        )

    @routes.command(
        "/operations/{operation_no}/report", roles=UNIT_ROLES, on=_stream, sample=REPORT
    )
    def report_in(session: Session, operation_no: OperationPath, body: Report) -> ReportIn:
        """Report in on the spot for the own unit (报到); it counts as acknowledging, too."""
        return ReportIn(
            operation_no=operation_no,
            officer_count=body.officer_count,
            recused=_recused(session, operation_no),
            meta=session.meta,
        )

    @routes.command(
        "/operations/{operation_no}/completion", roles=UNIT_ROLES, on=_stream, sample=DONE
    )
    def complete_task(
        session: Session, operation_no: OperationPath, body: Completion
    ) -> CompleteTask:
        """Say that the own unit's task is done, and how (处置结果); the unit stays."""
        return CompleteTask(
            operation_no=operation_no,
            result=_sealed(session, operation_no, body.result),
            recused=_recused(session, operation_no),
            meta=session.meta,
        )


def _of_the_street(routes: CommandRoutes) -> None:
    @routes.command(
        "/operations/{operation_no}/releases/{unit}",
        roles=UNIT_ROLES,
        on=_stream,
        candidates=called,
    )
    def release_unit(session: Session, operation_no: OperationPath, unit: UnitPath) -> ReleaseUnit:
        """Release a unit, for the street that whistled (放行); the last one ends the operation."""
        recused = _recused(session, operation_no)
        return ReleaseUnit(operation_no=operation_no, unit=unit, recused=recused, meta=session.meta)

    @routes.command(
        "/operations/{operation_no}/absences/{unit}",
        roles=UNIT_ROLES,
        on=_stream,
        candidates=called,
    )
    def name_absent(session: Session, operation_no: OperationPath, unit: UnitPath) -> NameAbsent:
        """Name a unit absent that did not come in time, for the street (认定未报到)."""
        recused = _recused(session, operation_no)
        return NameAbsent(operation_no=operation_no, unit=unit, recused=recused, meta=session.meta)

    @routes.command(
        "/operations/{operation_no}/early-departures/{unit}",
        roles=UNIT_ROLES,
        on=_stream,
        candidates=called,
    )
    def note_early_departure(
        session: Session, operation_no: OperationPath, unit: UnitPath
    ) -> NoteEarlyDeparture:
        """Note that a unit left before its release, for the street (提前离场)."""
        recused = _recused(session, operation_no)
        return NoteEarlyDeparture(
            operation_no=operation_no, unit=unit, recused=recused, meta=session.meta
        )


def _of_the_district(routes: CommandRoutes, catalogue: Catalogue) -> None:
    @routes.command(
        "/operations/{operation_no}/chases/{unit}", roles=UNIT_ROLES, on=_stream, candidates=called
    )
    def chase_unit(session: Session, operation_no: OperationPath, unit: UnitPath) -> ChaseUnit:
        """Chase a unit, for the street, its district or the operations centre (催哨)."""
        return ChaseUnit(
            operation_no=operation_no,
            unit=unit,
            watched=watched_by(session.actor.unit, in_force(catalogue, session.now)),
            recused=_recused(session, operation_no),
            meta=session.meta,
        )

    @routes.command(
        "/operations/{operation_no}/contests/{unit}/ruling",
        roles=UNIT_ROLES,
        on=_stream,
        sample=RULING,
        candidates=called,
    )
    def rule_on_contest(
        session: Session, operation_no: OperationPath, unit: UnitPath, body: Ruling
    ) -> RuleOnContest:
        """Rule on a unit's contest, for the district (异议裁定)."""
        return RuleOnContest(
            operation_no=operation_no,
            unit=unit,
            outcome=body.outcome,
            reason=_sealed(session, operation_no, body.reason),
            recused=_recused(session, operation_no),
            meta=session.meta,
        )


def _stream(operation_no: OperationNo) -> tuple[str]:
    return (operation_stream(operation_no),)


def _sealed(session: Session, operation_no: OperationNo, text: str) -> Sealed:
    fact = existing(operation_no, session.state(operation_stream(operation_no))).fact
    return session.texts.seal_for(fact.subject, case_stream(fact.case_no), text)


def _recused(session: Session, operation_no: OperationNo) -> frozenset[str]:
    case_no = case_of_whistle(whistle_of_operation(operation_no))
    return recused_from(session.transaction.reading, case_no)
