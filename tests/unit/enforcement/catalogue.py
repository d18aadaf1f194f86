"""The shipped catalogue with what the operations of these tests need besides."""

from datetime import date

from contracts.catalogue import CatalogueVersion, FileCatalogue, Unit
from tests.unit.enforcement.facts import CENTRE, DISTRICT, FIRE

__all__ = ["WATCHED", "WatchedCatalogue"]

_CENTRE = Unit(
    code=CENTRE,
    name_zh="运行管理中心",
    name_en="Operations centre",
    kind="centre",
    parent=DISTRICT,
    source="invented",
)


class WatchedCatalogue:
    """Its district has an operations centre, and its fire brigade is there day and night."""

    def __init__(self) -> None:
        self._shipped = FileCatalogue()

    def at(self, version: str) -> CatalogueVersion:
        return _watched(self._shipped.at(version))

    def current(self, on: date) -> CatalogueVersion:
        return _watched(self._shipped.current(on))

    def versions(self) -> tuple[str, ...]:
        return self._shipped.versions()


def _watched(shipped: CatalogueVersion) -> CatalogueVersion:
    rows = [
        row.model_copy(update={"around_the_clock": row.code == FIRE}) for row in shipped.unit_rows
    ]
    return CatalogueVersion(**{**dict(shipped), "unit_rows": (*rows, _CENTRE)})


WATCHED = WatchedCatalogue()
