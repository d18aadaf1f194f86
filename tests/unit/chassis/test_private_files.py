"""What a data folder holds is the user's alone; what was looser is repaired and said."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import CapturingLogger

from chassis import private_files
from chassis.clock import DemoClock
from chassis.hosting.data_folder import DataFolder
from chassis.http.identity import FileTokens
from chassis.key_files import KeyFile
from chassis.private_files import make_empty, write_fresh
from chassis.store.sqlite.store import SqliteStore
from chassis.vault import open_vault
from contracts.envelope import Actor


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """The umask lets others read what is made."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def looser(folder: Path) -> set[str]:
    """Give what others than the owner have rights on."""
    every = [folder, *folder.rglob("*")]
    return {one.name for one in every if stat.S_IMODE(one.stat().st_mode) & 0o077}


def filled(path: Path) -> SqliteStore:
    """Make all that a data folder may hold."""
    folder = DataFolder(path, demo=True)
    folder.lock("intake")
    store = SqliteStore(path / "intake.db")
    open_vault(store, KeyFile(path / "keys" / "intake.key"))
    DemoClock(path / "clock").advance(datetime(2027, 1, 1, tzinfo=UTC))
    FileTokens(path / "tokens.json").issue(Actor(person="p", unit="u", role="agent"))
    folder.release()
    return store


def test_everything_is_made_for_the_user_alone(tmp_path: Path) -> None:
    store = filled(tmp_path / "data")
    names = {one.name for one in (tmp_path / "data").rglob("*")}
    assert {"intake.db", "intake.db-wal", "intake.key", "clock", "tokens.json", "DEMO"} <= names
    assert looser(tmp_path / "data") == set()
    store.close()
    (tmp_path / "data" / "control").touch()
    assert looser(tmp_path / "data") == {"control"}


def test_what_is_looser_is_repaired_and_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, log = tmp_path / "data", CapturingLogger()
    monkeypatch.setattr(private_files, "log", log)
    filled(data).close()
    for one in data.rglob("*"):
        one.chmod(0o755 if one.is_dir() else 0o644)
    data.chmod(0o755)
    assert "intake.key" in looser(data)
    for _ in range(2):
        DataFolder(data, demo=True)
        assert looser(data) == set()
        assert [call.args for call in log.calls] == [("permissions_repaired",)]


def test_other_files_and_what_a_link_leads_to_are_left_alone(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    data.mkdir()
    other.touch(0o644)
    (data / "notes.txt").touch(0o644)
    (data / "intake.lock").symlink_to(other)
    DataFolder(data, demo=False)
    assert {stat.S_IMODE(one.stat().st_mode) for one in (other, data / "notes.txt")} == {0o644}


def test_a_new_file_is_never_written_through_a_link(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"theirs")
    link = tmp_path / "tokens.partial"
    link.symlink_to(target)
    write_fresh(link, b"ours")
    assert (target.read_bytes(), link.read_bytes(), link.is_symlink()) == (
        b"theirs",
        b"ours",
        False,
    )
    dangling = tmp_path / "intake.db"
    dangling.symlink_to(tmp_path / "elsewhere")
    make_empty(dangling)
    assert not (tmp_path / "elsewhere").exists()
