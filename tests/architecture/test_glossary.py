"""The glossary and the code say the same: every name is explained, and every entry exists.

What there is, is found by importing the product; what is explained, by reading the page's tables.
"""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple, get_args

import pytest

from chassis.errors import Refusal
from chassis.http.identity import ROLES
from contracts.event import EVENTS
from tests.architecture.tidy_rules import PRODUCT, ROOT

_NAME = re.compile(r"`([^`]+)`")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Entry(NamedTuple):
    """One row: its names in code (one or two), and its Chinese term."""

    names: tuple[str, ...]
    chinese: str


def _entries(text: str) -> dict[str, list[Entry]]:
    """Read the rows of every table with four columns, by kind."""
    found: dict[str, list[Entry]] = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) != 4 or cells[0] in {"name", "---"}:
            continue
        names = tuple(_NAME.findall(cells[0])) or (cells[0],)
        found.setdefault(cells[1], []).append(Entry(names, cells[2]))
    return found


GLOSSARY = _entries((ROOT / "docs/glossary.md").read_text(encoding="utf-8"))


@cache
def _modules() -> tuple[ModuleType, ...]:
    packages = [importlib.import_module(name) for name in PRODUCT]
    return tuple(
        importlib.import_module(found.name)
        for package in packages
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not found.name.endswith("__main__")
    )


def _members(suffix: str) -> Iterator[type[Any]]:
    """Give the classes of every domain union whose name ends so, such as `CaseCommand`."""
    for module in _modules():
        if ".domain." not in module.__name__:
            continue
        for name, value in vars(module).items():
            if name.endswith(suffix) and not isinstance(value, type):
                yield from get_args(value)


def _refusals(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for found in kind.__subclasses__():
        yield found
        yield from _refusals(found)


def _in_code(kind: str) -> set[tuple[str, ...]]:
    _modules()
    match kind:
        case "event":
            ours = {wire: event for wire, event in EVENTS.items() if _is_ours(event)}
            return {(event.__name__, wire) for wire, event in ours.items()}
        case "command":
            return {(command.__name__,) for command in _members("Command")}
        case "refusal":
            found = {refusal for refusal in _refusals(Refusal) if _is_ours(refusal)}
            return {(one.__name__, *filter(None, [getattr(one, "code", "")])) for one in found}
        case "stage":
            stages = {getattr(state, "stage", "") for state in _members("State")}
            return {(stage,) for stage in stages if stage}
        case _:
            return {(role,) for role in ROLES}


def _is_ours(kind: type[Any]) -> bool:
    """Leave out what tests invent in the same process."""
    return kind.__module__.partition(".")[0] in PRODUCT


@pytest.mark.parametrize("kind", ["event", "command", "refusal", "stage", "role"])
def test_code_and_glossary_name_the_same(kind: str) -> None:
    explained = Counter(entry.names for entry in GLOSSARY[kind])
    existing = _in_code(kind)
    assert existing - set(explained) == set(), "not explained"
    assert set(explained) - existing == set(), "explained, but not there"
    assert [names for names, count in explained.items() if count > 1] == []


@pytest.mark.parametrize("kind", sorted(GLOSSARY))
def test_every_entry_has_a_chinese_term(kind: str) -> None:
    assert [entry.names for entry in GLOSSARY[kind] if not _CHINESE.search(entry.chinese)] == []


def test_there_are_no_other_kinds() -> None:
    assert set(GLOSSARY) == {"event", "command", "refusal", "stage", "role", "term"}


def test_a_command_and_a_refusal_of_the_domain_begin_with_their_chinese_term() -> None:
    """Somebody who knows the law finds the rule by its term, and beside it the article."""
    refusals = {one for one in _refusals(Refusal) if ".domain." in one.__module__}
    found = {*_members("Command"), *refusals}
    assert len(found) > 50
    unnamed = {one.__name__ for one in found if not _CHINESE.match(one.__doc__ or "")}
    assert unnamed == set()


def test_names_in_code_are_found_at_all() -> None:
    """The control arm: a search that finds nothing would agree with an empty page."""
    assert ("WhistleBlown", "dispatch.whistle_blown.v2") in _in_code("event")
    assert ("SignCase",) in _in_code("command")
    assert ("CaseNotSigned", "case_not_signed") in _in_code("refusal")
    assert ("blown",) in _in_code("stage")


def test_a_row_is_read_with_its_names() -> None:
    page = (
        "| name | kind | 中文 | meaning |\n|---|---|---|---|\n| `A` `b.a.v1` | event | 甲 | x |\n"
    )
    assert _entries(page) == {"event": [Entry(("A", "b.a.v1"), "甲")]}
