"""Words that nobody else writes, and the search for them in whatever spelling bytes can have.

Every planted text holds the same stem and its place, so that one search finds all of them and says
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
_TELLING = 7
"""Bytes below which a spelling may turn up in ciphertext by chance."""


@dataclass
class Planted:
    """What was planted: every place that asked for words."""

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
    """Give what of a word is seen in base64 wherever in a text it stands."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + word)
        inner = encoded[4 if before else 0 : len(encoded) // 4 * 4 - 4]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


# The stem as a whole and in its halves: a text may be cut, or only part of it be re-spelled.
_NEEDLES = re.compile(
    b"|".join(
        re.escape(spelling)
        for word in (*_HALVES, PHONES)
        for spelling in sorted(_spellings(word))
        if len(spelling) >= _TELLING
    )
)


def found_in(text: str | bytes) -> list[str]:
    """Give what was planted and stands in a text, with what stands around it."""
    content = text.encode() if isinstance(text, str) else text
    return [
        content[max(0, hit.start() - _CONTEXT) : hit.end() + _CONTEXT].decode(errors="replace")
        for hit in _NEEDLES.finditer(content)
    ]


def found_in_files(folder: Path) -> dict[str, list[str]]:
    """Give what was planted and stands in any file below a folder, by the file's name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    held = {str(path.relative_to(folder)): found_in(path.read_bytes()) for path in files}
    return {name: found for name, found in held.items() if found}
