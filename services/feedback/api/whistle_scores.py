"""双考核 over HTTP (art. 33): how called units answer whistles, and what streets do with theirs."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chassis.service import Service
from contracts.catalogue import Catalogue
from services.feedback.access import Staff
from services.feedback.api.scoreboard import find_unit
from services.feedback.api.scores import period
from services.feedback.domain.whistle_marks import FIGURES, Marks, StreetWhistles
from services.feedback.views.scores import Period
from services.feedback.views.whistle_scores import marks_by_unit, whistles_by_street


class _Named(BaseModel):
    unit: str
    name_zh: str
    name_en: str


class UnitMarks(_Named):
    """One called unit. Each figure is the mean of its ratings, 0.0 to 100.0; None without any."""

    rated: int
    """How many settled whistles the means are over."""
    signing: str | None
    arrival: str | None
    people: str | None
    quality: str | None
    staying: str | None
    result: str | None
    acknowledgements_missed: int
    reports_missed: int
    absences: int
    """Neither counts what was due before the unit could see it, nor what a ruling voided."""


class StreetMarks(_Named):
    """One street that blew whistles."""

    blown: int
    settled: int
    cancelled: int


class WhistleScores(BaseModel):
    """Every unit that was rated or missed something, and every street that blew, by code."""

    first: date | None = Field(serialization_alias="from")
    until: date | None
    units: list[UnitMarks]
    streets: list[StreetMarks]


def whistle_scores(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the route of the scores that whistles make."""
    routes = APIRouter(prefix="/feedback/v1", tags=["scores"])

    def named(code: str) -> dict[str, str]:
        unit = find_unit(catalogue, code)
        zh, en = (unit.name_zh, unit.name_en) if unit else (code, code)
        return {"unit": code, "name_zh": zh, "name_en": en}

    @routes.get("/whistle-scores")
    def get_whistle_scores(
        _actor: Staff, asked: Annotated[Period, Depends(period)]
    ) -> WhistleScores:
        """Give the mean ratings of called units, and the whistles of streets; nobody is ranked."""
        with service.store.reading() as connection:
            units = marks_by_unit(connection, asked)
            streets = whistles_by_street(connection, asked)
        return WhistleScores(
            first=asked.first,
            until=asked.last,
            units=[_unit(named(unit), marks) for unit, marks in units.items()],
            streets=[_street(named(street), counts) for street, counts in streets.items()],
        )

    return routes


def _unit(name: dict[str, str], marks: Marks) -> UnitMarks:
    return UnitMarks.model_validate(
        {
            **name,
            **{figure: marks.mean(figure) for figure in FIGURES},
            "rated": marks.rated,
            "acknowledgements_missed": marks.acknowledgements_missed,
            "reports_missed": marks.reports_missed,
            "absences": marks.absences,
        }
    )


def _street(name: dict[str, str], counts: StreetWhistles) -> StreetMarks:
    return StreetMarks(
        **name, blown=counts.blown, settled=counts.settled, cancelled=counts.cancelled
    )
