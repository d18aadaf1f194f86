"""Titles over HTTP: for a unit's own lists, as many as a page has, in one request.

A title is kept here alone. Who shows a list asks for its titles and stores none; the page is
recorded as one reading.
"""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.errors import Forbidden
from chassis.http.body import Body
from chassis.http.readings import Reads, as_asked, reading
from chassis.readings.reading import Reading
from chassis.unit_of_work.session import Session
from contracts.ids import AppealNo, CaseNo
from services.intake.access import case_of, must_work_on, recorded
from services.intake.api.parts import TEXT_STAFF, AppealField, Intake
from services.intake.domain.appeal.policies import AppealUnknown

TITLES_MAX = 200
"""Of one request: a page of any list."""

_LIST = "titles"


class Wanted(Body):
    """The numbers of a page; a case has the number of the appeal that filed it."""

    appeals: tuple[AppealField, ...] = Field(min_length=1, max_length=TITLES_MAX)


class Title(BaseModel):
    """A title; None for an appeal that has none, or whose title was erased."""

    appeal_no: AppealNo
    title: str | None


class Titles(BaseModel):
    """The titles of what the reader works on; those of other appeals are left out."""

    items: list[Title]
    total: int


async def titles_asked() -> Reading:
    """Name what is asked for."""
    return Reading(what="titles", about=_LIST)


def titles(routes: APIRouter, _intake: Intake) -> None:
    """Add the route that gives titles."""

    @routes.post("/titles")
    async def read_titles(
        body: Wanted,
        reads: Annotated[Reads, reading(titles_asked, as_asked, *TEXT_STAFF)],
    ) -> Titles:
        """Give the titles of a page of the reader's own work; it is one reading."""

        def page(session: Session) -> tuple[Reading, Titles]:
            shown, cases = [], set[CaseNo]()
            for appeal_no in dict.fromkeys(body.appeals):
                found = _title(session, appeal_no)
                if found is not None:
                    title, case_no = found
                    shown.append(title)
                    cases |= {case_no} if case_no else set()
            read = Reading(what="titles", about=_LIST, cases=tuple(sorted(cases)))
            return read, Titles(items=shown, total=len(shown))

        return await reads.answer(page)


def _title(session: Session, appeal_no: AppealNo) -> tuple[Title, CaseNo | None] | None:
    try:
        appeal = recorded(session, appeal_no)
        must_work_on(session, appeal)
    except (AppealUnknown, Forbidden):
        return None
    title = session.texts.open(appeal.fact.title)
    return Title(appeal_no=appeal_no, title=title), case_of(appeal)
