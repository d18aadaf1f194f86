"""What the routes of intake share."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path

from chassis.service import Service
from contracts.catalogue import Catalogue, CatalogueVersion
from contracts.instant import SHANGHAI

__all__ = ["AppealNo", "Intake", "SubjectId"]

AppealNo = Annotated[str, Path(pattern=r"^[0-9]{12}$")]
SubjectId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class Intake:
    """The service, and the catalogue by which it checks codes."""

    service: Service
    catalogue: Catalogue

    def in_force(self) -> CatalogueVersion:
        """Give the catalogue of today."""
        return self.catalogue.current(self.service.clock.now().astimezone(SHANGHAI).date())
