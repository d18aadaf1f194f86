"""Reads the tables and documents of one version; every fault is kept with its file and line."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

__all__ = ["Tables", "first_fault"]

Row = TypeVar("Row", bound=BaseModel)
Shape = Callable[[dict[str, str]], Any]
"""Makes of a line's texts what its model takes."""


@dataclass
class Tables:
    """The files of a version's folder, and what is wrong with them."""

    folder: Path
    faults: list[str] = field(default_factory=list)
    _lines: dict[str, list[int]] = field(default_factory=dict)

    def rows(
        self, name: str, model: type[Row], shape: Shape = dict, *, optional: bool = False
    ) -> tuple[Row, ...]:
        """Read `<name>.csv`, one model per line; faulty lines are left out and noted."""
        path = self.folder / f"{name}.csv"
        rows: list[Row] = []
        lines = self._lines[name] = list[int]()
        if optional and not path.exists():
            return ()
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                for row in reader:
                    try:
                        rows.append(model.model_validate(shape(_whole(row))))
                        lines.append(reader.line_num)
                    except (ValidationError, KeyError, _TornError) as error:
                        self.note(path.name, _of_line(error), reader.line_num)
                if reader.line_num <= 1 and not optional:
                    self.note(path.name, "it has no rows")
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self.note(path.name, _unreadable(error))
        return tuple(rows)

    def document(self, name: str, model: type[Row]) -> Row | None:
        """Read `<name>.json`; None, and a note, when it cannot be used."""
        path = self.folder / f"{name}.json"
        try:
            return model.model_validate(json.loads(path.read_text(encoding="utf-8-sig")))
        except ValidationError as error:
            self.note(path.name, first_fault(error))
        except (OSError, ValueError) as error:
            self.note(path.name, _unreadable(error))
        return None

    def line(self, table: str, row: int) -> int:
        """Give the line of a row that was read."""
        return self._lines[table][row]

    def note(self, file: str, what: str, line: int | None = None) -> None:
        """Keep a fault with its place."""
        place = f"{self.folder.name}/{file}" + ("" if line is None else f" line {line}")
        self.faults.append(f"{place}: {what}")


def first_fault(error: ValidationError) -> str:
    """Give the place in a model and what is wrong there; never the value."""
    fault = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"


class _TornError(Exception):
    """A line has more or fewer fields than the header."""


def _whole(row: dict[Any, Any]) -> dict[str, str]:
    if None in row or None in row.values():
        raise _TornError
    return row


def _of_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return first_fault(error)
    if isinstance(error, KeyError):
        return f"no {error}"
    return "it has more or fewer fields than the header"


def _unreadable(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    if isinstance(error, UnicodeDecodeError):
        return "it is not written in UTF-8"
    return str(error)
