"""What a process stands on: its folder, its clock, its rows, its settings, and what it logs."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, select

from chassis.backoff import Backoff
from chassis.clock import DemoClock, SystemClock
from chassis.hosting.data_folder import DataFolder, FolderRefused
from chassis.logs import set_up_logs
from chassis.settings import Settings
from chassis.store.rows import add, put, upsert
from tests.counters.services import Counters

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

notes = MetaData()
rows = Table(
    "rows",
    notes,
    Column("a", Text, primary_key=True),
    Column("b", Integer, primary_key=True),
    Column("x", Text),
    Column("y", Text),
)


class WhenAFolderIsTaken:
    def test_nobody_else_gets_it_until_it_is_released(self, tmp_path: Path) -> None:
        first, second = DataFolder(tmp_path, demo=False), DataFolder(tmp_path, demo=False)
        first.lock("intake")
        with pytest.raises(FolderRefused, match="another process runs intake"):
            second.lock("intake")
        second.lock("dispatch")
        first.release()
        second.lock("intake")
        second.release()

    def test_a_demonstrations_folder_stays_one(self, tmp_path: Path) -> None:
        DataFolder(tmp_path / "demo", demo=True)
        DataFolder(tmp_path / "demo", demo=True)
        with pytest.raises(FolderRefused, match="was made by a demonstration"):
            DataFolder(tmp_path / "demo", demo=False)

    def test_real_data_is_not_for_demonstrations(self, tmp_path: Path) -> None:
        DataFolder(tmp_path, demo=False)
        (tmp_path / "intake.db").touch()
        with pytest.raises(FolderRefused, match="holds real data"):
            DataFolder(tmp_path, demo=True)
        (tmp_path / "intake.db").unlink()
        (tmp_path / "keys").mkdir()
        (tmp_path / "keys" / "intake.key").touch()  # its data may be on another server
        with pytest.raises(FolderRefused, match="holds real data"):
            DataFolder(tmp_path, demo=True)
        DataFolder(tmp_path, demo=False)


class WhenTheDemoClockIsMoved:
    def test_it_only_goes_forward(self, tmp_path: Path) -> None:
        clock = DemoClock(tmp_path / "clock", START)
        assert clock.now() == START
        assert clock.advance(START + HOUR) == START + HOUR
        assert clock.advance(START) == START + HOUR
        assert clock.now() == START + HOUR

    def test_it_goes_on_where_it_was(self, tmp_path: Path) -> None:
        DemoClock(tmp_path / "clock", START).advance(START + HOUR)
        again = DemoClock(tmp_path / "clock", START)
        assert again.now() == START + HOUR
        assert again.now().tzinfo is UTC

    def test_others_who_read_the_same_file_see_it_move(self, tmp_path: Path) -> None:
        mover, reader = (DemoClock(tmp_path / "clock", START) for _ in range(2))
        assert reader.now() == START
        for hours in range(1, 20):
            mover.advance(START + hours * HOUR)
            assert reader.now() == START + hours * HOUR
        assert [path.name for path in tmp_path.iterdir()] == ["clock"]

    def test_it_keeps_utc_whatever_zone_it_is_told(self, tmp_path: Path) -> None:
        clock = DemoClock(tmp_path / "clock", START)
        moved = clock.advance((START + HOUR).astimezone())
        assert (moved, moved.tzinfo) == (START + HOUR, UTC)


def test_the_clock_of_the_system_is_aware() -> None:
    assert SystemClock().now().tzinfo is UTC


class WhenAttemptsFail:
    def test_the_pauses_double_between_two_bounds(self) -> None:
        back_off = Backoff(0.05, 0.3)
        assert back_off.pause_s == 0
        assert [back_off.fail() for _ in range(5)] == [0.05, 0.1, 0.2, 0.3, 0.3]
        assert back_off.pause_s == 0.3

    def test_a_success_begins_again(self) -> None:
        back_off = Backoff(0.05, 0.3)
        for _ in range(4):
            back_off.fail()
        back_off.succeed()
        assert back_off.pause_s == 0
        assert back_off.fail() == 0.05


class WhenRowsAreWritten:
    @pytest.fixture
    def connection(self, counters: Counters) -> Iterator[Connection]:
        """A writing transaction with an empty table."""
        with counters.service.store.writing() as connection:
            notes.create_all(connection)
            yield connection

    def all(self, connection: Connection) -> list[tuple[object, ...]]:
        return [tuple(row) for row in connection.execute(select(rows).order_by(rows.c.a, rows.c.b))]

    def test_put_makes_a_row_and_then_changes_what_it_names(self, connection: Connection) -> None:
        put(connection, rows, {"a": "k", "b": 1}, x="1")
        put(connection, rows, {"a": "k", "b": 1}, y="2")
        put(connection, rows, {"a": "k", "b": 2}, x="3", y="4")
        put(connection, rows, {"a": "k", "b": 2}, x=None)
        assert self.all(connection) == [("k", 1, "1", "2"), ("k", 2, None, "4")]

    def test_put_without_values_leaves_a_row_alone(self, connection: Connection) -> None:
        put(connection, rows, {"a": "k", "b": 1})
        put(connection, rows, {"a": "k", "b": 1}, x="1")
        put(connection, rows, {"a": "k", "b": 1})
        assert self.all(connection) == [("k", 1, "1", None)]

    def test_an_upsert_writes_whole_rows(self, connection: Connection) -> None:
        add(connection, rows, [{"a": "k", "b": n, "x": "old", "y": "old"} for n in (1, 2)])
        new = [{"a": "k", "b": n, "x": "new", "y": None} for n in (2, 3)]
        upsert(connection, rows, new)
        assert self.all(connection) == [
            ("k", 1, "old", "old"),
            ("k", 2, "new", None),
            ("k", 3, "new", None),
        ]

    def test_nothing_is_written_for_no_rows(self, connection: Connection) -> None:
        add(connection, rows, [])
        upsert(connection, rows, [])
        assert self.all(connection) == []


class WhenItIsConfigured:
    def test_it_listens_to_itself_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HOST", "PORT", "DATA"):
            monkeypatch.delenv(f"WHISTLE_{name}", raising=False)
        assert Settings().host == "127.0.0.1"

    def test_a_token_is_read_from_a_file_if_one_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WHISTLE_TOKEN", "from the environment")
        assert Settings().bearer() == "from the environment"
        (tmp_path / "token").write_text("from a file\n", encoding="utf-8")
        monkeypatch.setenv("WHISTLE_TOKEN_FILE", str(tmp_path / "token"))
        assert Settings().bearer() == "from a file"


def test_an_exception_is_logged_by_kind_and_place_and_without_its_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = structlog.get_config()
    structlog.reset_defaults()
    try:
        set_up_logs("warning")
        stream = io.StringIO()
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=stream))
        log = structlog.get_logger("test")
        log.info("not_worth_it")
        try:
            int("张三 13800138000")
        except ValueError:
            log.exception("something_failed", service="counters")
    finally:
        structlog.reset_defaults()
        structlog.configure(**kept)
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert (found["event"], found["level"], found["exception"]) == (
        "something_failed",
        "error",
        "ValueError",
    )
    assert "test_ground.py" in found["at"][-1]
    assert "13800138000" not in line
