"""Pairs our fields with the headers of a foreign table.

An installation names its columns once, in a small TOML file. Without one, our own field names and
the headers that most hotlines use are recognised. The server receives our fields only.
"""

import tomllib
from collections.abc import Mapping as ReadOnlyDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whistle.export.errors import MappingError
from whistle.export.kinds import KINDS, read_kind

__all__ = ["FIELDS", "Mapping", "load_mapping"]

_REQUIRED = ("external_no", "text")
_USUAL_HEADERS = {
    "external_no": ("工单号", "工单编号"),
    "received_at": ("受理时间", "来电时间"),
    "title": ("标题",),
    "text": ("内容", "诉求内容"),
    "reporter_name": ("姓名", "来电人"),
    "reporter_phone": ("电话", "联系电话"),
    "address": ("地址", "事发地址"),
    "street": ("街道", "街乡镇"),
    "matter": ("事项", "问题分类"),
    "channel": ("渠道",),
    "kind": ("类型",),
    "confidential": ("是否保密",),
}
FIELDS = tuple(_USUAL_HEADERS)
"""The fields of a complaint that a mapping file may name."""

_EXAMPLE = 'for example external_no = "工单号"'
_HEADER_CHARS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Mapping:
    """Our field → their header. Without columns, the usual headers are recognised."""

    columns: ReadOnlyDict[str, str] = field(default_factory=dict)
    source: str = "import"
    """The system that gave out the external numbers; the pair is unique for ever."""
    kind: str = ""
    """The kind of rows that have none, a word or a code; empty: such rows are rejected."""
    anonymous_without_contact: bool = False
    """Whether callers who left neither name nor contact are declared anonymous."""

    def positions(self, headers: Sequence[str]) -> dict[str, int]:
        """Give the index of each field's column; fields without a column are left out.

        Raises: MappingError when a header is missing or appears twice, or a required field has no
        column. The message lists the headers found.
        """
        found = {name: _indices(self._wanted(name), headers) for name in FIELDS}
        missing = [name for name in self.columns if not found[name]]
        if missing:
            wanted = ", ".join(f'{name} = "{self.columns[name]}"' for name in missing)
            message = f"the export lacks the columns of {wanted}: correct [columns]"
            raise MappingError(_with_headers(message, headers))
        ambiguous = [name for name in FIELDS if len(found[name]) > 1]
        if ambiguous:
            message = f"several columns fit {', '.join(ambiguous)}: name one in a mapping file"
            raise MappingError(_with_headers(message, headers))
        absent = [name for name in _REQUIRED if not found[name]]
        if absent:
            message = f"no column is known for {', '.join(absent)}: name it in a mapping file"
            raise MappingError(_with_headers(f"{message}, {_EXAMPLE}", headers))
        return {name: indices[0] for name, indices in found.items() if indices}

    def _wanted(self, name: str) -> tuple[str, ...]:
        if not self.columns:
            return (name, *_USUAL_HEADERS[name])
        return (self.columns[name],) if name in self.columns else ()


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file: a table `[columns]`, and `source`, `kind`, `anonymous_without_contact`.

    Raises: MappingError when it is not TOML in UTF-8, names an unknown field, or leaves out a
    required one; OSError when it cannot be opened.
    """
    table = _read_toml(path)
    columns = table.pop("columns", None)
    source = table.pop("source", "import")
    kind = table.pop("kind", "")
    is_anonymous = table.pop("anonymous_without_contact", False)
    if table:
        raise MappingError(
            f"{path.name}: remove {', '.join(sorted(table))}; only source, kind, "
            "anonymous_without_contact and [columns] count"
        )
    if not isinstance(columns, dict) or not columns:
        raise MappingError(f"{path.name}: add a table [columns], {_EXAMPLE}")
    if not _is_filled(source):
        raise MappingError(
            f'{path.name}: write source as a name in quotes, such as source = "hotline"'
        )
    if kind and not (isinstance(kind, str) and read_kind(kind)):
        raise MappingError(f"{path.name}: kind is one of {', '.join(KINDS)}")
    if not isinstance(is_anonymous, bool):
        raise MappingError(f"{path.name}: anonymous_without_contact is true or false")
    _check_columns(path.name, columns)
    return Mapping(
        columns={name: header.strip() for name, header in columns.items()},
        source=source.strip(),
        kind=kind,
        anonymous_without_contact=is_anonymous,
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise MappingError(f"{path.name} is not UTF-8: save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path.name} is not TOML ({error}): correct that place") from None


def _check_columns(file_name: str, columns: dict[str, object]) -> None:
    unknown = sorted(set(columns) - set(FIELDS))
    if unknown:
        raise MappingError(
            f"{file_name}: [columns] does not know {', '.join(unknown)}; "
            f"on the left stands one of {', '.join(FIELDS)}, {_EXAMPLE}"
        )
    unfilled = [name for name in columns if not _is_filled(columns[name])]
    if unfilled:
        raise MappingError(
            f"{file_name}: write the header of {', '.join(unfilled)} in quotes, {_EXAMPLE}"
        )
    absent = [name for name in _REQUIRED if name not in columns]
    if absent:
        raise MappingError(f"{file_name}: [columns] must name {' and '.join(absent)}, {_EXAMPLE}")


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _indices(wanted: tuple[str, ...], headers: Sequence[str]) -> list[int]:
    return [index for index, header in enumerate(headers) if header in wanted]


def _with_headers(message: str, headers: Sequence[str]) -> str:
    # Cut, because without a header line these are the fields of a complaint.
    shown = ", ".join(header[:_HEADER_CHARS_SHOWN] for header in headers if header)
    return f"{message}; headers found: {shown or 'none'}"
