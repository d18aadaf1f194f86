"""The parts of an address, each with its pattern, and the reading that an address asks for."""

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query

from chassis.http.readings import Reads, reading
from chassis.readings.reading import Reading
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue, CatalogueVersion
from contracts.ids import (
    UNIT_CODE,
    UNIT_CODE_MAX,
    WHISTLE_NO,
    OperationNo,
    UnitCode,
    case_of_whistle,
    operation_stream,
    whistle_of_operation,
)
from contracts.instant import SHANGHAI
from services.enforcement.access import UNIT_ROLES
from services.enforcement.domain.operation.state import NoOperation, OperationState

OperationPath = Annotated[OperationNo, Path(pattern=WHISTLE_NO)]
UnitPath = Annotated[UnitCode, Path(pattern=UNIT_CODE, max_length=UNIT_CODE_MAX)]
UnitFilter = Annotated[UnitCode | None, Query(pattern=UNIT_CODE, max_length=UNIT_CODE_MAX)]


def in_force(catalogue: Catalogue, moment: datetime) -> CatalogueVersion:
    """Give the version by which it is known today who watches a district."""
    return catalogue.current(moment.astimezone(SHANGHAI).date())


async def _results(operation_no: OperationPath) -> Reading:
    case_no = case_of_whistle(whistle_of_operation(operation_no))
    return Reading(what="results", about=operation_stream(operation_no), cases=(case_no,))


def _person(session: Session, asked: Reading) -> Reading:
    state: OperationState = session.state(asked.about)
    return asked if isinstance(state, NoOperation) else asked.of([state.fact.subject])


ReadsTexts = Annotated[Reads, reading(_results, _person, *UNIT_ROLES)]
"""Of what was written about an operation: results, and contests with their rulings."""
