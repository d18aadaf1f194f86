"""Planted words, and the search for them in every spelling that bytes can have.

Every planted text has the same stem and its place, so that one search finds all of them and shows
which one it found. Planted phones share their first digits.
"""

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

__all__ = ["PHONES", "STEM", "Planted", "found_in", "found_in_files"]

_HALVES = ("暗号甲乙丙丁", "qzvexil")
STEM = "".join(_HALVES)
PHONES = "19988866"
_CONTEXT = 40
_LENGTH_MIN = 7
"""Bytes below which a spelling may appear in ciphertext by chance."""


@dataclass
class Planted:
    """The places that planted words."""

    places: list[str] = field(default_factory=list)

    def say(self, place: str) -> str:
        """Give words for a place."""
        self.places.append(place)
        return f"{STEM} {place} 完"


def _spellings(word: str) -> set[bytes]:
    plain = [word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")]
    hidden = [word.encode("gb18030"), json.dumps(word)[1:-1].encode(), quote(word).encode()]
    hidden += [form.hex().encode() for form in plain]
    hidden += [form.hex().upper().encode() for form in plain]
    return {*plain, *hidden, *_base64(word.encode())}


def _base64(word: bytes) -> Iterable[bytes]:
    """Give what a word looks like in base64, at every place in a text."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + word)
        inner = encoded[4 if before else 0 : len(encoded) // 4 * 4 - 4]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


# The stem as a whole and in halves: a text may be cut, or spelled otherwise in part.
_NEEDLES = re.compile(
    b"|".join(
        re.escape(spelling)
        for word in (*_HALVES, PHONES)
        for spelling in sorted(_spellings(word))
        if len(spelling) >= _LENGTH_MIN
    )
)


def found_in(text: str | bytes) -> list[str]:
    """Give the planted words in a text, each with its context."""
    content = text.encode() if isinstance(text, str) else text
    return [
        content[max(0, hit.start() - _CONTEXT) : hit.end() + _CONTEXT].decode(errors="replace")
        for hit in _NEEDLES.finditer(content)
    ]


def found_in_files(folder: Path) -> dict[str, list[str]]:
    """Give the planted words in the files below a folder, by the file's name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    held = {str(path.relative_to(folder)): found_in(path.read_bytes()) for path in files}
    return {name: found for name, found in held.items() if found}
