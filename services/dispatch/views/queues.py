"""Lists of cases: the lines, the narrowing to a queue, and how many lamps are of which colour."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, Row, case, exists, func, or_, select

from chassis.views.keyset import Page, page
from contracts.ids import CaseNo, UnitCode, WhistleNo
from contracts.values import AppealKind
from services.dispatch.domain.case.state import CaseStage, Outcome
from services.dispatch.domain.lamps import Lamp, lamp
from services.dispatch.views.cases import LATEST, WAITING, WaitingFor, cases, clocks

CaseStatus = Literal["open", "closed"]
QueueName = Literal["unit", "person", "district", "street", "dispatcher", "centre"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What a list may be narrowed to; empty means all."""

    unit: UnitCode | None = None
    street: UnitCode | None = None
    district: UnitCode | None = None
    status: CaseStatus | None = None
    stage: CaseStage | None = None
    claimed_by: str | None = None
    """Whose claim holds now."""
    waiting_for: tuple[WaitingFor, ...] = ()
    """Something of these waits for a decision,"""
    or_red: bool = False
    """or a clock is over."""
    is_provisional: bool = False
    """A clock runs by a calendar that is not published yet."""


class CaseItem(BaseModel):
    """One line of the list; a clock that does not run is None, and so is the lamp of a closed case.

    The lamp is that of the clock that is worst off; suspended is what waits for its review.
    """

    case_no: CaseNo
    unit: UnitCode
    street: UnitCode
    district: UnitCode
    matter: str
    kind: AppealKind
    status: CaseStatus
    stage: CaseStage
    round: int
    hops: int
    caller_count: int
    missed_count: int
    sign_missed: bool
    handle_missed: bool
    open_whistle: WhistleNo | None
    sign_due: str | None
    handle_due: str | None
    next_due: str | None
    lamp: Lamp | None
    waiting_for: list[WaitingFor]
    claimed_by: str | None
    claimed_until: str | None
    outcome: Outcome | None
    dispatched_at: str
    closed_at: str | None


class LampCounts(BaseModel):
    """How many open cases of the whole list have which colour."""

    green: int
    yellow: int
    red: int


class CaseList(Page[CaseItem]):
    """One page of cases, with the lamps of the whole list."""

    lamps: LampCounts


def list_cases(
    connection: Connection, wanted: CaseFilter, after: str | None, limit: int, now: str
) -> CaseList:
    """List cases, what is due next first. Raises: CursorUnreadable."""
    query = select(cases).where(*_narrowing(wanted, now))
    order = (cases.c.next_due, cases.c.case_no)
    found = page(connection, query, order, after, limit, partial(_item, now=now))
    lamps = _lamps(connection, wanted, now)
    return CaseList.model_construct(**dict(found), lamps=lamps)


def _narrowing(wanted: CaseFilter, now: str) -> list[ColumnElement[bool]]:
    columns = ("unit", "street", "district", "status", "stage", "claimed_by")
    values = {name: getattr(wanted, name) for name in columns}
    found = [cases.c[name] == value for name, value in values.items() if value is not None]
    if wanted.claimed_by is not None:
        found.append(cases.c.claimed_until > now)
    if wanted.waiting_for:
        reasons = [cases.c[f"waits_{what}"] == 1 for what in wanted.waiting_for]
        found.append(or_(*reasons, *([cases.c.next_due <= now] if wanted.or_red else [])))
    if wanted.is_provisional:
        own = (clocks.c.case_no == cases.c.case_no) & (clocks.c.provisional == 1)
        found.append(exists().where(own))
    return found


def _lamps(connection: Connection, wanted: CaseFilter, now: str) -> LampCounts:
    is_red, is_warned = cases.c.next_due <= now, cases.c.next_warning <= now
    counted = select(func.count(), _count(is_red), _count(is_warned)).where(
        *_narrowing(wanted, now), cases.c.status == "open"
    )
    total, red, warned = connection.execute(counted).one()
    return LampCounts(green=total - warned, yellow=warned - red, red=red)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _item(row: Row[Any], now: str) -> CaseItem:
    fields = row._asdict()
    is_open = fields["status"] == "open"
    colour = lamp(fields["next_warning"], fields["next_due"], now) if is_open else None
    stopped = [name for name in ("sign_due", "handle_due", "next_due") if fields[name] == LATEST]
    over = fields["claimed_until"] is not None and fields["claimed_until"] <= now
    unclaimed = ("claimed_by", "claimed_until") if over else ()
    return CaseItem.model_validate(
        {
            **fields,
            **dict.fromkeys((*stopped, *unclaimed)),
            "lamp": colour,
            "waiting_for": [what for what in WAITING if fields[f"waits_{what}"]],
        }
    )
