"""The ledger of a followed log: exact in any order, bounded, and kept by the database."""

from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Fault
from chassis.feeds.feed import LogFeed
from chassis.inbox.checkpoint import AHEAD_MAX, Checkpoint, read_checkpoint, write_checkpoint
from chassis.store.sqlite.store import SqliteStore
from chassis.views.versions import rebuild
from tests.house import House
from tests.porters import Tallies
from tests.town import Porters, arrivals_of

LOG = uuid4()
SIZE = 40
orders = st.permutations(range(1, SIZE + 1))


def filled(positions: list[int]) -> Checkpoint:
    ledger = Checkpoint(LOG)
    for position in positions:
        ledger = ledger.add(position)
    return ledger


@given(order=orders)
def test_any_order_ends_at_the_same_checkpoint(order: list[int]) -> None:
    assert filled(order) == Checkpoint(LOG, SIZE)


@given(order=orders, cut=st.integers(0, SIZE))
def test_it_knows_at_every_moment_what_was_dealt_with(order: list[int], cut: int) -> None:
    done = order[:cut]
    ledger = filled(done + done[::2])  # and some of it twice
    everything = set(range(1, SIZE + 1))
    assert {one for one in everything if ledger.has(one)} == set(done)
    assert ledger.count == cut
    assert ledger.position + 1 == min(everything - set(done), default=SIZE + 1)
    assert ledger.last == max(done, default=0)


@given(order=orders, cut=st.integers(0, SIZE))
def test_its_bytes_are_small(order: list[int], cut: int) -> None:
    ledger = filled(order[:cut])
    assert int.from_bytes(ledger.to_bytes(), "little") == ledger.ahead
    assert not ledger.to_bytes().endswith(b"\0")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "ledger.db")
    ledger = filled([1, 2, 5, 20])
    with store.writing() as connection:
        assert read_checkpoint(connection, "lamps") is None
        write_checkpoint(connection, "lamps", ledger)
        assert read_checkpoint(connection, "lamps") == ledger
    store.close()


def test_it_does_not_grow_without_end() -> None:
    ledger = Checkpoint(LOG).add(AHEAD_MAX)
    assert len(ledger.to_bytes()) == AHEAD_MAX // 8
    with pytest.raises(Fault, match="1 has not been heard"):
        ledger.add(AHEAD_MAX + 1)
    assert ledger.add(1).add(AHEAD_MAX + 1).last == AHEAD_MAX + 1


def test_a_view_is_rebuilt_with_what_was_heard_and_no_more(tmp_path: Path) -> None:
    lamps = House(tmp_path / "lamps")
    lamps.given(*(lamps.hang(lamp) for lamp in "1234"))
    feed = LogFeed(lamps.service.store)
    porters = Porters(tmp_path / "porters", feeds={"lamps": feed})
    first, _, third, _ = arrivals_of("lamps", lamps.recorded())
    porters.deliver(third, first)
    assert porters.consumer.behind() == {"lamps": 2}
    rebuild(porters.service.store, Tallies(), {"lamps": feed})
    assert [row[0] for row in porters.tallies()] == ["1", "3"]
    porters.drain()
    assert [row[0] for row in porters.tallies()] == ["1", "2", "3", "4"]
    assert porters.consumer.behind() == {"lamps": 0}
    porters.close()
    lamps.close()
