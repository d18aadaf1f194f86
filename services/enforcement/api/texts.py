"""What units and the district wrote about an operation; every reading of it is noted."""

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.readings.reading import Reading
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue
from contracts.envelope import Actor
from contracts.ids import OperationNo, UnitCode, operation_stream
from services.enforcement.access import must_see, sight_of
from services.enforcement.api.parts import OperationPath, ReadsTexts, in_force
from services.enforcement.domain.operation.policies import existing
from services.enforcement.domain.operation.state import Begun, ContestStatus


class UnitResult(BaseModel):
    """What one unit wrote about its task; `result` is None when it was erased."""

    unit: str
    result: str | None


class UnitContest(BaseModel):
    """What one unit contested, and why it was ruled so; an erased text is None."""

    unit: str
    contest: ContestStatus | None
    basis: str | None
    reason: str | None


def texts(catalogue: Catalogue) -> APIRouter:
    """Give the routes."""
    routes = APIRouter(prefix="/enforcement/v1", tags=["enforcement"])

    def visible(session: Session, actor: Actor, operation_no: OperationNo) -> Begun:
        operation = existing(operation_no, session.state(operation_stream(operation_no)))
        sight = sight_of(actor, in_force(catalogue, session.now))
        must_see(session.transaction.reading, actor, sight, operation)
        return operation

    @routes.get("/operations/{operation_no}/results")
    async def read_results(operation_no: OperationPath, reads: ReadsTexts) -> list[UnitResult]:
        """Read what the units wrote, an excused one its own; the reading is noted."""

        def results(session: Session) -> tuple[Reading, list[UnitResult]]:
            operation = visible(session, reads.actor, operation_no)
            own = operation.tasks.get(UnitCode(reads.actor.unit))
            is_in_it = own is None or not own.is_excused
            found = [
                UnitResult(unit=unit, result=session.texts.open(task.completed.result))
                for unit, task in operation.tasks.items()
                if task.completed and (is_in_it or unit == reads.actor.unit)
            ]
            fields = [f"result/{one.unit}" for one in found]
            return reads.found(session, *fields), found

        return await reads.answer(results)

    @routes.get("/operations/{operation_no}/contests")
    async def read_contests(operation_no: OperationPath, reads: ReadsTexts) -> list[UnitContest]:
        """Read what was contested and why it was ruled so, a called unit its own; it is noted."""

        def contests(session: Session) -> tuple[Reading, list[UnitContest]]:
            operation = visible(session, reads.actor, operation_no)
            is_called = reads.actor.unit in operation.tasks
            found = [
                UnitContest(
                    unit=unit,
                    contest=task.contest,
                    basis=session.texts.open(task.contested.basis),
                    reason=session.texts.open(task.ruled.reason) if task.ruled else None,
                )
                for unit, task in operation.tasks.items()
                if task.contested and (unit == reads.actor.unit or not is_called)
            ]
            fields = [f"contest/{one.unit}" for one in found]
            return reads.found(session, *fields), found

        return await reads.answer(contests)

    return routes
