"""Every setting is explained to operators in both languages, and no other setting is promised."""

import re

import pytest

from chassis.settings import Settings
from tests.architecture.tidy_rules import ROOT

GUIDES = ("docs/guides/operate.md", "docs/guides/operate.zh-CN.md")
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *(ROOT / "docs").rglob("*.md")]
OF_THE_TESTS = {"WHISTLE_SEED"}
"""Variables that the tests alone read."""

OF_THE_COMMAND_LINE = {"WHISTLE_KAFKA_LIBS", "WHISTLE_NO_PROGRESS"}
"""Variables that `whistle` reads by itself."""

_VARIABLE = re.compile(r"\bWHISTLE_[A-Z_]+\b")
_ROW = re.compile(r"^\| `(WHISTLE_[A-Z_]+)` \| ", re.MULTILINE)


def _settings() -> set[str]:
    return {f"WHISTLE_{name}".upper() for name in Settings.model_fields}


@pytest.mark.parametrize("guide", GUIDES)
def test_the_table_holds_every_setting_once(guide: str) -> None:
    rows = _ROW.findall((ROOT / guide).read_text(encoding="utf-8"))
    assert sorted(rows) == sorted(_settings())


def test_no_page_names_a_setting_that_is_not_there() -> None:
    named = {
        (page.name, variable)
        for page in PAGES
        for variable in _VARIABLE.findall(page.read_text(encoding="utf-8"))
    }
    known = _settings() | OF_THE_COMMAND_LINE | OF_THE_TESTS
    assert {(page, name) for page, name in named if name not in known} == set()
