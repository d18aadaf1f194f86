"""The parts of an address, each with its pattern."""

from typing import Annotated

from fastapi import Path, Query

from contracts.ids import UNIT_CODE, UNIT_CODE_MAX, WHISTLE_NO, OperationNo, UnitCode

OperationPath = Annotated[OperationNo, Path(pattern=WHISTLE_NO)]
UnitPath = Annotated[UnitCode, Path(pattern=UNIT_CODE, max_length=UNIT_CODE_MAX)]
UnitFilter = Annotated[UnitCode | None, Query(pattern=UNIT_CODE, max_length=UNIT_CODE_MAX)]
