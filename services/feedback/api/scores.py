"""Scores: the published list of a period, and the call-backs that a unit's figures are made of."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from chassis.errors import Malformed, Unknown
from chassis.http.paging import Cursor, Limit
from chassis.service import Service
from chassis.views.keyset import Page
from contracts.catalogue import Catalogue
from contracts.ids import UNIT_CODE, UNIT_CODE_MAX, UnitCode
from contracts.instant import SHANGHAI
from services.feedback.access import Anyone, Staff
from services.feedback.api.scoreboard import ListKind, Scores, find_unit, scoreboard
from services.feedback.views.scores import (
    CountedCallback,
    OrderedEnd,
    Period,
    count_by_unit,
    list_counted,
    list_ordered,
)

UnitPath = Annotated[UnitCode, Path(pattern=UNIT_CODE, max_length=UNIT_CODE_MAX)]


class PeriodReversed(Malformed):
    """考核期颠倒: it begins after it ends."""

    code = "period_reversed"
    zh = "考核期的起始日 {first} 晚于截止日 {last}；请对调 from 与 until。"
    en = "The period begins on {first}, after it ends on {last}; exchange `from` and `until`."


class UnitUnknown(Unknown):
    """目录无此单位: no version of the catalogue has it, and nothing was counted for it."""

    code = "unit_unknown"
    zh = "没有编码为 {unit} 的单位；请从目录中选择单位编码。"
    en = "There is no unit {unit}; choose the code of one from the catalogue."


def period(
    first: Annotated[date | None, Query(alias="from", description="first local day")] = None,
    last: Annotated[date | None, Query(alias="until", description="last local day")] = None,
) -> Period:
    """Read a period of local days, both included. Raises: PeriodReversed."""
    if first and last and first > last:
        raise PeriodReversed(first=first, last=last)
    return Period(first, last)


def scores(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes of scores."""
    routes = APIRouter(prefix="/feedback/v1", tags=["scores"])

    @routes.get("/scores")
    def get_scores(
        _actor: Anyone,
        asked: Annotated[Period, Depends(period)],
        kind: ListKind | None = None,
    ) -> Scores:
        """Give the three rates, the score and the place of every unit, by the policy it names."""
        today = service.clock.now().astimezone(SHANGHAI).date()
        with service.store.reading() as connection:
            tallies = count_by_unit(connection, asked)
        return scoreboard(catalogue, tallies, asked, today, kind)

    @routes.get("/scores/{unit}/callbacks")
    def get_counted(
        unit: UnitPath,
        _actor: Staff,
        asked: Annotated[Period, Depends(period)],
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[CountedCallback]:
        """List the call-backs that a unit's figures are made of."""
        with service.store.reading() as connection:
            counted = list_counted(connection, unit, asked, after, limit)
        if not counted.total and find_unit(catalogue, unit) is None:
            raise UnitUnknown(unit=unit)
        return counted

    @routes.get("/scores/{unit}/ordered-ends")
    def get_ordered(
        unit: UnitPath,
        _actor: Staff,
        asked: Annotated[Period, Depends(period)],
        after: Cursor = None,
        limit: Limit = 100,
    ) -> Page[OrderedEnd]:
        """List the cases ended by order that count as not solved for a unit."""
        with service.store.reading() as connection:
            ordered = list_ordered(connection, unit, asked, after, limit)
        if not ordered.total and find_unit(catalogue, unit) is None:
            raise UnitUnknown(unit=unit)
        return ordered

    return routes
