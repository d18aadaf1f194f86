"""The names of units and matters, from a catalogue of which every version is kept."""

from contextlib import suppress

from contracts.catalogue import Catalogue, UnknownMatter, UnknownUnit
from contracts.said import Names, Said

__all__ = ["names_in"]


def names_in(catalogue: Catalogue) -> Names:
    """Call units as the newest version does that has them; the code stands for any other.

    A matter has a Chinese name alone.
    """

    def names(code: str) -> Said:
        for version in reversed(catalogue.versions()):
            rows = catalogue.at(version)
            with suppress(UnknownUnit):
                unit = rows.unit(code)
                return Said(unit.name_zh, unit.name_en)
            with suppress(UnknownMatter):
                return Said(f"{rows.matter(code).minor}（{code}）", code)
        return Said(code, code)

    return names
