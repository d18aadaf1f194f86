"""What every feed promises, whatever carries it; the suite runs on each of `TRANSPORTS`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chassis.errors import EpochChanged, Fault
from chassis.feeds.feed import Feed, HttpFeed, LogFeed, page_of
from chassis.views.versions import rebuild
from tests.house import House
from tests.lamps_api import SERVICE_TOKEN, lamps_app, serving
from tests.porters import Tag, Tallies
from tests.town import Porters


@contextmanager
def in_process(source: House) -> Iterator[Feed]:
    yield LogFeed(source.service.store)


@contextmanager
def over_http(source: House) -> Iterator[Feed]:
    with serving(lamps_app(source.service)) as address:
        feed = HttpFeed("lamps", address, SERVICE_TOKEN)
        yield feed
        feed._client.close()


TRANSPORTS = {"in process": in_process, "over HTTP": over_http}


@pytest.fixture(params=TRANSPORTS)
def feed(request: pytest.FixtureRequest, house: House) -> Iterator[Feed]:
    with TRANSPORTS[request.param](house) as opened:
        yield opened


@pytest.fixture
def porters(tmp_path: Path, feed: Feed) -> Iterator[Porters]:
    opened = Porters(tmp_path, feeds={"lamps": feed})
    yield opened
    opened.close()


def positions(feed: Feed, after: int, limit: int) -> list[int]:
    return [one.position for one in feed.read(after, limit)]


class WhenAFeedIsRead:
    def test_an_empty_log_gives_nothing(self, feed: Feed) -> None:
        assert feed.read(0, 10) == []
        assert feed.head() == 0

    def test_it_gives_what_comes_after_in_order(self, feed: Feed, house: House) -> None:
        house.given(*(house.hang(str(number)) for number in range(7)))
        assert positions(feed, 0, 3) == [1, 2, 3]
        assert positions(feed, 3, 3) == [4, 5, 6]
        assert positions(feed, 6, 3) == [7]
        assert positions(feed, 7, 3) == []
        assert feed.head() == 7

    def test_the_bytes_are_those_of_the_log(self, feed: Feed, house: House) -> None:
        house.given(house.hang("1"), house.light("1", brightness=3), house.dim("1"))
        found = feed.read(0, 100)
        assert found == house.recorded()
        assert found[0].envelope.log_id == house.service.store.log_id

    def test_the_same_question_has_the_same_answer(self, feed: Feed, house: House) -> None:
        house.given(house.hang("1"), house.light("1"))
        first = feed.read(0, 2)
        house.given(house.dim("1"))
        assert feed.read(0, 2) == first

    def test_a_thousand_at_once_are_no_trouble(self, feed: Feed, house: House) -> None:
        house.given(house.hang(*(str(number) for number in range(1_001))))
        assert positions(feed, 0, 1_000) == list(range(1, 1_001))

    def test_an_end_before_what_was_read_is_no_end(self, feed: Feed, house: House) -> None:
        house.given(house.hang("1"))
        assert feed.read(1, 10) == []
        with pytest.raises(EpochChanged, match="ends at 1, but was read up to 2"):
            feed.read(2, 10)


class WhenAServiceFollowsIt:
    def test_it_ends_where_the_log_ends(self, porters: Porters, house: House) -> None:
        house.given(*(house.hang(lamp) for lamp in "12"), house.light("1"))
        porters.drain()
        assert porters.tags() == {"1": Tag(lit=1), "2": Tag()}
        assert porters.consumer.behind() == {"lamps": 0}
        house.given(house.dim("1"), house.light("1"))
        assert porters.consumer.behind() == {"lamps": 2}
        porters.drain()
        assert porters.tags() == {"1": Tag(lit=2), "2": Tag()}

    def test_more_than_a_page_is_followed_to_the_end(self, porters: Porters, house: House) -> None:
        house.given(house.hang(*(str(number) for number in range(450))))
        porters.drain()
        assert len(porters.tags()) == 450

    def test_a_view_is_rebuilt_from_it(self, porters: Porters, house: House, feed: Feed) -> None:
        house.given(house.hang(*(str(number) for number in range(1_100))), house.light("7"))
        porters.drain()
        grown = porters.tallies()
        assert len(grown) == 1_100
        rebuild(porters.service.store, Tallies(), {"lamps": feed})
        assert porters.tallies() == grown

    def test_a_restored_log_is_noticed(
        self, porters: Porters, house: House, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        house.given(house.hang("1"))
        porters.drain()
        other = House(tmp_path / "restored")
        other.given(other.hang("1"), other.hang("2"))
        with TRANSPORTS[request.node.callspec.params["feed"]](other) as replaced:
            porters.consumer._feeds = {"lamps": replaced}
            assert not porters.consumer._step()
            assert str(other.service.store.log_id) in porters.consumer.fault
            with pytest.raises(EpochChanged):
                porters.consumer.drain_once()
        other.close()
        assert porters.tags() == {"1": Tag()}


class WhenHttpFails:
    def test_nobody_listens(self) -> None:
        feed = HttpFeed("lamps", "http://127.0.0.1:9", SERVICE_TOKEN)
        with pytest.raises(Fault):
            feed.read(0, 1)
        with pytest.raises(Fault):
            feed.head()
        feed._client.close()

    @pytest.mark.parametrize("token", ["-", "nonsense", "demo.officer.street-lighting.p-1"])
    def test_the_token_is_not_a_services(self, house: House, token: str) -> None:
        with serving(lamps_app(house.service)) as address:
            feed = HttpFeed("lamps", address, token)
            with pytest.raises(Fault, match=r"401|403"):
                feed.read(0, 1)
            feed._client.close()


def test_a_page_says_where_the_log_ends(house: House) -> None:
    house.given(house.hang("1"), house.hang("2"))
    found = page_of(house.service.store, 0, 1)
    assert (found.head, len(found.events), found.log_id) == (2, 1, house.service.store.log_id)
    assert page_of(house.service.store, 0, 0).events == []
