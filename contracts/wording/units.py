"""The names of units, from a catalogue of which every version is kept."""

from contextlib import suppress

from contracts.catalogue import Catalogue, UnknownUnit
from contracts.said import Said
from contracts.wording.template import UnitNames

__all__ = ["names_in"]


def names_in(catalogue: Catalogue) -> UnitNames:
    """Call units as the newest version does that has them; the code stands for any other."""

    def names(code: str) -> Said:
        for version in reversed(catalogue.versions()):
            with suppress(UnknownUnit):
                unit = catalogue.at(version).unit(code)
                return Said(unit.name_zh, unit.name_en)
        return Said(code, code)

    return names
