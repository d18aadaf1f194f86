"""Writes the list of rejected rows, for the person who corrects the export.

Holds line, reason and number, never a text, name or phone: the file is outside the vault. It is
made only when there are rejects, and the next run replaces it.
"""

import csv
import re
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from whistle.export.rows import Reject

__all__ = ["RejectFile"]

_COLUMNS = ("line", "reason_code", "reason", "external_no")
_SAFE_NUMBER = re.compile(r"\w[\w./#-]{0,63}")
"""Other text could be a formula to a spreadsheet, or is not a number."""


class RejectFile:
    """A context manager; use as `with RejectFile.beside(export) as rejects`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._stream: TextIO | None = None

    @classmethod
    def beside(cls, export: Path) -> Self:
        """Name it `<name>.rejects.csv`, in the folder of the export."""
        return cls(export.with_name(f"{export.stem}.rejects.csv"))

    def __enter__(self) -> Self:
        """Remove the file of an earlier run."""
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file, if there was anything to write."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def write(self, reject: Reject) -> None:
        """Add a row. Raises: OSError when the folder may not be written to."""
        if self._stream is None:
            # With a byte order mark, so that spreadsheets read it as UTF-8.
            self._stream = self.path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._stream).writerow(_COLUMNS)
        number = reject.external_no or ""
        shown = number if _SAFE_NUMBER.fullmatch(number) else ""
        row = (reject.line, reject.reason_code, reject.reason, shown)
        csv.writer(self._stream).writerow(row)
        self.count += 1
