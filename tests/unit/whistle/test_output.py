"""The same data as JSON, as lines for a program, as a table for a person."""

import io
import json
from contextlib import redirect_stdout

import pytest

from whistle.call import Call
from whistle.output import Column, local_time, print_one, print_table

COLUMNS = (
    Column("due_at", "due", "时限", is_time=True),
    Column("name_en", "name", "", only="en"),
    Column("name_zh", "", "名称", only="zh"),
    Column("is_late", "late", "超期"),
)
ROWS: list[dict[str, object]] = [
    {
        "due_at": "2026-09-28T00:30:00.000000Z",
        "name_en": "a\tb\nc",
        "name_zh": "[甲]",
        "is_late": True,
    },
    {"due_at": None, "name_en": "d", "name_zh": "乙", "is_late": False},
]
ONE = {"open": 1, "whistles": {"blown": 2}, "units": ["a", "b"], "steps": [{"at": None}]}


class Terminal(io.StringIO):
    """A screen of no particular size."""

    def isatty(self) -> bool:
        return True


def to_terminal(
    monkeypatch: pytest.MonkeyPatch, locale: str, call: Call, rows: list[dict[str, object]] = ROWS
) -> str:
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    with redirect_stdout(Terminal()) as screen:
        print_table(call, COLUMNS, rows, {"items": rows})
    return screen.getvalue()


@pytest.mark.parametrize("moment", ["", None])
def test_a_moment_that_has_not_come_is_an_empty_cell(
    monkeypatch: pytest.MonkeyPatch, moment: str | None
) -> None:
    rows: list[dict[str, object]] = [{**ROWS[0], "due_at": moment}]
    assert "true" in to_terminal(monkeypatch, "en_US.UTF-8", Call(), rows)


def test_json_is_the_data_whatever_the_columns(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(Call(as_json=True), COLUMNS, ROWS, {"items": ROWS})
    assert json.loads(capsys.readouterr().out) == {"items": ROWS}


def test_a_program_gets_a_line_per_row_and_a_tab_per_cell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(Call(), COLUMNS, ROWS, None)
    assert capsys.readouterr().out.splitlines() == [
        "due_at\tname_en\tname_zh\tis_late",
        "2026-09-28T00:30:00.000000Z\ta b c\t[甲]\ttrue",
        "\td\t乙\tfalse",
    ]


def test_a_person_gets_a_table_in_the_own_language(monkeypatch: pytest.MonkeyPatch) -> None:
    zh, en = (to_terminal(monkeypatch, locale, Call()) for locale in ("zh_CN.UTF-8", "C.UTF-8"))
    assert zh.splitlines()[0].split() == ["时限", "名称", "超期"]
    assert zh.splitlines()[1].split() == ["2026-09-28", "08:30+08:00", "[甲]", "true"]
    assert en.splitlines()[0].split() == ["due", "name", "late"]


def test_an_object_is_a_line_per_value(capsys: pytest.CaptureFixture[str]) -> None:
    print_one(Call(), ONE)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "open\t1",
        "whistles.blown\t2",
        "units\ta,b",
        "steps.1.at\t",
    ]


def test_json_at_a_terminal_is_laid_out() -> None:
    with redirect_stdout(Terminal()) as screen:
        print_one(Call(as_json=True), ONE)
    assert json.loads(screen.getvalue()) == ONE
    assert len(screen.getvalue().splitlines()) > 1


def test_a_time_is_shown_with_its_offset() -> None:
    assert local_time("2026-12-31T16:00:00.000000Z") == "2027-01-01 00:00+08:00"
