"""Exit codes are a promise to scripts: the numbers, their causes, and help that names them."""

import pytest
import typer

from whistle.call import Call, command, ending
from whistle.cli import app
from whistle.exits import Exit, exit_for_status
from whistle.failure import Failure, refused_by


def test_the_numbers_never_change() -> None:
    assert {code.name: code.value for code in Exit} == {
        "OK": 0,
        "FAULT": 1,
        "USAGE": 2,
        "DIFFERENCES": 3,
        "NOT_AUTHORISED": 4,
        "REFUSED": 5,
        "CONFLICT": 6,
        "UNAVAILABLE": 7,
        "INTERRUPTED": 130,
    }


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, 5),
        (401, 4),
        (403, 4),
        (404, 5),
        (409, 5),
        (412, 6),
        (413, 5),
        (422, 5),
        (429, 7),
        (500, 7),
        (502, 7),
        (503, 7),
        (301, 7),
    ],
)
def test_a_status_leads_to_its_code(status: int, code: int) -> None:
    assert exit_for_status(status) == code
    assert refused_by(status, "some_code", "A sentence.").code == code


def test_help_names_every_code() -> None:
    epilog = str(app.info.epilog)
    for code in Exit:
        assert f"{code.value} {code.name.lower().replace('_', ' ')}" in epilog


class WhenACommandEnds:
    def test_a_failure_is_three_lines_and_its_code(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(typer.Exit) as ended, ending(verbose=False):
            raise Failure("not done", "Because.", "do that", Exit.CONFLICT)
        assert ended.value.exit_code == 6
        printed = capsys.readouterr()
        assert printed.err.splitlines() == ["whistle: not done", "  Because.", "hint: do that"]
        assert printed.out == ""

    def test_anything_unforeseen_is_a_fault_that_repeats_no_value(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(typer.Exit) as ended, ending(verbose=False):
            raise ValueError("13800001111")
        assert ended.value.exit_code == 1
        printed = capsys.readouterr().err
        assert "ValueError" in printed
        assert "13800001111" not in printed
        assert "Traceback" not in printed

    def test_verbose_shows_where(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(typer.Exit), ending(verbose=True):
            raise ValueError("broken")
        assert "Traceback" in capsys.readouterr().err

    def test_ctrl_c_is_130(self) -> None:
        with pytest.raises(typer.Exit) as ended, ending(verbose=False):
            raise KeyboardInterrupt
        assert ended.value.exit_code == 130

    def test_an_exit_of_its_own_stays(self) -> None:
        with pytest.raises(typer.Exit) as ended, ending(verbose=False):
            raise typer.Exit(Exit.DIFFERENCES)
        assert ended.value.exit_code == 3


def test_a_command_gets_the_shared_options_after_its_own() -> None:
    calls: list[tuple[Call, str]] = []

    @command
    def greet(call: Call, word: str) -> None:
        calls.append((call, word))

    greet(word="hello", server="http://s", as_json=True, quiet=True, verbose=False)  # type: ignore[call-arg]  # added by `command`
    assert calls == [(Call("http://s", as_json=True, quiet=True, verbose=False), "hello")]
