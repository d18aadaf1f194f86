"""A version as people hand it in: a folder of any name, its tables as CSV or XLSX."""

import csv
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from contracts.catalogue import CatalogueVersion, InvalidCatalogue
from contracts.catalogue.files import read_version, version_of
from whistle.catalogue.spreadsheet import SpreadsheetRefused, read_sheet

__all__ = ["FILES", "as_files", "read_draft"]

_TABLES = ("units", "streets", "matters", "limits", "stages", "admissions")
_DOCUMENTS = ("version", "workdays", "scoring", "policies")
FILES = (*(f"{name}.csv" for name in _TABLES), *(f"{name}.json" for name in _DOCUMENTS))
"""What a version may consist of; other files of a draft are left where they are."""

_PLACE = re.compile(r"/(\w+)\.csv line ")


@contextmanager
def as_files(draft: Path) -> Iterator[Path]:
    """Give a folder with the draft's files as the catalogue reads them, named after its version.

    A line of the CSV has the number of the sheet's row. Raises: InvalidCatalogue.
    """
    version = version_of(draft)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / version
        folder.mkdir()
        faults = [fault for name in _TABLES for fault in _convert(draft, name, folder)]
        if faults:
            raise InvalidCatalogue(*faults)
        for file in FILES:
            if (draft / file).is_file():
                shutil.copyfile(draft / file, folder / file)
        yield folder


def read_draft(draft: Path) -> CatalogueVersion:
    """Read a draft. Raises: InvalidCatalogue; a fault names the sheet where the draft has one."""
    with as_files(draft) as folder:
        try:
            return read_version(folder)
        except InvalidCatalogue as invalid:
            raise InvalidCatalogue(*(_in_draft(fault, draft) for fault in invalid.faults)) from None


def _convert(draft: Path, name: str, folder: Path) -> Iterator[str]:
    sheet = draft / f"{name}.xlsx"
    if not sheet.is_file():
        return
    if (draft / f"{name}.csv").is_file():
        yield f"{draft.name}/{name}.xlsx: there is {name}.csv as well; keep one of them"
        return
    try:
        rows = read_sheet(sheet)
    except SpreadsheetRefused as refused:
        yield f"{draft.name}/{refused}"
        return
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _in_draft(fault: str, draft: Path) -> str:
    found = _PLACE.search(fault)
    if found and (draft / f"{found[1]}.xlsx").is_file():
        return fault.replace(found[0], f"/{found[1]}.xlsx row ", 1)
    return fault
