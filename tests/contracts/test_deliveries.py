"""However messages are delivered, once each is enough: the effects are the same.

Two logs are written once. Hypothesis then delivers them: in any interleaving of the two, with any
part of either delivered again, in batches of any size, and (as a broker does) in any order that
keeps each key's own. What must come of it was written down by hand.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import FeedGap
from chassis.feeds.feed import LogFeed
from chassis.inbox.inbound_event import InboundEvent
from chassis.unit_of_work.outcomes import Done, Failed
from chassis.views.versions import rebuild
from tests.counters.follower import TALLIES, Copy
from tests.counters.services import Counters, Followers, Raters, inbound_of
from tests.substrate.postgres import Postgres

COPIES = {
    "1": Copy(counted=3, rated=5),
    "2": Copy(counted=1, rated=9),
    "3": Copy(),
    "4": Copy(rated=1),
}
TALLIES_AT_LAST = [  # counter, label, counted, rating_count, stars, copied
    ("1", "hall", 3, 3, 5, 1),
    ("2", "hall", 1, 2, 9, 1),
    ("3", "hall", 0, 1, 0, 1),
    ("4", "hall", 0, 1, 1, 1),
]
REFUSED = [("rating-1-b", 1, "rating_empty"), ("rating-3-a", 1, "rating_empty")]
HELD = [("5", "waiting", "copy-5")]
SOURCES = ("counters", "raters")


@dataclass
class Logs:
    """The two logs, and what is to be made of them."""

    counters: Counters
    raters: Raters
    folder: Path
    database: Callable[[], str] = str
    """Makes one for each of the followers; empty: a file."""

    def __post_init__(self) -> None:
        self._serial = count()

    def inbound_events(self, source: str) -> list[InboundEvent]:
        return inbound_of(source, getattr(self, source).recorded())

    def followers(self) -> Followers:
        feeds = {name: LogFeed(getattr(self, name).service.store) for name in SOURCES}
        folder = self.folder / f"followers-{next(self._serial)}"
        return Followers(folder, feeds=feeds, database=self.database())


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    folder = tmp_path_factory.mktemp("logs")
    counters, raters = Counters(folder), Raters(folder)
    counters.given(counters.open("1"), counters.count("1"), counters.open("2", "3"))
    counters.given(counters.reset("1"), counters.count("1", "2"), counters.reset("1"))
    counters.given(counters.count("1"), counters.open("4"))
    for counter, stars, rater in (
        ("1", 4, "a"), ("2", 4, "a"), ("1", 0, "b"), ("2", 5, "a"), ("3", 0, "a"),
        ("4", 1, "a"), ("5", 2, "a"), ("1", 1, "a"),
    ):  # fmt: skip
        raters.rate(counter, stars, rater)
    yield Logs(counters, raters, folder)
    raters.close()
    counters.close()


def check(followers: Followers) -> None:
    """Read what is left, and compare everything with what was written down."""
    followers.drain()
    assert followers.behind() == dict.fromkeys(SOURCES, 0)
    assert followers.copies() == COPIES
    assert sorted(followers.refused()) == REFUSED
    assert [row[1:] for row in followers.held()] == HELD
    assert followers.tallies() == TALLIES_AT_LAST
    rebuild(followers.service.store, TALLIES, followers.feeds)
    assert followers.tallies() == TALLIES_AT_LAST


readings = st.lists(
    st.tuples(st.sampled_from(SOURCES), st.integers(0, 12), st.integers(1, 6)), max_size=14
)


@settings(max_examples=25)
@given(readings=readings)
def test_reading_again_and_in_any_interleaving_changes_nothing(
    logs: Logs, readings: list[tuple[str, int, int]]
) -> None:
    followers = logs.followers()
    next_position = dict.fromkeys(SOURCES, 0)
    for source, back, size in readings:
        start = max(0, next_position[source] - back)
        page = logs.inbound_events(source)[start : start + size]
        outcomes = followers.deliver(*page)
        assert all(isinstance(outcome, Done) for outcome in outcomes)
        next_position[source] = max(next_position[source], start + len(page))
        followers.consumer.release()
    check(followers)
    followers.close()


def keywise(inbound_events: list[InboundEvent], random: Random) -> list[InboundEvent]:
    """Deliver in an order that keeps only each key's own, and some of it twice or thrice."""
    queues: dict[tuple[str, str], list[InboundEvent]] = {}
    for inbound in inbound_events:
        queues.setdefault((inbound.source, inbound.envelope.key), []).append(inbound)
    delivered: list[InboundEvent] = []
    while queues:
        key = random.choice(sorted(queues))
        delivered.append(queues[key].pop(0))
        if not queues[key]:
            del queues[key]
        if random.random() < 0.3:
            delivered.append(random.choice(delivered))
    return delivered


@settings(max_examples=25)
@given(random=st.randoms(use_true_random=False), size=st.integers(1, 30))
def test_any_order_that_keeps_each_keys_own_changes_nothing(
    logs: Logs, random: Random, size: int
) -> None:
    followers = logs.followers()
    delivered = keywise(logs.inbound_events("counters") + logs.inbound_events("raters"), random)
    for start in range(0, len(delivered), size):
        outcomes = followers.deliver(*delivered[start : start + size])
        assert all(isinstance(outcome, Done) for outcome in outcomes)
    check(followers)
    followers.close()


@settings(max_examples=15)
@given(dropped=st.integers(0, 9), again=st.booleans())
def test_an_event_that_is_left_out_is_never_skipped(
    logs: Logs, dropped: int, *, again: bool
) -> None:
    followers = logs.followers()
    inbound_events = logs.inbound_events("counters")
    missing = inbound_events.pop(dropped)
    outcomes = followers.deliver(*inbound_events)
    stopped = {
        a.envelope.stream for a, o in zip(inbound_events, outcomes, strict=True) if _is_gap(o)
    }
    later = [a for a in inbound_events[dropped:] if a.envelope.stream == missing.envelope.stream]
    assert stopped == ({missing.envelope.stream} if later else set())
    if again:
        followers.deliver(missing)
    check(followers)
    followers.close()


def _is_gap(outcome: object) -> bool:
    return isinstance(outcome, Failed) and isinstance(outcome.error, FeedGap)


@pytest.mark.parametrize("seed", range(3))
def test_on_postgresql_it_is_no_other_way(logs: Logs, postgres: Postgres, seed: int) -> None:
    stored = replace(logs, database=lambda: postgres.ready().app)
    random, followers = Random(seed), stored.followers()
    delivered = keywise(logs.inbound_events("counters") + logs.inbound_events("raters"), random)
    for start in range(0, len(delivered), 5):
        outcomes = followers.deliver(*delivered[start : start + 5])
        assert all(isinstance(outcome, Done) for outcome in outcomes)
    check(followers)
    followers.close()


def test_the_check_notices_a_double_effect(logs: Logs) -> None:
    followers = logs.followers()
    followers.drain()
    with followers.service.store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM inbox WHERE stream = 'rating-4-a'")
    followers.deliver(
        *[a for a in logs.inbound_events("raters") if a.envelope.stream == "rating-4-a"]
    )
    with pytest.raises(AssertionError):
        check(followers)
    followers.close()
