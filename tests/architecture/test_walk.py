"""Documents name real things: every path in backticks exists, every `path::name` is in it.

`path::Class.method` is found however deep it stands, so a route inside a function that adds routes
is named by itself.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from contracts.catalogue import FileCatalogue
from tests.architecture.tidy_rules import FOLDERS, ROOT
from whistle.export import count_rows

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)
WALK = "docs/architecture/one-complaint.md"
STOPS_MAX = 12
PAGE_LINES_MAX = 100
DECISION_LINES_MAX = 60

_SPAN = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w./-]+")
_STOP = re.compile(r"^## (\d+)\. ", re.MULTILINE)
_COMPLAINTS = re.compile(r"(\d+) (?:invented complaints|件虚构的诉求)")
_MATTERS = re.compile(r"(\d+) matters")


def _named(text: str) -> Iterator[tuple[str, str]]:
    """Give what a page names of this repository: a path, and a symbol or nothing."""
    for span in _SPAN.findall(text):
        path, _, symbol = span.partition("::")
        if path.split("/")[0] in FOLDERS and "/" in path and _PATH.fullmatch(path):
            yield path, symbol


@cache
def _symbols(path: str) -> frozenset[str]:
    """Give the dotted names of what a module defines, at any depth."""
    return frozenset(_defined(ast.parse((ROOT / path).read_text(encoding="utf-8")), ()))


def _defined(node: ast.AST, inside: tuple[str, ...]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        names: list[str] = []
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names = [name]
            case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                names = [name]
            case ast.Assign(targets=targets):
                names = [target.id for target in targets if isinstance(target, ast.Name)]
            case _:
                pass
        yield from (".".join((*inside, name)) for name in names)
        yield from _defined(child, (*inside, *names))


def _has(path: str, symbol: str) -> bool:
    return any(name == symbol or name.endswith(f".{symbol}") for name in _symbols(path))


def _faults(text: str) -> list[str]:
    return [
        f"{path}::{symbol}" if symbol else path
        for path, symbol in _named(text)
        if not (ROOT / path).exists() or (symbol and not _has(path, symbol))
    ]


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    assert _faults((ROOT / page).read_text(encoding="utf-8")) == []


def test_the_walk_has_its_stops_in_order_and_each_leads_into_code() -> None:
    text = (ROOT / WALK).read_text(encoding="utf-8")
    numbers = [int(number) for number in _STOP.findall(text)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 1 < len(numbers) <= STOPS_MAX
    for stop in _STOP.split(text)[2::2]:
        assert any(symbol for _, symbol in _named(stop)), stop.splitlines()[0]


@pytest.mark.parametrize(
    ("folder", "limit"), [("architecture", PAGE_LINES_MAX), ("adr", DECISION_LINES_MAX)]
)
def test_pages_are_short(folder: str, limit: int) -> None:
    lengths = {page.name: _length(page) for page in (ROOT / "docs" / folder).glob("*.md")}
    assert {name: count for name, count in lengths.items() if count > limit} == {}


def _length(page: Path) -> int:
    return len(page.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("`chassis/unit_of_work/session.py::Session.execute`", []),
        ("`services/dispatch/api/cases.py::sign_case`", []),
        ("`services/dispatch/domain/case/decider.py::CASE`", []),
        (
            "`chassis/unit_of_work/session.py::Session.march`",
            ["chassis/unit_of_work/session.py::Session.march"],
        ),
        ("`chassis/nowhere.py`", ["chassis/nowhere.py"]),
        ("`chassis/nowhere.py::Nobody`", ["chassis/nowhere.py::Nobody"]),
        ("`services/*/domain`, `/intake/v1`, `make run`", []),
    ],
)
def test_a_name_that_leads_nowhere_is_noticed(text: str, faults: list[str]) -> None:
    assert _faults(text) == faults


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "CHANGELOG.md"])
def test_a_page_counts_what_there_is(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    complaints = count_rows(ROOT / "whistle/sample/complaints.csv")
    assert {int(count) for count in _COMPLAINTS.findall(text)} == {complaints}
    catalogue = FileCatalogue()
    matters = len(catalogue.at(catalogue.versions()[-1]).matters())
    assert {int(count) for count in _MATTERS.findall(text)} <= {matters}
