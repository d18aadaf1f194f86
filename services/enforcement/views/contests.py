"""The contests that wait for a ruling, whatever became of their operation meanwhile."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Row, or_, select

from chassis.views.keyset import Page, page
from contracts.ids import CaseNo, OperationNo, UnitCode
from contracts.values import WhistleKind
from services.enforcement.domain.operation.state import TaskStatus
from services.enforcement.views.sight import Sight
from services.enforcement.views.tasks import tasks

_SHOWN = ("operation_no", "unit", "case_no", "round", "street", "district", "kind", "status")


class ContestItem(BaseModel):
    """One contest. `status` says whether the unit is still called, named absent, or cancelled."""

    operation_no: OperationNo
    unit: UnitCode
    case_no: CaseNo
    round: int
    street: UnitCode
    district: UnitCode
    kind: WhistleKind
    status: TaskStatus
    contested_at: str


def list_contests(
    connection: Connection, sight: Sight | None, after: str | None, limit: int
) -> Page[ContestItem]:
    """List what waits for a ruling, the oldest first: of a unit's own tasks, and of its district.

    `sight` None means everybody's. Raises: CursorUnreadable.
    """
    columns = (tasks.c[name] for name in (*_SHOWN, "contested_at"))
    wanted = select(*columns).where(tasks.c.contest == "waiting")
    if sight is not None:
        own = tasks.c.unit == sight.unit
        wanted = wanted.where(or_(own, tasks.c.district == sight.watched))
    order = (tasks.c.contested_at, tasks.c.operation_no, tasks.c.unit)
    return page(connection, wanted, order, after, limit, _item)


def _item(row: Row[Any]) -> ContestItem:
    return ContestItem.model_validate(row._asdict())
