"""Positions are 1..N and a reader that follows them sees everything once, however many write.

Two processes with eight threads each append to one log while a reader polls `position >
checkpoint`. What was committed is known from what the writers said, not from the log. The control
arm allocates positions outside the lock (on PostgreSQL as `bigserial` does, by a sequence): the
same harness must then see events lost.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine

from chassis.store.opening import open_store
from chassis.store.port import Store
from chassis.store.reading import read_after
from tests.substrate.postgres import Postgres

PROGRAM = Path(__file__).with_name("append_many.py")
ROOT = PROGRAM.parents[2]
PROCESSES = ("left", "right")
THREADS = 8
EVENTS = 42
WAIT_S = 120


@dataclass
class Tail:
    """A reader that follows the log until it is told that all is written, then to the end."""

    store: Store
    seen: list[tuple[int, str]] = field(default_factory=list)
    poll_count: int = 0
    written: threading.Event = field(default_factory=threading.Event)

    def follow(self) -> None:
        last_round = False
        while True:
            found = self._poll()
            if last_round and not found:
                return
            last_round = self.written.is_set()

    def _poll(self) -> bool:
        checkpoint = self.seen[-1][0] if self.seen else 0
        with self.store.reading() as connection:
            page = read_after(connection, checkpoint, 50)
        self.seen += [(one.position, one.envelope.stream) for one in page]
        self.poll_count += 1
        return bool(page)


@contextmanager
def following(store: Store) -> Iterator[Tail]:
    """Follow the log while the block runs, and read on to its end after it."""
    tail = Tail(store)
    thread = threading.Thread(target=tail.follow)
    thread.start()
    try:
        yield tail
    finally:
        tail.written.set()
        thread.join(WAIT_S)
    assert not thread.is_alive()


def write(database: str, arm: str) -> list[tuple[int, str]]:
    """Let both processes append at once; give what they say was committed."""
    command = [sys.executable, str(PROGRAM), database]
    running = [
        subprocess.Popen(
            [*command, name, str(THREADS), str(EVENTS), arm],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for name in PROCESSES
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=WAIT_S)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    lines = [line.split() for output in outputs for line in output.splitlines()]
    return [(int(position), stream) for position, stream in lines]


@dataclass
class Place:
    """A log, and how others find it."""

    address: str
    store: Store


@pytest.fixture(params=["postgres", "sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    address = str(tmp_path / "log.db")
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        database = postgres.ready()
        with create_engine(database.app, poolclass=NullPool).begin() as connection:
            connection.exec_driver_sql("CREATE SEQUENCE drawn")
        address = database.app
    store = open_store("log", tmp_path, address if request.param == "postgres" else "")
    yield Place(address, store)
    store.close()


def test_every_committed_event_is_seen_once_in_order(place: Place) -> None:
    with following(place.store) as tail:
        committed = write(place.address, "sound")
    expected_count = len(PROCESSES) * THREADS * (EVENTS - EVENTS // 7)
    assert len(committed) == expected_count
    assert sorted(position for position, _ in committed) == list(range(1, expected_count + 1))
    assert tail.seen == sorted(committed)
    assert tail.poll_count > 2  # it did follow, and not only read at the end


def test_the_harness_sees_events_lost_when_positions_are_drawn_early(place: Place) -> None:
    with following(place.store) as tail:
        committed = write(place.address, "naive")
    lost = set(committed) - set(tail.seen)
    assert lost
    positions = sorted(position for position, _ in committed)
    assert positions != list(range(1, len(positions) + 1))  # and roll-backs left gaps
