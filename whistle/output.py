"""Prints data: JSON on demand, a table at a terminal, tab-separated values to a program.

Tables are in the reader's language and show Beijing time with its offset; JSON and TSV keep the
keys and the UTC of the wire, so that a script reads the same on every machine.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.instant import SHANGHAI, parse_instant
from whistle.call import Call
from whistle.language import language

__all__ = [
    "Column",
    "is_for_program",
    "local_time",
    "print_json",
    "print_line",
    "print_one",
    "print_table",
]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the key in JSON and TSV, and a heading per language."""

    key: str
    en: str
    zh: str
    is_time: bool = False
    only: str = ""
    """The language of the readers who see it in a table; TSV always has it."""
    show: Callable[[Row], str] | None = None
    """What a table shows in its place, such as a name for a code."""


def is_for_program(call: Call) -> bool:
    """Say whether a program reads the output: JSON is asked for, or there is no terminal."""
    return call.as_json or not sys.stdout.isatty()


def print_json(data: object) -> None:
    """Print one JSON document at once: indented at a terminal, on one line to a program."""
    indent = 2 if sys.stdout.isatty() else None
    print(json.dumps(data, ensure_ascii=False, indent=indent), flush=True)


def print_line(data: object) -> None:
    """Print one document of a stream (NDJSON) at once."""
    print(json.dumps(data, ensure_ascii=False), flush=True)


def print_table(call: Call, columns: Sequence[Column], rows: Iterable[Row], data: object) -> None:
    """Print rows as a table or as TSV, or `data` where JSON is wanted."""
    if call.as_json:
        print_json(data)
    elif sys.stdout.isatty():
        _print_to_terminal(columns, rows)
    else:
        print("\t".join(column.key for column in columns))
        for row in rows:
            print("\t".join(_cell(row.get(column.key)) for column in columns))


def print_one(call: Call, data: Row) -> None:
    """Print one object as JSON, or a line per value: `whistles.blown` is a key within a key."""
    columns = (Column("key", "", ""), Column("value", "", ""))
    rows = [{"key": key, "value": value} for key, value in _leaves("", data)]
    print_table(call, columns, rows, data)


def local_time(text: str) -> str:
    """Format a moment of the wire in Beijing time, with the offset."""
    return f"{parse_instant(text).astimezone(SHANGHAI):%Y-%m-%d %H:%M}+08:00"


def _leaves(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Give every value with its path; a list of plain values is one value."""
    parts: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        parts = enumerate(value, 1)
    else:
        yield name, value
    for key, inner in parts:
        yield from _leaves(f"{name}.{key}" if name else str(key), inner)


def _print_to_terminal(columns: Sequence[Column], rows: Iterable[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    visible = [column for column in columns if column.only in {"", language()}]
    headings = [column.zh if language() == "zh" else column.en for column in visible]
    table = Table(box=None, pad_edge=False, show_header=any(headings))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(_table_cell(column, row) for column in visible))
    Console().print(table)


def _table_cell(column: Column, row: Row) -> str:
    from rich.markup import escape

    if column.show is not None:
        return escape(column.show(row))
    value = row.get(column.key)
    if column.is_time and isinstance(value, str) and value:
        return local_time(value)
    # A cell is stored text; without this, rich would read its brackets as markup.
    return escape(_cell(value))


def _cell(value: object) -> str:
    """Format a value on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(map(_cell, value))
    return " ".join(str(value).split())
