"""How many statements an operation takes is a fixed number on each store, whatever the machine.

A statement is a round trip on PostgreSQL, and commits come on top. A number that goes up here has
to be meant; the same machine measures ratios in `make bench`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from chassis.feeds.feed import LogFeed, page_of
from chassis.store.port import Store, Unplaced
from tests.contracts.stores import STORES
from tests.contracts.test_store_contract import unplaced
from tests.counters.services import Counters, Followers, inbound_of

COUNTS = {
    "sqlite": {
        "append 1": 3,  # BEGIN IMMEDIATE, move the head, insert
        "append 100": 3,
        "nothing new": 0,
        "a page": 3,  # BEGIN, head, page
        "a page over HTTP": 3,
        "a command": 8,
        "ten commands": 26,
        "a foreign event": 11,
    },
    "postgres": {
        "append 1": 2,  # BEGIN with the lock, the one statement
        "append 100": 2,
        "nothing new": 1,
        "a page": 4,  # the newest, BEGIN, head, page
        "a page over HTTP": 3,
        "a command": 7,
        "ten commands": 25,
        "a foreign event": 10,
    },
}


@contextmanager
def counting(store: Store) -> Iterator[list[str]]:
    """Collect every statement that the store's connections execute."""
    seen: list[str] = []

    def note(*given: Any) -> None:  # noqa: ANN401  # connection, cursor, statement, …
        seen.append(given[2])

    with store.writing() as writing, store.reading() as reading:
        engines = (writing.engine, reading.engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


@pytest.fixture(params=STORES)
def database(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return ""
    address: str = request.getfixturevalue("postgres").ready().app
    return address


@pytest.fixture
def counters(tmp_path: Path, database: str) -> Iterator[Counters]:
    opened = Counters(tmp_path, database=database)
    yield opened
    opened.close()


def numbers(counters: Counters, database: str) -> dict[str, int]:
    """Do everything once, and count."""
    store, found = counters.service.store, dict[str, int]()

    def count(name: str, do: Callable[[], object]) -> None:
        with counting(store) as seen:
            do()
        found[name] = len(seen)

    def append(*batch: Unplaced) -> None:
        with store.writing() as connection:
            store.append(connection, batch)

    counters.given(counters.open("0"))
    count("a command", lambda: counters.given(counters.open("1")))
    ten = [counters.open(f"2-{number}") for number in range(10)]
    count("ten commands", lambda: counters.do(*ten))
    count("append 1", lambda: append(unplaced("a", 1)))
    many = [unplaced("a", version) for version in range(2, 102)]
    count("append 100", lambda: append(*many))
    feed, last = LogFeed(store), counters.service.head()
    count("nothing new", lambda: feed.read(last, 100))
    count("a page", lambda: feed.read(0, 100))
    count("a page over HTTP", lambda: page_of(store, 0, 100))
    return found


def test_every_operation_takes_as_many_as_it_says(
    counters: Counters, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = numbers(counters, database)
    found["a foreign event"] = of_a_foreign_event(counters, tmp_path, request)
    assert found == COUNTS["postgres" if database else "sqlite"]


def of_a_foreign_event(counters: Counters, folder: Path, request: pytest.FixtureRequest) -> int:
    """Let followers receive a count of a counter that they know already."""
    counters.given(counters.count("1"))
    on_postgres = counters.database and request.getfixturevalue("postgres").ready().app
    followers = Followers(folder / "followers", database=on_postgres)
    inbound = inbound_of("counters", counters.recorded())
    followers.deliver(*inbound[:-1])
    with counting(followers.service.store) as seen:
        followers.deliver(inbound[-1])
    followers.close()
    return len(seen)
