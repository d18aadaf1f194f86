"""Place and matter of an appeal: what the catalogue knows, and what its words suggest."""

from chassis.errors import Refusal, quotable
from contracts.catalogue import CatalogueVersion, UnknownMatter, UnknownStreet
from contracts.catalogue.classify import classify
from contracts.events.intake import SuggestedClass
from contracts.ids import UnitCode


class StreetUnknown(Refusal):
    """目录无此街道."""

    code = "street_unknown"
    zh = "目录 {catalogue} 中没有街道 {street}；请从 /intake/v1/catalogue 中选择代码。"
    en = "Catalogue {catalogue} has no street {street}; choose a code from /intake/v1/catalogue."


class MatterUnknown(Refusal):
    """目录无此事项."""

    code = "matter_unknown"
    zh = "目录 {catalogue} 中没有事项 {matter}；请从 /intake/v1/catalogue 中选择代码。"
    en = "Catalogue {catalogue} has no matter {matter}; choose a code from /intake/v1/catalogue."


def check_codes(catalogue: CatalogueVersion, street: str | None, matter: str | None) -> None:
    """Let only codes of the catalogue pass. Raises: StreetUnknown, MatterUnknown."""
    try:
        if street is not None:
            catalogue.street(street)
        if matter is not None:
            catalogue.matter(matter)
    except UnknownStreet as unknown:
        street = quotable(unknown.code)
        raise StreetUnknown(catalogue=catalogue.version, street=street) from None
    except UnknownMatter as unknown:
        matter = quotable(unknown.code)
        raise MatterUnknown(catalogue=catalogue.version, matter=matter) from None


def suggest(catalogue: CatalogueVersion, *texts: str | None) -> SuggestedClass | None:
    """Give what the catalogue's words say of title, text and address, in that order."""
    found = classify("\n".join(text for text in texts if text), catalogue)
    if found is None:
        return None
    return SuggestedClass(
        street=None if found.street is None else UnitCode(found.street),
        matter=found.matter,
        words=found.words,
        catalogue=catalogue.version,
    )
