"""What the routes of intake share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field

from chassis.service import Service
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


def appeal(appeal_no: AppealNo) -> tuple[str, ...]:
    """Name the streams of a command to an appeal."""
    return (appeal_stream(appeal_no),)


def person(subject: SubjectId) -> tuple[str, ...]:
    """Name the streams of a command to a person's record."""
    return (subject_stream(subject),)


def nothing_yet() -> tuple[str, ...]:
    """Name no stream: the command makes it."""
    return ()
