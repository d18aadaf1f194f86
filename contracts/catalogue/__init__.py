"""The catalogue (目录): who does what, where, and how long it may take, read by version.

An event stores the version that it was decided by, so that an old case keeps its rules. Today the
catalogue is a folder of reviewed files; any other source implements `Catalogue`.
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
from contracts.catalogue.files import FileCatalogue
from contracts.catalogue.rows import STREET, Matter, Street, Unit, Urgency
from contracts.catalogue.version import CatalogueVersion

__all__ = [
    "STREET",
    "Catalogue",
    "CatalogueVersion",
    "FileCatalogue",
    "InvalidCatalogue",
    "Matter",
    "Street",
    "Unit",
    "UnknownInCatalogue",
    "UnknownLimit",
    "UnknownMatter",
    "UnknownStreet",
    "UnknownUnit",
    "UnknownVersion",
    "Urgency",
]


class Catalogue(Protocol):
    """Where versions of the catalogue come from."""

    def at(self, version: str) -> CatalogueVersion:
        """Give one version. Raises: UnknownVersion."""

    def current(self, on: date) -> CatalogueVersion:
        """Give the version in force on a local date. Raises: UnknownVersion before the first."""

    def versions(self) -> tuple[str, ...]:
        """List the versions, the earliest in force first."""
