"""Suggests matter and place of a complaint from the words of the catalogue.

A person decides. Words that fit two matters or two streets equally well suggest neither.
"""

from dataclasses import dataclass

from contracts.catalogue.version import CatalogueVersion
from contracts.catalogue.words import WordIndex

__all__ = ["Suggestion", "classify"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Codes of a matter and a street, and the words of the catalogue that led to them.

    `words` holds no text of the complaint, so it may stand in an event.
    """

    matter: str | None
    street: str | None
    words: tuple[str, ...]


def classify(text: str, version: CatalogueVersion) -> Suggestion | None:
    """Suggest a matter and a street; None when no word of the catalogue decides.

    The first line goes before the rest: it is the title, if there is one, and names the subject of
    the story below it. Pure; linear in the text.
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
