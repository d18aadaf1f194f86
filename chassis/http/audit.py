"""The routes by which auditors see who looked at what, and what operators did."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from chassis.http.identity import allow
from chassis.http.paging import Cursor, Limit
from chassis.readings.operator_actions import ActionFilter, OperatorAction, list_actions
from chassis.readings.view import ReadingFilter, ReadingItem, ReadingOutcome, list_readings
from chassis.service import Service
from chassis.views.keyset import Page
from contracts.envelope import Actor
from contracts.ids import CASE_NO, SUBJECT_ID, CaseNo, SubjectId, UnitCode
from contracts.readings import READING, ReadingKind

__all__ = ["audit_router"]

_Name = Annotated[str | None, Query(max_length=200)]


def audit_router(service: Service) -> APIRouter:
    """Give the routes; a service whose texts are not read has no readings to list."""
    router = APIRouter()
    _actions(router, service)
    if READING in service.model.aggregates:
        _readings(router, service)
    return router


def _readings(router: APIRouter, service: Service) -> None:
    @router.get("/readings")
    def get_readings(  # noqa: PLR0913  # one parameter per query field
        _actor: Annotated[Actor, Depends(allow("auditor"))],
        case_no: Annotated[CaseNo | None, Query(pattern=CASE_NO)] = None,
        subject: Annotated[SubjectId | None, Query(pattern=SUBJECT_ID)] = None,
        reader: _Name = None,
        unit: Annotated[UnitCode | None, Query(max_length=200)] = None,
        what: ReadingKind | None = None,
        outcome: ReadingOutcome | None = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[ReadingItem]:
        """List who read texts and contacts, and who was refused them, in the order of time."""
        wanted = ReadingFilter(
            case_no=case_no, subject=subject, reader=reader, unit=unit, what=what, outcome=outcome
        )
        with service.store.reading() as connection:
            return list_readings(connection, wanted, after, limit)


def _actions(router: APIRouter, service: Service) -> None:
    @router.get("/operator-actions")
    def get_operator_actions(
        _actor: Annotated[Actor, Depends(allow("auditor", "operator"))],
        person: _Name = None,
        action: _Name = None,
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[OperatorAction]:
        """List what operators did to held events, views and keys; the reasons stay sealed."""
        wanted = ActionFilter(person=person, action=action)
        with service.store.reading() as connection:
            return list_actions(connection, wanted, after, limit)
