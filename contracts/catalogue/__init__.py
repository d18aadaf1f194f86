"""The catalogue (目录): who does what, where, and how long it may take, read by version.

An event stores the version that it was decided by, so that an old case keeps its rules. Today the
catalogue is a folder of reviewed files (`WHISTLE_CATALOGUE`); another source would implement
`Catalogue`.
"""

from datetime import date
from typing import Protocol

from contracts.catalogue.errors import (
    InvalidCatalogue,
    UnknownInCatalogue,
    UnknownLimit,
    UnknownMatter,
    UnknownStreet,
    UnknownUnit,
    UnknownVersion,
)
from contracts.catalogue.files import FileCatalogue, open_catalogue
from contracts.catalogue.rows import STREET, Admission, Matter, Stage, Street, Unit, Urgency
from contracts.catalogue.version import CatalogueVersion

__all__ = [
    "STREET",
    "Admission",
    "Catalogue",
    "CatalogueVersion",
    "FileCatalogue",
    "InvalidCatalogue",
    "Matter",
    "Stage",
    "Street",
    "Unit",
    "UnknownInCatalogue",
    "UnknownLimit",
    "UnknownMatter",
    "UnknownStreet",
    "UnknownUnit",
    "UnknownVersion",
    "Urgency",
    "open_catalogue",
]


class Catalogue(Protocol):
    """Where versions of the catalogue come from."""

    def at(self, version: str) -> CatalogueVersion:
        """Give one version. Raises: UnknownVersion."""

    def current(self, on: date) -> CatalogueVersion:
        """Give the version in force on a local date. Raises: UnknownVersion before the first."""

    def versions(self) -> tuple[str, ...]:
        """List the versions, the earliest in force first."""
