"""The checkpoint of a followed log: exact in any order, bounded, and kept by the database."""

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
from tests.counters.follower import TALLIES
from tests.counters.services import Counters, Followers, inbound_of

LOG = uuid4()
SIZE = 40
orders = st.permutations(range(1, SIZE + 1))


def filled(positions: list[int]) -> Checkpoint:
    checkpoint = Checkpoint(LOG)
    for position in positions:
        checkpoint = checkpoint.add(position)
    return checkpoint


@given(order=orders)
def test_any_order_ends_at_the_same_checkpoint(order: list[int]) -> None:
    assert filled(order) == Checkpoint(LOG, SIZE)


@given(order=orders, cut=st.integers(0, SIZE))
def test_it_knows_at_every_moment_what_was_dealt_with(order: list[int], cut: int) -> None:
    done = order[:cut]
    checkpoint = filled(done + done[::2])  # and some of it twice
    everything = set(range(1, SIZE + 1))
    assert {one for one in everything if checkpoint.has(one)} == set(done)
    assert checkpoint.count == cut
    assert checkpoint.position + 1 == min(everything - set(done), default=SIZE + 1)
    assert checkpoint.last == max(done, default=0)


@given(order=orders, cut=st.integers(0, SIZE))
def test_its_bytes_are_small(order: list[int], cut: int) -> None:
    checkpoint = filled(order[:cut])
    assert int.from_bytes(checkpoint.to_bytes(), "little") == checkpoint.ahead
    assert not checkpoint.to_bytes().endswith(b"\0")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "checkpoint.db")
    checkpoint = filled([1, 2, 5, 20])
    with store.writing() as connection:
        assert read_checkpoint(connection, "counters") is None
        write_checkpoint(connection, "counters", checkpoint)
        assert read_checkpoint(connection, "counters") == checkpoint
    store.close()


def test_it_does_not_grow_without_end() -> None:
    checkpoint = Checkpoint(LOG).add(AHEAD_MAX)
    assert len(checkpoint.to_bytes()) == AHEAD_MAX // 8
    with pytest.raises(Fault, match="1 has not come"):
        checkpoint.add(AHEAD_MAX + 1)
    assert checkpoint.add(1).add(AHEAD_MAX + 1).last == AHEAD_MAX + 1


def test_a_view_is_rebuilt_with_what_was_dealt_with_and_no_more(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "counters")
    counters.given(*(counters.open(counter) for counter in "1234"))
    feed = LogFeed(counters.service.store)
    followers = Followers(tmp_path / "followers", feeds={"counters": feed})
    first, _, third, _ = inbound_of("counters", counters.recorded())
    followers.deliver(third, first)
    assert followers.behind() == {"counters": 2}
    rebuild(followers.service.store, TALLIES, {"counters": feed})
    assert [row[0] for row in followers.tallies()] == ["1", "3"]
    followers.drain()
    assert [row[0] for row in followers.tallies()] == ["1", "2", "3", "4"]
    assert followers.behind() == {"counters": 0}
    followers.close()
    counters.close()
