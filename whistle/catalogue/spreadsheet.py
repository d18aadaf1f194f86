"""Reads the first sheet of an XLSX workbook as rows of text, for tables that offices keep in Excel.

An XLSX file is a ZIP archive of XML parts (ECMA-376). Formulas give the value that was last
computed; formats are not read, so a date is a number of days unless it was typed as text.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

__all__ = ["SpreadsheetRefused", "read_sheet"]

_PART_BYTES_MAX = 50_000_000
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a workbook; right for every day after February 1900."""
_LETTERS = re.compile(r"[A-Z]+")
_WHOLE = re.compile(r"(-?[0-9]+)\.0+")


class SpreadsheetRefused(ValueError):
    """The file is no workbook that can be read."""


def read_sheet(path: Path) -> list[list[str]]:
    """Give the rows of the first sheet, blank ones as empty lists, so that row numbers stay.

    Raises: SpreadsheetRefused.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            shared = _shared_texts(archive)
            sheet = _part(archive, _first_sheet(archive))
            return list(_rows(sheet, shared))
    except (OSError, zipfile.BadZipFile, KeyError, IndexError, ET.ParseError, ValueError) as error:
        raise SpreadsheetRefused(f"{path.name}: it is no workbook in XLSX") from error


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    if archive.getinfo(name).file_size > _PART_BYTES_MAX:
        raise ValueError(name)
    return ET.fromstring(archive.read(name))  # noqa: S314  # expat bounds what entities grow to


def _first_sheet(archive: zipfile.ZipFile) -> str:
    sheets = (name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
    return min(sheets, key=lambda name: (len(name), name))


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text(item) for item in _part(archive, "xl/sharedStrings.xml").findall(".//{*}si")]


def _text(element: ET.Element) -> str:
    """Join the runs of a text, which may be formatted piece by piece; on one line."""
    joined = "".join(run.text or "" for run in element.findall(".//{*}t"))
    return " ".join(joined.split("\n"))


def _rows(sheet: ET.Element, shared: list[str]) -> Iterator[list[str]]:
    header: list[str] = []
    number = 0
    for row in sheet.findall(".//{*}row"):
        number += 1
        while number < int(row.get("r", number)):
            number += 1
            yield []
        cells = _cells(row, shared)
        if not any(cells):
            yield []
            continue
        header = header or [name.strip() for name in cells if name.strip()]
        cells += [""] * (len(header) - len(cells))
        yield [
            _as_date(cell) if name.endswith("_on") else cell
            for name, cell in zip([*header, *[""] * len(cells)], cells, strict=False)
        ]


def _cells(row: ET.Element, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.findall(".//{*}c"):
        column = _column(cell.get("r", ""), len(cells))
        cells += [""] * (column - len(cells))
        cells.append(_value(cell, shared))
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _column(reference: str, default: int) -> int:
    """Give the place of a cell such as `AB12`, counted from 0."""
    found = _LETTERS.match(reference)
    if found is None:
        return default
    place = 0
    for letter in found[0]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _value(cell: ET.Element, shared: list[str]) -> str:
    value = cell.findtext("{*}v") or ""
    match cell.get("t"):
        case "s":
            return shared[int(value)].strip()
        case "inlineStr":
            return _text(cell).strip()
        case "b":
            return "true" if value == "1" else "false"
        case _:
            whole = _WHOLE.fullmatch(value)
            return whole[1] if whole else value.strip()


def _as_date(text: str) -> str:
    """Write a number of days as a date; leave what was typed as text."""
    return (_FIRST_DAY + timedelta(days=int(text))).isoformat() if text.isdecimal() else text
