"""Detects a file's encoding by decoding all of it strictly.

The first kilobytes are not enough: a hotline's export may be ASCII for a thousand rows before the
first Chinese character, and a wrong guess files complaints that nobody can read.
"""

import codecs
from pathlib import Path

from whistle.export.errors import UnreadableExportError

__all__ = ["detect_encoding"]

_CHUNK_BYTES = 1 << 18
_WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def detect_encoding(path: Path) -> str:
    """Give the codec to open the file with: utf-8, utf-8-sig, utf-16 (needs its mark), gb18030.

    UTF-8 wins where both fit: only a GB18030 file with very few Chinese characters is also UTF-8.

    Raises: UnreadableExportError when the file is empty, a workbook, or none of these; OSError
    when it cannot be opened.
    """
    with path.open("rb") as stream:
        mark = stream.read(4)
    if not mark:
        raise UnreadableExportError(f"{path.name} is empty: export it again")
    if mark.startswith(_WORKBOOK_MARKS):
        raise UnreadableExportError(
            f'{path.name} is a workbook: save it in the spreadsheet as "CSV UTF-8"'
        )
    candidates = _candidates(mark)
    bad_lines: dict[str, int] = {}
    for encoding in candidates:
        bad_line = _first_bad_line(path, encoding)
        if bad_line is None:
            return encoding
        bad_lines[encoding] = bad_line
    # The encoding that decoded most is most likely the intended one.
    nearest = max(candidates, key=lambda encoding: bad_lines[encoding])
    raise UnreadableExportError(
        f"{path.name} is not UTF-8, UTF-16 with a byte order mark or GB18030 throughout "
        f"({nearest} fails near line {bad_lines[nearest]}): export it again as UTF-8"
    )


def _candidates(mark: bytes) -> tuple[str, ...]:
    if mark.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if mark.startswith(_UTF16_MARKS):
        return ("utf-16",)
    return ("utf-8", "gb18030")


def _first_bad_line(path: Path, encoding: str) -> int | None:
    """Decode in chunks; give the line (from 1, by line feed bytes) of the first failure."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK_BYTES)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as failure:
                return line + failure.object[: failure.start].count(b"\n")
            if not chunk:
                return None
            line += chunk.count(b"\n")
