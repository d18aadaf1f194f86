"""What a complaint is about and where, by the words of the catalogue: the simplest honest means.

It suggests; it does not decide. Where two matters or two streets are equally spoken for, it says
nothing about them, and a person decides.
"""

from dataclasses import dataclass

from contracts.catalogue.version import CatalogueVersion
from contracts.catalogue.words import WordIndex

__all__ = ["Suggestion", "classify"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Codes of a matter and a street, and the catalogue's words that spoke for them.

    `words` holds no text of the complaint, so it may stand in an event.
    """

    matter: str | None
    street: str | None
    words: tuple[str, ...]


def classify(text: str, version: CatalogueVersion) -> Suggestion | None:
    """Suggest a matter and a street, or None where no word of the catalogue decides.

    The first line is asked first: it is the title where there is one, and says what the long
    story below it is about. Pure; linear in the text.
    """
    title = text.lstrip().partition("\n")[0]
    matter, matter_words = _suggest(title, text, version.matter_words)
    street, street_words = _suggest(title, text, version.street_words)
    if matter is None and street is None:
        return None
    return Suggestion(matter, street, (*matter_words, *street_words))


def _suggest(title: str, text: str, index: WordIndex) -> tuple[str | None, list[str]]:
    for part in (title, text):
        found = index.found_in(part)
        if code := index.best(found):
            return code, [word for word in found if index.code_of(word) == code]
    return None, []
