"""A token of `whistle token add` signs in at a real server, and nothing else does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Shell
from tests.servers import Server

ADD = ("token", "add", "--role", "auditor", "--unit", "hotline", "--person", "a-1")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shell, Path]]:
    folder = tmp_path_factory.mktemp("tokens")
    program = "from whistle.cli import app; app()"
    running = Server(("-c", program, "run", "--data", str(folder), "--port", "0")).start().ready()
    yield Shell(running.url), folder
    running.stop()


def test_without_a_token_nobody_gets_in(server: tuple[Shell, Path]) -> None:
    shell, _ = server
    ended = shell.run("scores")
    assert (ended.code, ended.out) == (4, "")
    assert "whistle token add --role auditor" in ended.err
    demo = Shell(shell.server, {"WHISTLE_TOKEN": "demo.auditor.hotline.a-1"})
    assert demo.run("scores").code == 4


def test_a_token_is_printed_once_and_taken_at_once(
    server: tuple[Shell, Path], tmp_path: Path
) -> None:
    shell, folder = server
    made = shell.run(*ADD, "--data", str(folder))
    assert made.code == 0
    token = made.out.strip()
    assert token
    assert token not in (folder / "tokens.json").read_text(encoding="utf-8")
    (tmp_path / "token").write_text(made.out, encoding="utf-8")
    holder = Shell(shell.server, {"WHISTLE_TOKEN_FILE": str(tmp_path / "token")})
    ended = holder.run("reconcile", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.json["received"] == 0
    assert holder.run("parked", "release", "intake", "1", "--reason", "no").code == 4


@pytest.mark.parametrize(
    ("option", "value"), [("--role", "mayor"), ("--unit", "a b"), ("--person", "")]
)
def test_what_is_no_role_unit_or_person_makes_no_token(
    option: str, value: str, tmp_path: Path
) -> None:
    words = [*ADD, "--data", str(tmp_path)]
    words[words.index(option) + 1] = value
    ended = Shell("http://127.0.0.1:1").run(*words)
    assert (ended.code, ended.out) == (2, "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("role", ["officer", "leader", "director"])
def test_people_of_units_act_for_a_unit_of_the_catalogue(role: str, tmp_path: Path) -> None:
    """F18: a typo in a unit is no token whose queue is empty for ever."""
    words = ("token", "add", "--role", role, "--person", "p-1", "--data", str(tmp_path))
    shell = Shell("http://127.0.0.1:1")
    ended = shell.run(*words, "--unit", "street-wilow-brook")
    assert (ended.code, ended.out) == (2, "")
    assert "street-willow-brook" in ended.err
    assert not list(tmp_path.iterdir())
    assert shell.run(*words, "--unit", "street-willow-brook").code == 0


def test_a_dispatcher_acts_for_a_body_of_their_own(tmp_path: Path) -> None:
    """The control arm: the hotline is no unit of the catalogue."""
    words = ("token", "add", "--role", "dispatcher", "--unit", "hotline", "--person", "d-1")
    assert Shell("http://127.0.0.1:1").run(*words, "--data", str(tmp_path)).code == 0
