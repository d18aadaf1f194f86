"""Finds which of many known words a text contains: the mechanism under classification.

Comparison ignores letter case. The result holds known words only, never other parts of the text.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

__all__ = ["WordIndex"]

_PREFIX = 2


class WordIndex:
    """Words of at least two characters, each with the code it points to."""

    def __init__(self, code_by_word: Mapping[str, str]) -> None:
        self._code_by_word = dict(code_by_word)
        self._words_by_prefix: dict[str, list[str]] = defaultdict(list)
        for word in self._code_by_word:
            self._words_by_prefix[word[:_PREFIX].upper()].append(word)

    def found_in(self, text: str) -> list[str]:
        """List the words that occur, longest first, without those that are part of a longer one.

        Linear in the text: only words whose first two characters occur together are searched.
        """
        text = text.upper()
        pairs = {text[at : at + _PREFIX] for at in range(len(text) - 1)}
        begun = pairs & self._words_by_prefix.keys()
        candidates = [word for pair in begun for word in self._words_by_prefix[pair]]
        kept: list[str] = []
        for word in sorted(candidates, key=lambda word: (-len(word), word)):
            if word.upper() in text and not any(word in longer for longer in kept):
                kept.append(word)
        return kept

    def best(self, words: Iterable[str]) -> str | None:
        """Choose the code that the words point to; a tie gives None.

        The longest word decides, then all words of a code together: the more characters, the
        more specific.
        """
        lengths: dict[str, list[int]] = defaultdict(list)
        for word in words:
            lengths[self._code_by_word[word]].append(len(word))
        ranked = sorted(((max(of), sum(of), code) for code, of in lengths.items()), reverse=True)
        if not ranked or (len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]):
            return None
        return ranked[0][2]

    def code_of(self, word: str) -> str:
        """Give the code of one of the index's own words."""
        return self._code_by_word[word]
