"""What the routes of intake share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field

from chassis.http.identity import Role
from chassis.http.readings import Reads, reading
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue, CatalogueVersion
from contracts.ids import (
    APPEAL_NO,
    CASE_NO,
    SUBJECT_ID,
    AppealNo,
    CaseNo,
    SubjectId,
    appeal_stream,
    subject_stream,
)
from contracts.instant import SHANGHAI
from contracts.readings import ReadingKind
from services.intake.access import case_of
from services.intake.domain.appeal.state import AppealState, NoAppeal
from services.intake.relay_numbers import RelayNumbers

AppealPath = Annotated[AppealNo, Path(pattern=APPEAL_NO)]
SubjectPath = Annotated[SubjectId, Path(pattern=SUBJECT_ID)]
AppealField = Annotated[AppealNo, Field(pattern=APPEAL_NO)]
CaseField = Annotated[CaseNo, Field(pattern=CASE_NO)]


@dataclass(frozen=True, slots=True)
class Intake:
    """The service, and the catalogue by which it checks codes."""

    service: Service
    catalogue: Catalogue
    relay: RelayNumbers | None
    """None where no telephone company relays."""

    def in_force(self, moment: datetime) -> CatalogueVersion:
        """Give the catalogue of a moment's day in Shanghai. Raises: UnknownVersion."""
        return self.catalogue.current(moment.astimezone(SHANGHAI).date())


def _about_appeal(what: ReadingKind) -> Callable[..., Awaitable[Reading]]:
    async def asked(appeal_no: AppealPath) -> Reading:
        return Reading(what=what, about=appeal_stream(appeal_no))

    return asked


def _concerned(session: Session, asked: Reading) -> Reading:
    """Add the case and the person of an appeal."""
    state: AppealState = session.state(asked.about)
    if isinstance(state, NoAppeal):
        return asked
    case_no = case_of(state)
    cases = () if case_no is None else (case_no,)
    return replace(asked, cases=cases).of([state.fact.subject])


STAFF: tuple[Role, ...] = ("agent", "visitor", "officer", "leader", "director")
TEXT_STAFF: tuple[Role, ...] = (*STAFF, "dispatcher")
"""派单员 read what they dispatch, and call nobody."""

ReadsText = Annotated[Reads, reading(_about_appeal("text"), _concerned, *TEXT_STAFF)]
ReadsTextLater = Annotated[Reads, reading(_about_appeal("text"), _concerned, "leader", "director")]
ReadsContact = Annotated[Reads, reading(_about_appeal("contact"), _concerned, *STAFF)]


def appeal(appeal_no: AppealNo) -> tuple[str, ...]:
    """Name the streams of a command to an appeal."""
    return (appeal_stream(appeal_no),)


def person(subject: SubjectId) -> tuple[str, ...]:
    """Name the streams of a command to a person's record."""
    return (subject_stream(subject),)


def nothing_yet() -> tuple[str, ...]:
    """Name no stream: the command makes it."""
    return ()
