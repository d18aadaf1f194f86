"""What every feed promises, whatever carries it; the suite runs on each transport."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis.errors import EpochChanged, Fault
from chassis.feeds.feed import Feed, HttpFeed, LogFeed, page_of
from chassis.unit_of_work.writer import Writer
from chassis.views.versions import rebuild
from tests.counters.api import OFFICER, SERVICE_TOKEN, counters_app, serving
from tests.counters.follower import TALLIES, Copy
from tests.counters.services import Counters, Followers
from tests.harness.over_kafka import OverKafka
from tests.servers import until
from tests.substrate.kafka import Kafka


@contextmanager
def in_process(source: Counters) -> Iterator[Feed]:
    yield LogFeed(source.service.store)


@contextmanager
def over_http(source: Counters) -> Iterator[Feed]:
    with serving(counters_app(source.service)) as address:
        feed = HttpFeed("counters", address, SERVICE_TOKEN)
        yield feed
        feed.close()


FEEDS = {"in process": in_process, "over HTTP": over_http}


@pytest.fixture(params=FEEDS)
def feed(request: pytest.FixtureRequest, counters: Counters) -> Iterator[Feed]:
    with FEEDS[request.param](counters) as opened:
        yield opened


@dataclass
class Following:
    """Followers on one transport, and what a test does with it."""

    followers: Followers
    log: Feed
    """What older events, and the end of the log, are read from."""
    read_all: Callable[[], None]
    """Waits until everything in the log was dealt with."""
    fault: Callable[[], str]
    """Gives what stands in the way."""
    behind: Callable[[], int]
    """Gives how many events are still to be dealt with."""


Follow = Callable[[Counters, Path], AbstractContextManager[Following]]


def by_feed(open_feed: Callable[[Counters], AbstractContextManager[Feed]]) -> Follow:
    @contextmanager
    def follow(source: Counters, folder: Path) -> Iterator[Following]:
        with open_feed(source) as feed:
            followers = Followers(folder, feeds={"counters": feed})

            def fault() -> str:
                assert not followers.consumer.step()
                with pytest.raises(EpochChanged):
                    followers.consumer.drain_once()
                return followers.consumer.fault

            def behind() -> int:
                return followers.behind()["counters"]

            yield Following(followers, feed, followers.drain, fault, behind)
            followers.close()

    return follow


def by_kafka(kafka: Kafka) -> Follow:
    """Follow what a relay and a broker bring; the log itself is not read for it."""

    @contextmanager
    def follow(source: Counters, folder: Path) -> Iterator[Following]:
        followers = Followers(folder, make_writer=Writer)
        followers.service.writer.start()
        topic = kafka.fresh("counters")["counters"]
        line = OverKafka(source, followers, kafka.address, topic)
        with line.relaying(), line.following() as (subscriber,):

            def read_all() -> None:
                until(lambda: line.behind() == 0)

            def fault() -> str:
                until(lambda: bool(subscriber.fault))
                return subscriber.fault

            log = LogFeed(source.service.store)
            yield Following(followers, log, read_all, fault, line.behind)
        followers.service.writer.stop()
        followers.close()

    return follow


@pytest.fixture(params=[*FEEDS, "over Kafka"])
def follow(request: pytest.FixtureRequest) -> Follow:
    if request.param == "over Kafka":
        return by_kafka(request.getfixturevalue("kafka"))
    return by_feed(FEEDS[request.param])


@pytest.fixture
def following(follow: Follow, counters: Counters, tmp_path: Path) -> Iterator[Following]:
    with follow(counters, tmp_path / "followers") as opened:
        yield opened


def positions(feed: Feed, after: int, limit: int) -> list[int]:
    return [one.position for one in feed.read(after, limit)]


class WhenAFeedIsRead:
    def test_an_empty_log_gives_nothing(self, feed: Feed) -> None:
        assert feed.read(0, 10) == []
        assert feed.head() == 0

    def test_it_gives_what_comes_after_in_order(self, feed: Feed, counters: Counters) -> None:
        counters.given(*(counters.open(str(number)) for number in range(7)))
        assert positions(feed, 0, 3) == [1, 2, 3]
        assert positions(feed, 3, 3) == [4, 5, 6]
        assert positions(feed, 6, 3) == [7]
        assert positions(feed, 7, 3) == []
        assert feed.head() == 7

    def test_the_bytes_are_those_of_the_log(self, feed: Feed, counters: Counters) -> None:
        counters.given(counters.open("1"), counters.count("1", amount=3), counters.reset("1"))
        found = feed.read(0, 100)
        assert found == counters.recorded()
        assert found[0].envelope.log_id == counters.service.store.log_id

    def test_the_same_question_has_the_same_answer(self, feed: Feed, counters: Counters) -> None:
        counters.given(counters.open("1"), counters.count("1"))
        first = feed.read(0, 2)
        counters.given(counters.reset("1"))
        assert feed.read(0, 2) == first

    def test_a_thousand_at_once_are_no_trouble(self, feed: Feed, counters: Counters) -> None:
        counters.given(counters.open(*(str(number) for number in range(1_001))))
        assert positions(feed, 0, 1_000) == list(range(1, 1_001))

    def test_an_end_before_what_was_read_is_no_end(self, feed: Feed, counters: Counters) -> None:
        counters.given(counters.open("1"))
        assert feed.read(1, 10) == []
        with pytest.raises(EpochChanged, match="ends at 1, but was read up to 2"):
            feed.read(2, 10)

    def test_a_follower_knows_how_far_behind_it_is(
        self, feed: Feed, counters: Counters, tmp_path: Path
    ) -> None:
        followers = Followers(tmp_path / "followers", feeds={"counters": feed})
        counters.given(counters.open("1"), counters.count("1"))
        followers.drain()
        assert followers.behind() == {"counters": 0}
        counters.given(counters.reset("1"), counters.count("1"))
        assert followers.behind() == {"counters": 2}
        followers.close()


class WhenAServiceFollowsIt:
    def test_it_ends_where_the_log_ends(self, following: Following, counters: Counters) -> None:
        counters.given(*(counters.open(counter) for counter in "12"), counters.count("1"))
        following.read_all()
        assert following.followers.copies() == {"1": Copy(counted=1), "2": Copy()}
        assert following.behind() == 0
        counters.given(counters.reset("1"), counters.count("1"))
        following.read_all()
        assert following.followers.copies() == {"1": Copy(counted=2), "2": Copy()}
        assert following.behind() == 0

    def test_more_than_a_page_is_followed_to_the_end(
        self, following: Following, counters: Counters
    ) -> None:
        counters.given(counters.open(*(str(number) for number in range(450))))
        following.read_all()
        assert len(following.followers.copies()) == 450

    def test_each_event_has_its_effect_once(self, following: Following, counters: Counters) -> None:
        counters.given(*(counters.open(counter) for counter in "123"), counters.count("2"))
        following.read_all()
        assert following.followers.trouble.run_count == 4
        assert following.followers.tallies() == [
            ("1", "hall", 0, 0, 0, 1),
            ("2", "hall", 1, 0, 0, 1),
            ("3", "hall", 0, 0, 0, 1),
        ]

    def test_a_view_is_rebuilt_from_its_log(self, following: Following, counters: Counters) -> None:
        counters.given(
            counters.open(*(str(number) for number in range(1_100))), counters.count("7")
        )
        following.read_all()
        followers = following.followers
        grown = followers.tallies()
        assert len(grown) == 1_100
        rebuild(followers.service.store, TALLIES, {"counters": following.log})
        assert followers.tallies() == grown

    def test_a_restored_log_is_noticed(
        self, follow: Follow, counters: Counters, tmp_path: Path
    ) -> None:
        counters.given(counters.open("1"))
        with follow(counters, tmp_path / "own") as following:
            following.read_all()
        other = Counters(tmp_path / "restored")
        other.given(other.open("1"), other.open("2"))
        with follow(other, tmp_path / "own") as following:
            assert str(other.service.store.log_id) in following.fault()
            assert following.followers.copies() == {"1": Copy()}
        other.close()


class WhenHttpFails:
    def test_nobody_answers(self) -> None:
        feed = HttpFeed("counters", "http://127.0.0.1:9", SERVICE_TOKEN)
        with pytest.raises(Fault):
            feed.read(0, 1)
        with pytest.raises(Fault):
            feed.head()
        feed.close()

    @pytest.mark.parametrize("token", ["-", "nonsense", f"demo.{OFFICER}"])
    def test_the_token_is_not_a_services(self, counters: Counters, token: str) -> None:
        with serving(counters_app(counters.service)) as address:
            feed = HttpFeed("counters", address, token)
            with pytest.raises(Fault, match=r"401|403"):
                feed.read(0, 1)
            feed.close()


def test_a_page_says_where_the_log_ends(counters: Counters) -> None:
    counters.given(counters.open("1"), counters.open("2"))
    found = page_of(counters.service.store, 0, 1)
    assert (found.head, len(found.events), found.log_id) == (2, 1, counters.service.store.log_id)
    assert page_of(counters.service.store, 0, 0).events == []
